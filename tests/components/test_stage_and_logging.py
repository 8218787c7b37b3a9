"""The stage's settings and logs."""

from __future__ import annotations

import json

import pytest

from cross_account_api import GatewayLoggingArgs, StageArgs, Throttling
from cross_account_api.testing import API_ID
from tests.components.builders import API, made


def test_the_access_log_is_json_with_the_integrations_error_status_latency_and_request_id() -> None:
    recording = made()
    settings = recording.one("Stage").inputs["accessLogSettings"]

    assert settings["destinationArn"] == recording.one("LogGroup", name="shop-access-logs").state["arn"]
    assert {
        "$context.integration.error",
        "$context.integration.status",
        "$context.integration.integrationStatus",
        "$context.integration.latency",
        "$context.integration.requestId",
    } <= set(json.loads(settings["format"]).values())


def test_the_execution_logs_group_is_the_one_that_api_gateway_would_make() -> None:
    group = made(stage=StageArgs(name="test"), logging=GatewayLoggingArgs(log_retention_days=7)).one(
        "LogGroup", name="shop-execution-logs"
    )

    assert group.inputs["name"] == f"API-Gateway-Execution-Logs_{API_ID}/test"
    assert group.inputs["retentionInDays"] == 7


@pytest.mark.parametrize("level", ["ERROR", "INFO"])
def test_level_tracing_and_limits_are_the_stages(level: str) -> None:
    recording = made(
        logging=GatewayLoggingArgs(log_level=level),  # type: ignore[arg-type]
        throttling=Throttling(rate_limit=5, burst_limit=9),
    )

    assert recording.one("MethodSettings").inputs["methodPath"] == "*/*"
    assert recording.one("MethodSettings").inputs["settings"] == {
        "loggingLevel": level,
        "dataTraceEnabled": False,
        "metricsEnabled": False,
        "throttlingRateLimit": 5,
        "throttlingBurstLimit": 9,
    }
    assert recording.one("Stage").inputs["xrayTracingEnabled"] is True


def test_existing_makes_no_role_for_the_account() -> None:
    recording = made(logging=GatewayLoggingArgs(gateway_logging="existing"))

    assert recording.all("apigateway/account:Account") == []
    assert [each.name for each in recording.all("Role")] == ["shop-hello-role"]


def test_managed_makes_the_role_that_api_gateway_logs_with() -> None:
    recording = made(logging=GatewayLoggingArgs(gateway_logging="managed"))
    account, role = recording.one("apigateway/account:Account"), recording.one("Role", name="shop-logging-role")

    assert account.inputs["cloudwatchRoleArn"] == role.state["arn"]
    assert role.document("assumeRolePolicy")["Statement"][0]["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert account.depends_on(recording.one("RolePolicy", name="shop-logging-role-policy"))


@pytest.mark.parametrize(
    ("check_source", "condition"),
    [(False, None), (True, {"StringEqualsIfExists": {"aws:SourceAccount": API}})],
)
def test_the_logging_role_checks_the_source_account_on_request(
    check_source: bool, condition: dict[str, dict[str, str]] | None
) -> None:
    recording = made(logging=GatewayLoggingArgs(gateway_logging="managed", check_source=check_source))
    (statement,) = recording.one("Role", name="shop-logging-role").document("assumeRolePolicy")["Statement"]

    assert statement.get("Condition") == condition


def test_off_logs_nothing_and_needs_no_role() -> None:
    recording = made(logging=GatewayLoggingArgs(gateway_logging="off"))

    assert [each.name for each in recording.all("LogGroup")] == ["shop-hello-logs"]
    assert "accessLogSettings" not in recording.one("Stage").inputs
    assert recording.one("MethodSettings").inputs["settings"]["loggingLevel"] == "OFF"


def test_without_an_execution_log_there_is_no_group_for_it() -> None:
    recording = made(logging=GatewayLoggingArgs(log_level="OFF"))

    assert [each.name for each in recording.all("LogGroup") if each.provider == "api"] == ["shop-access-logs"]


def test_deployment_and_stage_are_two_resources() -> None:
    recording = made()

    assert recording.one("Stage").inputs["deployment"] == recording.one("Deployment").id
    assert recording.one("Deployment").inputs["restApi"] == API_ID
    assert set(recording.one("Deployment").inputs) == {"restApi", "triggers"}
    assert recording.outputs["apiExecutionArn"].endswith(f":{API}:{API_ID}")
