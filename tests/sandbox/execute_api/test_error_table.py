"""The error table of REST APIs, row by row: status, body, content type, x-amzn-errortype and log line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.apigateway.model.definition import Authorizer, GatewayResponse, Integration
from sandbox.apigateway.model.stage import MethodSetting
from tests.sandbox.execute_api.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_BODY,
    FUNCTION_ACCOUNT,
    HELLO,
    Api,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    log_messages,
    mock,
)

if TYPE_CHECKING:
    from sandbox.functions.store import Function

GROUP = f"API-Gateway-Execution-Logs_{API_ID}/dev"
INTERNAL = {"message": "Internal server error"}


@pytest.fixture
def api(sandbox: Any) -> Api:
    """POST / is a function that answers what the body says."""
    made = add_api(sandbox.world)
    made.route("/", "POST", lambda_proxy(permitted(sandbox, ECHO_BODY)))
    made.deploy()
    made.log_at("INFO")
    return made


def permitted(sandbox: Any, code: str, **changes: Any) -> Function:
    function = add_function(sandbox.world, code, **changes)
    allow_gateway(function)
    return function


def serve(sandbox: Any, integration: Integration, **method: Any) -> Api:
    api = add_api(sandbox.world)
    api.route("/", "GET", integration, **method)
    api.deploy()
    api.log_at("INFO")
    return api


def logged(sandbox: Any, reply: Any) -> list[str]:
    """The request's own lines of the execution log."""
    prefix = f"({reply.header('x-amzn-RequestId')}) "
    lines = log_messages(sandbox, account=API_ACCOUNT, group=GROUP)
    return [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]


def assert_error(reply: Any, status: int, body: Any, error: str) -> None:
    assert (reply.status, reply.json()) == (status, body)
    assert reply.header("Content-Type") == "application/json"
    assert reply.header("x-amzn-ErrorType") == error
    assert reply.header("x-amzn-RequestId")
    assert reply.header("x-amz-apigw-id")


@pytest.mark.parametrize(
    "answer",
    [
        '{"statusCode": 200, "body": "x", "extra": 1}',
        '{"statusCode": "NaN"}',
        '{"statusCode": null}',
        '{"statusCode": 200, "body": {"a": 1}}',
        '"justAString"',
        "[200]",
        "null",
        '{"statusCode": 200, "multiValueHeaders": {"a": "b"}}',
        '{"statusCode": 200, "headers": ["a"]}',
    ],
)
def test_row_malformed_proxy_response(sandbox: Any, api: Api, answer: str) -> None:
    reply = sandbox.request("POST", api.url(), body=answer)
    assert_error(reply, 502, INTERNAL, "InternalServerErrorException")
    lines = logged(sandbox, reply)
    assert "Execution failed due to configuration error: Malformed Lambda proxy response" in lines
    assert "Method completed with status: 502" in lines


def test_row_handler_throws(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url(), body="no json")
    assert_error(reply, 502, INTERNAL, "InternalServerErrorException")
    start = "Lambda execution failed with status 200 due to customer function error: "
    line = next(line for line in logged(sandbox, reply) if line.startswith(start))
    assert "Lambda request id: " in line


def test_row_import_error(sandbox: Any) -> None:
    api = serve(sandbox, lambda_proxy(permitted(sandbox, "import nothing_of_this_name\n")))
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 502, INTERNAL, "InternalServerErrorException")
    assert any("customer function error" in line for line in logged(sandbox, reply))


def test_row_function_timeout_shorter_than_the_integrations(sandbox: Any) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(30)\n"
    api = serve(sandbox, lambda_proxy(permitted(sandbox, code, timeout_s=1)))
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 502, INTERNAL, "InternalServerErrorException")
    assert any("Task timed out after 1.00 seconds" in line for line in logged(sandbox, reply))


def test_row_integration_timeout(sandbox: Any) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(2)\n    return {}\n"
    api = serve(sandbox, lambda_proxy(permitted(sandbox, code), timeout_ms=50))
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 504, {"message": "Endpoint request timed out"}, "InternalServerErrorException")
    assert "Execution failed due to a timeout error" in logged(sandbox, reply)


