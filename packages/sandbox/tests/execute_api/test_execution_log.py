"""The execution log: its log group, its level and its lines."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_BODY,
    HELLO,
    Api,
    add_api,
    lambda_proxy,
    log_messages,
    own_log_lines,
    permitted,
)

GROUP = f"API-Gateway-Execution-Logs_{API_ID}/dev"


@pytest.fixture
def api(sandbox: Any) -> Api:
    """POST / calls a function that returns the request's body."""
    made = add_api(sandbox.world)
    made.route("/", "POST", lambda_proxy(permitted(sandbox, ECHO_BODY)))
    made.deploy()
    made.log_at("INFO")
    return made


def test_nothing_is_logged_where_the_stage_does_not_log(sandbox: Any, api: Api) -> None:
    api.stage.method_settings.clear()
    sandbox.request("POST", api.url(), body="no json")
    assert log_messages(sandbox, account=API_ACCOUNT, group=GROUP) == []


def test_nothing_is_logged_where_the_settings_have_other_things_than_a_level(sandbox: Any, api: Api) -> None:
    api.log_at("OFF", data_trace=True)
    sandbox.request("POST", api.url(), body="no json")
    assert log_messages(sandbox, account=API_ACCOUNT, group=GROUP) == []


def test_without_the_data_trace_no_payload_and_no_header_is_logged(sandbox: Any, api: Api) -> None:
    # Developer guide, set-up-logging: only data tracing logs full requests and responses.
    body = '{"statusCode": 200, "body": "word-of-the-answer", "headers": {"x-of-the-answer": "1"}}'
    reply = sandbox.request("POST", api.url(), body=body, headers={"x-of-the-request": "1"})
    lines = own_log_lines(sandbox, reply)
    assert "Method completed with status: 200" in lines
    assert not [line for line in lines if "-of-the-" in line]


def test_nothing_is_logged_where_the_account_has_no_cloudwatch_role(sandbox: Any, api: Api) -> None:
    sandbox.world.apigateway(API_ACCOUNT, "us-east-1").cloudwatch_role_arn = None
    sandbox.request("POST", api.url(), body="no json")
    assert log_messages(sandbox, account=API_ACCOUNT, group=GROUP) == []


def test_the_error_level_logs_what_failed_and_nothing_else(sandbox: Any, api: Api) -> None:
    api.log_at("ERROR")
    good = sandbox.request("POST", api.url(), body="{}")
    bad = sandbox.request("POST", api.url(), body='{"statusCode": "NaN"}')
    assert (good.status, bad.status) == (200, 502)
    assert own_log_lines(sandbox, good) == []
    assert own_log_lines(sandbox, bad) == [
        "Execution failed due to configuration error: Malformed Lambda proxy response",
        "Method completed with status: 502",
    ]


def test_the_info_level_logs_the_way_of_a_good_request_in_awss_words(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url(), body="{}")
    lines = own_log_lines(sandbox, reply)
    assert lines[0] == f"Extended Request Id: {reply.header('x-amz-apigw-id')}"
    assert lines[1].startswith("Verifying Usage Plan for request: ")
    assert f"Starting execution for request: {reply.header('x-amzn-RequestId')}" in lines
    assert "HTTP Method: POST, Resource Path: /" in lines
    assert "Successfully completed execution" in lines
    assert "Method completed with status: 200" in lines


def test_the_data_trace_shows_the_source_arn_that_lambda_was_called_with(sandbox: Any) -> None:
    function = permitted(sandbox, HELLO, region="eu-west-1")
    api = add_api(sandbox.world)
    api.route("/pets/{petId}", "ANY", lambda_proxy(function))
    api.deploy()
    api.log_at("INFO", data_trace=True)
    reply = sandbox.request("GET", api.url("/pets/1"), headers={"Authorization": "Bearer of-a-secret-token"})
    lines = own_log_lines(sandbox, reply)
    source = f"X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:{API_ACCOUNT}:{API_ID}/dev/ANY/pets/{{petId}},"
    assert any(source in line for line in lines)
    assert "Method request path: {petId=1}" in lines
    assert not any("of-a-secret" in line for line in lines if line.startswith("Method request headers"))


def test_a_line_of_the_execution_log_has_at_most_1024_bytes(sandbox: Any, api: Api) -> None:
    api.log_at("INFO", data_trace=True)
    sandbox.request("POST", api.url(), body='{"body": "' + "ä" * 2000 + '"}')
    lines = log_messages(sandbox, account=API_ACCOUNT, group=GROUP)
    assert max(len(line.encode()) for line in lines) <= 1024
    assert any(line.endswith(" [TRUNCATED]") for line in lines)
