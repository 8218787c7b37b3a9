"""examples/consumer: a function of another account assumes a role and signs requests; each step can be denied."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.examples.signing import signed_headers, take_role

if TYPE_CHECKING:
    from tests.examples.conftest import Deployer, Up

CONSUMER_ACCOUNT = "333333333333"
EXTERNAL_ID = "orders-reader"


def consume(example: Up, **event: Any) -> dict[str, Any]:
    """Invoke the consumer function with an event; returns its response."""
    lambda_ = example.sandbox.client("lambda", CONSUMER_ACCOUNT, "eu-west-1")
    result = lambda_.invoke(FunctionName=example.outputs["consumerFunctionArn"], Payload=json.dumps(event))
    answer: dict[str, Any] = json.loads(result["Payload"].read())
    assert "FunctionError" not in result, answer
    return answer


@pytest.mark.parametrize("runtime", ["nodejs", "python"])
def test_the_consumer_is_answered_in_both_languages(shared_up: Deployer, runtime: str) -> None:
    example = shared_up("consumer", config=[f"runtime={runtime}"])

    answer = consume(example, path="/orders", query={"name": "Zoë & co", "city": "São Paulo"})

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["message"] == "Good day, Zoë & co of São Paulo."


@pytest.mark.parametrize("runtime", ["nodejs", "python"])
def test_a_body_is_signed_with_the_request(shared_up: Deployer, runtime: str) -> None:
    example = shared_up("consumer", config=[f"runtime={runtime}"])

    answer = consume(example, method="POST", path="/orders", body='{"time":"evening"}')

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["message"] == "Good evening, you of World."


@pytest.mark.parametrize("runtime", ["nodejs", "python"])
def test_a_path_that_the_role_is_not_allowed_to_call_is_denied(shared_up: Deployer, runtime: str) -> None:
    example = shared_up("consumer", config=[f"runtime={runtime}"])

    answer = consume(example, path="/admin")

    assert answer["statusCode"] == 403
    assert "is not authorized to perform: execute-api:Invoke on resource" in answer["body"]


def test_credentials_are_fetched_once_and_reused(up: Deployer) -> None:
    example = up("consumer")

    first = json.loads(consume(example, path="/orders")["body"])
    second = json.loads(consume(example, path="/orders")["body"])

    keys = [each["input"]["requestContext"]["identity"]["accessKey"] for each in (first, second)]
    assert keys[0] is not None
    assert keys[0] == keys[1]


@pytest.fixture
def example(shared_up: Deployer) -> Up:
    return shared_up("consumer")


def session(example: Up) -> Any:
    """The consumer's credentials: a session of the caller role, assumed by the consumer's own role."""
    own = take_role(example, example.outputs["consumerRoleArn"])
    return take_role(example, example.outputs["callerRoleArn"], by=own, ExternalId=EXTERNAL_ID)


def test_unsigned_is_refused(example: Up) -> None:
    reply = example.get("/orders")

    assert (reply.status, reply.json()) == (403, {"message": "Missing Authentication Token"})


def test_a_signature_for_another_region_is_refused(example: Up) -> None:
    url = f"{example.outputs['url']}/orders"

    reply = example.get("/orders", headers=signed_headers("GET", url, session(example), region="eu-west-1"))

    assert reply.status == 403
    assert "Credential should be scoped to a valid" in reply.json()["message"]


def test_a_body_changed_in_transit_is_rejected(example: Up) -> None:
    url = f"{example.outputs['url']}/orders"
    headers = signed_headers("POST", url, session(example), body=b'{"time":"day"}')

    reply = example.request("POST", "/orders", headers=headers, body=b'{"time":"night"}')

    assert reply.status == 403
    assert "The request signature we calculated does not match" in reply.json()["message"]


def test_a_clock_ten_minutes_off_is_refused(example: Up, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{example.outputs['url']}/orders"
    credentials = session(example)
    late = datetime.now(UTC) - timedelta(minutes=10)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda **_: late)
    headers = signed_headers("GET", url, credentials)

    reply = example.get("/orders", headers=headers)

    assert reply.status == 403
    assert "Signature expired" in reply.json()["message"]


def test_expired_credentials_are_refused(up: Deployer) -> None:
    example = up("consumer")
    credentials = session(example)
    url = f"{example.outputs['url']}/orders"
    example.sandbox.world.sessions.expire(credentials["AccessKeyId"])

    reply = example.get("/orders", headers=signed_headers("GET", url, credentials))

    assert reply.status == 403
    assert "expired" in reply.json()["message"]


def test_another_role_of_the_consumers_account_may_not_assume_the_caller_role(up: Deployer) -> None:
    example = up("consumer")
    iam = example.sandbox.client("iam", CONSUMER_ACCOUNT)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    other = iam.create_role(
        RoleName="other", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    right = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    iam.put_role_policy(
        RoleName="other",
        PolicyName="assume",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [right]}),
    )

    with pytest.raises(ClientError, match="AccessDenied"):
        take_role(example, example.outputs["callerRoleArn"], by=take_role(example, other), ExternalId=EXTERNAL_ID)


def test_without_the_external_id_the_role_is_not_given(example: Up) -> None:
    own = take_role(example, example.outputs["consumerRoleArn"])

    with pytest.raises(ClientError, match="AccessDenied"):
        take_role(example, example.outputs["callerRoleArn"], by=own)