def test_row_lambda_throttled(sandbox: Any) -> None:
    function = permitted(sandbox, HELLO)
    function.reserved_concurrency = 0
    api = serve(sandbox, lambda_proxy(function))
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 500, INTERNAL, "InternalServerErrorException")
    assert any("Lambda invocation failed with status: 429" in line for line in logged(sandbox, reply))


def test_row_stage_rate(sandbox: Any) -> None:
    api = serve(sandbox, mock())
    api.stage.method_settings["*/*"] = MethodSetting(throttling_rate=0.0, throttling_burst=2)
    replies = [sandbox.request("GET", api.url()) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert_error(replies[2], 429, {"message": "Too Many Requests"}, "TooManyRequestsException")


def test_row_no_status_mapping(sandbox: Any) -> None:
    integration = mock(200)
    integration.responses["default"].selection_pattern = "5.."
    api = serve(sandbox, integration)
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 500, INTERNAL, "InternalServerErrorException")
    assert any("No match for output mapping" in line for line in logged(sandbox, reply))


def test_row_output_mapping_to_an_undeclared_method_response(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(200)).responses.clear()
    api.deploy()
    api.log_at("INFO")
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 500, INTERNAL, "InternalServerErrorException")
    assert any("Output mapping refers to an invalid method response: 200" in line for line in logged(sandbox, reply))


@pytest.mark.parametrize(("verb", "path"), [("GET", "/nothing"), ("DELETE", "/")])
def test_row_unknown_path_or_verb(sandbox: Any, api: Api, verb: str, path: str) -> None:
    reply = sandbox.request(verb, api.url(path))
    assert_error(reply, 403, {"message": "Missing Authentication Token"}, "MissingAuthenticationTokenException")


def test_row_unknown_path_with_an_authorization_header_that_is_no_signature(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("GET", api.url("/nothing"), headers={"Authorization": "Bearer abc"})
    assert reply.status == 403
    assert reply.header("x-amzn-ErrorType") == "IncompleteSignatureException"
    assert "key=value pair (missing equal-sign) in Authorization header" in reply.json()["message"]


def test_row_unsigned_call_of_an_aws_iam_method(sandbox: Any) -> None:
    api = serve(sandbox, mock(), authorization_type="AWS_IAM")
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 403, {"message": "Missing Authentication Token"}, "MissingAuthenticationTokenException")


def test_row_resource_policy_names_aws_principals_but_the_method_is_not_aws_iam(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    api.definition.policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/r"},'
        '"Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}'
    )
    api.deploy()
    reply = sandbox.request("GET", api.url())
    message = (
        "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
        f"arn:aws:execute-api:us-east-1:********1111:{API_ID}/dev/GET/"
    )
    assert_error(reply, 403, {"Message": message}, "AccessDeniedException")


def test_row_default_endpoint_disabled(sandbox: Any, api: Api) -> None:
    api.api.default_endpoint_closed = True
    reply = sandbox.request("POST", api.url(), body="{}")
    assert_error(reply, 403, {"message": "Forbidden"}, "ForbiddenException")


def test_row_request_over_10_megabytes(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url(), body=b"x" * 10_485_761)
    assert (reply.status, reply.body) == (413, b"HTTP content length exceeded 10485760 bytes.")
    assert reply.header("Content-Type") == "text/plain"


def test_a_request_of_exactly_10_megabytes_is_taken(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "POST", mock(template='{"statusCode": 200}'))
    api.deploy()
    assert sandbox.request("POST", api.url(), body=b"x" * 10_485_760).status == 200


def test_the_answer_to_a_too_large_request_cannot_be_customised(sandbox: Any, api: Api) -> None:
    # Developer guide, supported-gateway-response-types: REQUEST_TOO_LARGE (known issues)
    for kind in ("REQUEST_TOO_LARGE", "DEFAULT_4XX"):
        api.definition.gateway_responses[kind] = GatewayResponse(response_type=kind, status_code="418")
    api.deploy()
    reply = sandbox.request("POST", api.url(), body=b"x" * 10_485_761)
    assert (reply.status, reply.body) == (413, b"HTTP content length exceeded 10485760 bytes.")


