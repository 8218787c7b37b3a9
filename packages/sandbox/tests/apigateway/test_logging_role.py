"""Stages write logs with the account's role for the Region."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import document, mock
from sandbox_testing.stages import patch_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]
NO_ROLE = "CloudWatch Logs role ARN must be set in account settings to enable logging"
GROUP = "arn:aws:logs:us-east-1:111111111111:log-group:access"


def logging_role(sandbox: SandboxUnderTest, service: str = "apigateway.amazonaws.com") -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    iam = sandbox.client("iam")
    arn: str = iam.create_role(
        RoleName="logs", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )["Role"]["Arn"]
    rights = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="logs",
        PolicyName="write",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [rights]}),
    )
    return arn


def set_role(gateway: Any, arn: str | None) -> Json:
    operation = {"op": "replace", "path": "/cloudwatchRoleArn"} | ({} if arn is None else {"value": arn})
    answer: Json = gateway.update_account(patchOperations=[operation])
    return answer


@pytest.fixture
def api(served: Callable[..., Json]) -> Json:
    return served(document({"/pets": {"get": mock()}}))


@pytest.mark.parametrize(
    "operations",
    [
        [("replace", "/*/*/logging/loglevel", "INFO")],
        [("replace", "/~1pets/GET/logging/loglevel", "ERROR")],
        [
            ("replace", "/accessLogSettings/destinationArn", GROUP),
            ("replace", "/accessLogSettings/format", "$context.requestId"),
        ],
    ],
    ids=["all methods", "one method", "access logs"],
)
def test_stage_logging_without_the_accounts_cloudwatch_role_is_refused(
    gateway: Any, api: Json, refusal: Callable[..., Refusal], operations: list[tuple[str, str, str]]
) -> None:
    listed = [{"op": verb, "path": path, "value": value} for verb, path, value in operations]
    assert refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=listed) == (
        400,
        "BadRequestException",
        NO_ROLE,
    )
    assert "accessLogSettings" not in gateway.get_stage(restApiId=api["id"], stageName="dev")


def test_stage_logging_works_once_the_account_has_its_role(sandbox: SandboxUnderTest, gateway: Any, api: Json) -> None:
    set_role(gateway, logging_role(sandbox))
    changed = patch_stage(
        gateway,
        api["id"],
        ("replace", "/*/*/logging/loglevel", "INFO"),
        ("replace", "/*/*/logging/dataTrace", "true"),
        ("replace", "/accessLogSettings/destinationArn", GROUP + ":*"),
        ("replace", "/accessLogSettings/format", '{"id": "$context.requestId"}'),
    )
    assert changed["methodSettings"]["*/*"]["loggingLevel"] == "INFO"
    assert changed["accessLogSettings"] == {"destinationArn": GROUP, "format": '{"id": "$context.requestId"}'}
    assert "accessLogSettings" not in patch_stage(gateway, api["id"], ("remove", "/accessLogSettings", None))


def test_the_accounts_role_is_set_and_reset_by_an_empty_patch(sandbox: SandboxUnderTest, gateway: Any) -> None:
    arn = logging_role(sandbox)
    assert set_role(gateway, arn)["cloudwatchRoleArn"] == arn
    account = gateway.get_account()
    assert account["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}
    assert account["features"] == ["UsagePlans"]
    assert "cloudwatchRoleArn" not in set_role(gateway, None)
    set_role(gateway, arn)
    assert "cloudwatchRoleArn" not in set_role(gateway, "")


def test_the_accounts_role_must_trust_api_gateway_and_be_the_accounts_own(
    sandbox: SandboxUnderTest, gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    untrusting = logging_role(sandbox, service="lambda.amazonaws.com")
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": untrusting}
    assert refusal(gateway.update_account, patchOperations=[operation]) == (
        400,
        "BadRequestException",
        (
            "The role ARN does not have required permissions configured. "
            "Please grant trust permission for API Gateway and add the required role policy."
        ),
    )
    foreign = {**operation, "value": "arn:aws:iam::222222222222:role/theirs"}
    assert refusal(gateway.update_account, patchOperations=[foreign]) == (
        403,
        "AccessDeniedException",
        "Cross-account pass role is not allowed.",
    )


def test_the_accounts_role_must_be_allowed_to_write_logs(
    sandbox: SandboxUnderTest, gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    arn = logging_role(sandbox)
    sandbox.client("iam").delete_role_policy(RoleName="logs", PolicyName="write")
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
    message = refusal(gateway.update_account, patchOperations=[operation])[2]
    assert message.startswith("The role ARN does not have required permissions configured.")


def test_the_accounts_role_is_one_per_region(sandbox: SandboxUnderTest, gateway: Any) -> None:
    set_role(gateway, logging_role(sandbox))
    assert "cloudwatchRoleArn" not in sandbox.client("apigateway", region="eu-west-1").get_account()
