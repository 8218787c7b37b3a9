"""CloudWatch Logs: moto's API, and the sink to which the data plane and functions write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from cross_account_sandbox.control_plane.logs import KEPT_EVENTS

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

ACCOUNT = "222222222222"


def test_what_was_written_is_seen_by_the_next_call(sandbox: SandboxUnderTest) -> None:
    sandbox.world.logs.write(ACCOUNT, "eu-west-1", "/aws/lambda/hello", "stream", "one", "two")
    logs = sandbox.client("logs", account=ACCOUNT, region="eu-west-1")
    events = logs.filter_log_events(logGroupName="/aws/lambda/hello")["events"]
    assert [event["message"] for event in events] == ["one", "two"]


def test_of_a_long_stream_the_last_events_are_kept_however_many_were_read_before(sandbox: SandboxUnderTest) -> None:
    logs = sandbox.client("logs", account=ACCOUNT)

    def oldest() -> str:
        return str(
            logs.get_log_events(logGroupName="/own", logStreamName="stream", startFromHead=True, limit=1)["events"][0][
                "message"
            ]
        )

    sandbox.world.logs.write(ACCOUNT, "us-east-1", "/own", "stream", *map(str, range(KEPT_EVENTS + 7)))
    assert oldest() == "7"
    sandbox.world.logs.write(ACCOUNT, "us-east-1", "/own", "stream", "later", "last")
    assert oldest() == "9"


def test_a_group_that_exists_keeps_its_retention_when_it_is_written_to(sandbox: SandboxUnderTest) -> None:
    logs = sandbox.client("logs", account=ACCOUNT)
    logs.create_log_group(logGroupName="/own", tags={"team": "a"})
    logs.put_retention_policy(logGroupName="/own", retentionInDays=7)
    sandbox.world.logs.write(ACCOUNT, "us-east-1", "/own", "stream", "line")
    group = logs.describe_log_groups(logGroupNamePrefix="/own")["logGroups"][0]
    assert group["retentionInDays"] == 7


def test_tags_answer_to_both_arns_of_a_log_group(sandbox: SandboxUnderTest) -> None:
    logs = sandbox.client("logs")
    logs.create_log_group(logGroupName="/own", tags={"team": "a"})
    arn = "arn:aws:logs:us-east-1:111111111111:log-group:/own"
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "a"}
    assert logs.list_tags_for_resource(resourceArn=f"{arn}:*")["tags"] == {"team": "a"}


def test_a_group_keeps_its_class(sandbox: SandboxUnderTest) -> None:
    logs = sandbox.client("logs")
    logs.create_log_group(logGroupName="/standard")
    logs.create_log_group(logGroupName="/infrequent", logGroupClass="INFREQUENT_ACCESS")
    groups = {group["logGroupName"]: group["logGroupClass"] for group in logs.describe_log_groups()["logGroups"]}
    assert groups == {"/standard": "STANDARD", "/infrequent": "INFREQUENT_ACCESS"}


def test_a_group_made_again_has_none_of_the_deleted_ones_tags(sandbox: SandboxUnderTest) -> None:
    logs = sandbox.client("logs")
    logs.create_log_group(logGroupName="/own", tags={"team": "a"})
    logs.delete_log_group(logGroupName="/own")
    logs.create_log_group(logGroupName="/own")
    assert logs.list_tags_for_resource(resourceArn="arn:aws:logs:us-east-1:111111111111:log-group:/own")["tags"] == {}


def test_lines_of_one_account_are_not_seen_in_another(sandbox: SandboxUnderTest) -> None:
    sandbox.world.logs.write(ACCOUNT, "us-east-1", "/own", "stream", "line")
    assert sandbox.client("logs").describe_log_groups()["logGroups"] == []


def test_an_operation_that_is_not_answered_is_refused_by_name(sandbox: SandboxUnderTest) -> None:
    reply = sandbox.request(
        "POST",
        "https://logs.us-east-1.amazonaws.com/",
        headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, Signature=0",
            "X-Amz-Target": "Logs_20140328.DescribeIndexPolicies",
            "Content-Type": "application/x-amz-json-1.1",
        },
        body='{"logGroupIdentifiers": ["/own"]}',
    )
    assert reply.status == 501
    assert reply.json()["__type"] == "NotImplemented"
    assert "DescribeIndexPolicies" in reply.json()["message"]


@pytest.mark.parametrize("days", [0, 2, 31, 3654])
def test_a_retention_time_that_there_is_not_is_refused(sandbox: SandboxUnderTest, days: int) -> None:
    logs = sandbox.client("logs")
    logs.create_log_group(logGroupName="/own")
    with pytest.raises(ClientError, match=r"Invalid retention value\. Valid values are: \[1, 3, 5,") as refused:
        logs.put_retention_policy(logGroupName="/own", retentionInDays=days)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


@pytest.mark.parametrize("name", ["my group", "a:b", "gr\u00fcn", "a*"])
def test_a_groups_name_has_letters_digits_and_five_signs(sandbox: SandboxUnderTest, name: str) -> None:
    logs = sandbox.client("logs")
    logs.create_log_group(logGroupName="Az09_-/.#")
    with pytest.raises(ClientError, match="at 'logGroupName' failed to satisfy constraint") as refused:
        logs.create_log_group(logGroupName=name)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"
