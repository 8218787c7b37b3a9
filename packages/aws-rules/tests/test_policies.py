"""Policy documents of the API's account and the function's account."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aws_rules import policies
from aws_rules.iam.evaluation import evaluate_policy
from aws_rules.iam.outcome import Decision
from aws_rules.iam.request import AccessRequest, Principal

FUNCTION = "arn:aws:lambda:eu-west-1:222222222222:function:hello:live"
ROLE = "arn:aws:iam::111111111111:role/caller"
SOURCE = "arn:aws:execute-api:eu-west-1:111111111111:a1b2c3d4e5/dev/GET/"


@pytest.mark.parametrize(
    ("principal", "source_arn", "source_account", "rest"),
    [
        # Lambda developer guide, "Granting function access to AWS services" and "… to other accounts".
        (
            "apigateway.amazonaws.com",
            SOURCE,
            "111111111111",
            {
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": "111111111111"},
                    "ArnLike": {"AWS:SourceArn": SOURCE},
                },
            },
        ),
        (
            "apigateway.amazonaws.com",
            SOURCE,
            None,
            {
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Condition": {"ArnLike": {"AWS:SourceArn": SOURCE}},
            },
        ),
        (ROLE, None, None, {"Principal": {"AWS": ROLE}}),
    ],
)
def test_a_statement_is_as_add_permission_writes_it(
    principal: str, source_arn: str | None, source_account: str | None, rest: dict[str, Any]
) -> None:
    statement = policies.invoke_statement(
        sid="api", principal=principal, function=FUNCTION, source_arn=source_arn, source_account=source_account
    )

    assert statement == {
        "Sid": "api",
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        **rest,
    }


def test_white_space_does_not_count() -> None:
    assert policies.rendered(policies.document({"Effect": "Allow"})) == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}'
    )


def test_a_policy_counts_in_bytes() -> None:
    empty = len('{"Version":"2012-10-17","Id":"default","Statement":[]}')

    assert policies.function_policy_bytes([]) == empty
    assert policies.function_policy_bytes([{"Sid": "a"}, {"Sid": "b"}]) == empty + len('{"Sid":"a"},{"Sid":"b"}')


def test_statement_ids_are_lambdas_and_follow_their_content() -> None:
    """Lambda API reference, AddPermission: StatementId has at most 100 of `[a-zA-Z0-9-_]`."""
    ids = [
        policies.statement_id("hello", None),
        policies.statement_id("hello", "live"),
        policies.generated_statement_id(policies.statement_id_prefix("AROAEXAMPLE")),
        policies.generated_statement_id(policies.statement_id_prefix("AROAOTHER")),
        policies.generated_statement_id(policies.statement_id_prefix()),
    ]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,100}", each) for each in ids)
    assert policies.statement_id("hello", "live") == ids[1]


@pytest.mark.parametrize("principal", [Principal.anonymous(), Principal.of_role(ROLE, session="s1")])
@pytest.mark.parametrize(
    ("address", "decision"),
    [("192.0.2.7", Decision.ALLOW), ("2001:db8::7", Decision.ALLOW), ("198.51.100.1", Decision.DENY)],
)
def test_a_source_ip_policy_allows_its_addresses_and_denies_all_others(
    principal: Principal, address: str, decision: Decision
) -> None:
    """The Deny is necessary: under AWS_IAM, an Allow would only add to what identity policies allow."""
    policy = policies.source_ip_policy(["192.0.2.0/24", "2001:db8::/32"])
    request = AccessRequest(
        principal=principal,
        action="execute-api:Invoke",
        resource="execute-api:/dev/GET/",
        context={"aws:SourceIp": address},
    )

    assert evaluate_policy(policy, request, has_principal=True).decision is decision


@pytest.mark.parametrize(
    ("statement", "actions"),
    [
        # AWS managed policy reference: AmazonAPIGatewayPushToCloudWatchLogs.
        (
            policies.gateway_logger(),
            {
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogGroups",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                "logs:GetLogEvents",
                "logs:FilterLogEvents",
            },
        ),
        # AWS managed policy reference: AWSXRayDaemonWriteAccess, without the sampling permissions that only the daemon
        # needs.
        (policies.trace_writer(), {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}),
    ],
)
def test_what_a_role_may_do_on_every_resource(statement: dict[str, Any], actions: set[str]) -> None:
    assert set(statement["Action"]) == actions
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
