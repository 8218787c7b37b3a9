"""Access logs: one line per request, in the stage's format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox_testing.build import API_ACCOUNT, Api, add_api, add_function, allow_gateway, lambda_proxy, log_messages

FIELDS = {
    "requestId": "$context.requestId",
    "extended": "$context.extendedRequestId",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.caller",
    "time": "$context.requestTime",
    "epoch": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "path": "$context.path",
    "protocol": "$context.protocol",
    "status": "$context.status",
    "length": "$context.responseLength",
    "latency": "$context.responseLatency",
    "error": "$context.error.message",
    "errorType": "$context.error.responseType",
    "integrationError": "$context.integration.error",
    "integrationStatus": "$context.integration.status",
    "serviceStatus": "$context.integrationStatus",
    "integrationLatency": "$context.integration.latency",
    "integrationRequestId": "$context.integration.requestId",
    "stage": "$context.stage",
    "domain": "$context.domainName",
    "trace": "$context.xrayTraceId",
    "unknown": "$context.nothing.of.this",
}


@pytest.fixture
def api(sandbox: Any) -> Api:
    """GET / returns a response; GET /broken is not allowed to invoke its function."""
    function = add_function(sandbox.world)
    allow_gateway(function, tail="dev/GET/")
    made = add_api(sandbox.world)
    for path in ("/", "/broken"):
        made.route(path, "GET", lambda_proxy(function))
    stage = made.deploy()
    stage.access_log_arn = f"arn:aws:logs:us-east-1:{API_ACCOUNT}:log-group:/api/access"
    stage.access_log_format = json.dumps(FIELDS)
    sandbox.world.apigateway(API_ACCOUNT, "us-east-1").cloudwatch_role_arn = f"arn:aws:iam::{API_ACCOUNT}:role/logs"
    return made


def last_line(sandbox: Any) -> dict[str, str]:
    line: dict[str, str] = json.loads(log_messages(sandbox, account=API_ACCOUNT, group="/api/access")[-1])
    return line


def test_a_good_requests_line(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("GET", api.url())
    line = last_line(sandbox)
    assert line["requestId"] == reply.header("x-amzn-RequestId")
    assert line["extended"] == reply.header("x-amz-apigw-id")
    assert (line["status"], line["length"], line["integrationStatus"], line["serviceStatus"]) == (
        "200",
        "5",
        "200",
        "200",
    )
    assert (line["method"], line["resource"], line["path"], line["stage"]) == ("GET", "/", "/dev/", "dev")
    assert (line["ip"], line["caller"], line["error"], line["integrationError"]) == ("127.0.0.1", "-", "-", "-")
    assert line["unknown"] == "-"
    assert int(line["latency"]) >= int(line["integrationLatency"]) >= 0
    assert line["integrationRequestId"] != "-"


def test_a_refusals_line_says_why(sandbox: Any, api: Api) -> None:
    sandbox.request("GET", api.url("/broken"))
    line = last_line(sandbox)
    assert line["status"] == "500"
    assert line["error"] == "Internal server error"
    assert line["errorType"] == "API_CONFIGURATION_ERROR"
    assert line["integrationError"] == "Invalid permissions on Lambda function"
    assert line["integrationRequestId"] == "-"


def test_an_unknown_path_is_logged_too(sandbox: Any, api: Api) -> None:
    sandbox.request("GET", api.url("/nothing"))
    line = last_line(sandbox)
    assert (line["status"], line["errorType"], line["resource"]) == ("403", "MISSING_AUTHENTICATION_TOKEN", "-")


def test_without_the_accounts_role_nothing_is_written(sandbox: Any, api: Api) -> None:
    sandbox.world.apigateway(API_ACCOUNT, "us-east-1").cloudwatch_role_arn = None
    sandbox.request("GET", api.url())
    assert log_messages(sandbox, account=API_ACCOUNT, group="/api/access") == []