def test_row_event_over_lambdas_6_megabytes(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url(), body=b"x" * 6_400_000)
    assert (reply.status, reply.body) == (413, b'{"message": "Request Too Long"}')
    assert reply.header("x-amzn-ErrorType") == "BadRequestException"


def test_row_function_result_over_6291556_bytes(sandbox: Any) -> None:
    code = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'x' * 6_291_556}\n"
    api = serve(sandbox, lambda_proxy(permitted(sandbox, code)))
    reply = sandbox.request("GET", api.url())
    assert_error(reply, 502, INTERNAL, "InternalServerErrorException")


def test_row_method_arn_over_1600_bytes(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/{proxy+}", "GET", mock())
    api.deploy()
    assert sandbox.request("GET", api.url("/" + "x" * 1_000)).status == 200
    assert sandbox.request("GET", api.url("/" + "x" * 1_600)).status == 414


def test_row_headers_over_10240_bytes(sandbox: Any) -> None:
    api = serve(sandbox, mock())
    assert sandbox.request("GET", api.url(), headers={"x-long": "x" * 9_000}).status == 200
    assert sandbox.request("GET", api.url(), headers={"x-long": "x" * 5_100, "x-too": "x" * 5_100}).status == 431


def test_row_authorizer_permission_missing(sandbox: Any) -> None:
    function = add_function(sandbox.world, HELLO, name="authorizer")
    api = add_api(sandbox.world)
    uri = lambda_proxy(function).uri
    source = "method.request.header.Authorization"
    api.definition.authorizers["auth01"] = Authorizer(
        id="auth01", name="authorizer", type="TOKEN", uri=uri, identity_source=source
    )
    api.route("/", "GET", mock(), authorization_type="CUSTOM", authorizer_id="auth01")
    api.deploy()
    api.log_at("INFO")
    reply = sandbox.request("GET", api.url(), headers={"Authorization": "token"})
    assert_error(reply, 500, {"message": None}, "AuthorizerConfigurationException")
    lines = logged(sandbox, reply)
    assert "Execution failed due to configuration error: Invalid permissions on Lambda function" in lines
    assert "Execution failed due to configuration error: Authorizer error" in lines


def test_row_streaming_is_refused_by_name(sandbox: Any) -> None:
    uri = (
        (lambda_proxy(permitted(sandbox, HELLO)).uri or "")
        .replace("2015-03-31/functions", "2021-11-15/functions")
        .replace("/invocations", "/response-streaming-invocations")
    )
    api = serve(sandbox, Integration(type="AWS_PROXY", http_method="POST", uri=uri))
    reply = sandbox.request("GET", api.url())
    assert reply.status == 501
    assert "STREAM" in reply.json()["message"]


def test_an_unknown_stage_is_forbidden(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url("/", stage="nobody"), body="{}")
    assert_error(reply, 403, {"message": "Forbidden"}, "ForbiddenException")


def test_an_unknown_api_is_forbidden(sandbox: Any) -> None:
    reply = sandbox.request("GET", f"https://nobody1234.execute-api.us-east-1.amazonaws.com/dev/{FUNCTION_ACCOUNT}")
    assert_error(reply, 403, {"message": "Forbidden"}, "ForbiddenException")


def test_an_api_does_not_answer_under_another_regions_name(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url().replace("us-east-1", "eu-west-1"), body="{}")
    assert_error(reply, 403, {"message": "Forbidden"}, "ForbiddenException")


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
    lines = logged(sandbox, reply)
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
    assert logged(sandbox, good) == []
    assert logged(sandbox, bad) == [
        "Execution failed due to configuration error: Malformed Lambda proxy response",
        "Method completed with status: 502",
    ]


def test_the_info_level_logs_the_way_of_a_good_request_in_awss_words(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url(), body="{}")
    lines = logged(sandbox, reply)
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
    lines = logged(sandbox, reply)
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
