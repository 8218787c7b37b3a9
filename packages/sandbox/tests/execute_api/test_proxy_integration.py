"""The contract of a Lambda proxy integration: the event and the response."""

from __future__ import annotations

import base64
import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_BODY,
    ECHO_EVENT,
    FUNCTION_ACCOUNT,
    Api,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
)

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = f"{API_ID}.execute-api.us-east-1.amazonaws.com"


@pytest.fixture
def echo(sandbox: Any) -> Api:
    """ANY / and ANY /{proxy+} return the event that the function got."""
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function)
    api = add_api(sandbox.world)
    api.route("/", "ANY", lambda_proxy(function))
    api.route("/pets/{petId}", "GET", lambda_proxy(function))
    api.route("/{proxy+}", "ANY", lambda_proxy(function))
    api.deploy()
    return api


@pytest.fixture
def answering(sandbox: Any) -> Callable[..., Any]:
    """Sends a response to a function that returns it."""
    function = add_function(sandbox.world, ECHO_BODY)
    allow_gateway(function)
    api = add_api(sandbox.world)
    api.route("/", "ANY", lambda_proxy(function))

    def send(answer: dict[str, Any], *, binary: list[str] | None = None, verb: str = "POST", **headers: str) -> Any:
        api.definition.binary_media_types = binary or []
        api.deploy()
        body = json.dumps(answer)
        sent = {"Content-Type": "application/json"} | headers
        return sandbox.request(verb, api.url(), body=body, headers=sent)

    return send


def test_the_event_has_the_fields_of_aws_and_no_others(sandbox: Any, echo: Api) -> None:
    event = sandbox.request("GET", echo.url()).json()
    assert list(event) == [
        "resource",
        "path",
        "httpMethod",
        "headers",
        "multiValueHeaders",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "requestContext",
        "body",
        "isBase64Encoded",
    ]
    for name in (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    ):
        assert event[name] is None
    assert event["isBase64Encoded"] is False


def test_the_request_context_is_complete(sandbox: Any, echo: Api) -> None:
    before = int(time.time() * 1000)
    reply = sandbox.request("GET", echo.url("/pets/7?x=1"), headers={"User-Agent": "test/1"})
    context = reply.json()["requestContext"]
    moment, epoch = context.pop("requestTime"), context.pop("requestTimeEpoch")
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", moment)
    assert before <= epoch <= before + 60_000
    nobody = dict.fromkeys(
        [
            "cognitoIdentityPoolId",
            "accountId",
            "cognitoIdentityId",
            "caller",
            "principalOrgId",
            "accessKey",
            "cognitoAuthenticationType",
            "cognitoAuthenticationProvider",
            "userArn",
            "user",
        ]
    )
    resource = echo.definition.resource_at("/pets/{petId}")
    assert resource is not None
    assert context == {
        "resourceId": resource.id,
        "resourcePath": "/pets/{petId}",
        "httpMethod": "GET",
        "extendedRequestId": reply.header("x-amz-apigw-id"),
        "path": "/dev/pets/7",
        "accountId": API_ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": "dev",
        "domainPrefix": API_ID,
        "requestId": reply.header("x-amzn-RequestId"),
        "domainName": HOST,
        "deploymentId": echo.stage.deployment_id,
        "apiId": API_ID,
        "identity": nobody | {"sourceIp": "127.0.0.1", "userAgent": "test/1"},
    }


def test_header_names_keep_the_callers_spelling(sandbox: Any, echo: Api) -> None:
    headers = {"day": "Thursday", "tEsT-HEADeR": "aValUE", "authorization": "random-value"}
    event = sandbox.request("GET", echo.url(), headers=headers).json()
    assert headers.items() <= event["headers"].items()
    assert event["multiValueHeaders"]["tEsT-HEADeR"] == ["aValUE"]


def test_api_gateway_adds_where_the_request_came_from_and_its_trace(sandbox: Any, echo: Api) -> None:
    headers = sandbox.request("GET", echo.url(), headers={"X-Forwarded-For": "203.0.113.9"}).json()["headers"]
    assert headers["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert (headers["X-Forwarded-Port"], headers["X-Forwarded-Proto"]) == ("443", "https")
    assert headers["Host"] == HOST
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["X-Amzn-Trace-Id"])


def test_a_trace_id_of_the_caller_is_kept(sandbox: Any, echo: Api) -> None:
    root = "Root=1-5759e988-bd862e3fe1be46a994272793"
    reply = sandbox.request("GET", echo.url(), headers={"X-Amzn-Trace-Id": f"Self=1-a;{root};Sampled=1"})
    assert reply.json()["headers"]["X-Amzn-Trace-Id"] == root
    assert str(reply.header("X-Amzn-Trace-Id")).startswith(root)


def test_of_repeated_headers_the_single_map_holds_the_last(sandbox: Any, echo: Api) -> None:
    event = sandbox.request("GET", echo.url(), headers=[("x-one", "a"), ("x-one", "b")]).json()
    assert event["headers"]["x-one"] == "b"
    assert event["multiValueHeaders"]["x-one"] == ["a", "b"]


def test_query_parameters_are_decoded_and_the_last_of_a_name_counts(sandbox: Any, echo: Api) -> None:
    query = "name=J%C3%B6rg&plus=a+b&mail=test%2Balias%40example.com&x=1&x=2&empty=&bare"
    event = sandbox.request("GET", echo.url(f"/?{query}")).json()
    assert event["queryStringParameters"] == {
        "name": "Jörg",
        "plus": "a b",
        "mail": "test+alias@example.com",
        "x": "2",
        "empty": "",
        "bare": "",
    }
    assert event["multiValueQueryStringParameters"]["x"] == ["1", "2"]


def test_a_path_and_its_parameters_keep_their_percent_encoding(sandbox: Any, echo: Api) -> None:
    event = sandbox.request("GET", echo.url("/user/test%2Balias@example.com/plus/a+b%20c/")).json()
    assert event["path"] == "/user/test%2Balias@example.com/plus/a+b%20c/"
    assert event["pathParameters"] == {"proxy": "user/test%2Balias@example.com/plus/a+b%20c"}
    assert event["requestContext"]["path"] == "/dev/user/test%2Balias@example.com/plus/a+b%20c/"
    assert event["resource"] == "/{proxy+}"


def test_a_text_body_arrives_as_sent(sandbox: Any, echo: Api) -> None:
    body = '{"time": "evening", "ß": "𝄞"}'
    event = sandbox.request("POST", echo.url(), body=body, headers={"Content-Type": "application/json"}).json()
    assert (event["body"], event["isBase64Encoded"]) == (body, False)


def test_a_body_of_a_binary_media_type_arrives_as_base64(sandbox: Any, echo: Api) -> None:
    echo.definition.binary_media_types = ["image/*"]
    echo.deploy()
    raw = bytes(range(256))
    event = sandbox.request("POST", echo.url(), body=raw, headers={"Content-Type": "image/png"}).json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == raw


def test_stage_variables_reach_the_function(sandbox: Any, echo: Api) -> None:
    echo.stage.variables = {"colour": "blue"}
    assert sandbox.request("GET", echo.url()).json()["stageVariables"] == {"colour": "blue"}


@pytest.mark.parametrize(("account", "status"), [(API_ACCOUNT, 200), (FUNCTION_ACCOUNT, 500)])
def test_a_stage_variable_may_name_a_function_of_the_api_s_own_account(sandbox: Any, account: str, status: int) -> None:
    function = add_function(sandbox.world, ECHO_EVENT, account=account)
    allow_gateway(function)
    integration = lambda_proxy(function)
    integration.uri = str(integration.uri).replace(":function:hello", ":function:${stageVariables.name}")
    api = add_api(sandbox.world)
    api.route("/", "GET", integration)
    api.deploy().variables = {"name": "hello"}
    assert sandbox.request("GET", api.url()).status == status
    api.stage.variables = {"name": "other"}
    assert sandbox.request("GET", api.url()).status == 500


def test_a_stage_serves_its_deployment_not_the_api_as_edited(sandbox: Any, echo: Api) -> None:
    echo.definition.resources["root"].methods.clear()
    assert sandbox.request("GET", echo.url()).status == 200
    echo.deploy()
    assert sandbox.request("GET", echo.url("/")).status == 403


# The response


def test_an_empty_object_is_200_with_an_empty_body(answering: Callable[..., Any]) -> None:
    reply = answering({})
    assert (reply.status, reply.body) == (200, b"")


def test_a_missing_status_code_is_200(answering: Callable[..., Any]) -> None:
    reply = answering({"headers": {"test-header": "value"}})
    assert (reply.status, reply.header("test-header")) == (200, "value")


def test_a_status_code_may_be_a_string_of_digits(answering: Callable[..., Any]) -> None:
    assert answering({"statusCode": "201"}).status == 201


def test_the_content_type_is_json_where_the_function_gives_none(answering: Callable[..., Any]) -> None:
    assert answering({"statusCode": 200, "body": "x"}).header("Content-Type") == "application/json"
    assert answering({"headers": {"content-type": "text/plain"}}).header("Content-Type") == "text/plain"


@pytest.mark.parametrize(
    ("single", "multi", "values"),
    [
        pytest.param("solo", ["a", "b"], ["a", "b", "solo"], id="both"),
        pytest.param("a", ["a", "b"], ["a", "b"], id="a value in both is sent once"),
        pytest.param("solo", [], ["solo"], id="an empty list"),
        pytest.param(None, ["a", "a"], ["a", "a"], id="several lines"),
    ],
)
def test_a_name_in_headers_and_multi_value_headers_has_the_values_of_both(
    answering: Callable[..., Any], single: str | None, multi: list[str], values: list[str]
) -> None:
    headers = {"other": "1"} | ({"Test-Multi": single} if single else {})
    reply = answering({"headers": headers, "multiValueHeaders": {"tesT-Multi": multi}})
    assert sorted(value for name, value in reply.headers if name.lower() == "test-multi") == values
    assert reply.header("other") == "1"


def test_null_headers_are_fine_and_booleans_are_written_out(answering: Callable[..., Any]) -> None:
    assert answering({"statusCode": 200, "headers": None, "body": None}).status == 200
    assert answering({"headers": {"header-bool": True}}).header("header-bool") == "true"


def test_headers_between_gateway_and_client_are_remapped(answering: Callable[..., Any]) -> None:
    reply = answering({"headers": {"Date": "then", "Server": "mine", "WWW-Authenticate": "Basic"}})
    assert reply.header("x-amzn-Remapped-Date") == "then"
    assert reply.header("x-amzn-Remapped-Server") == "mine"
    assert reply.header("x-amzn-Remapped-WWW-Authenticate") == "Basic"
    assert reply.header("WWW-Authenticate") is None


PIXEL = base64.b64encode(b"\x89PNG\xff").decode()
IMAGE = f"""
def handler(event, context):
    return {{"statusCode": 200, "headers": {{"Content-Type": "image/png"}}, "body": "{PIXEL}", "isBase64Encoded": True}}
"""


@pytest.mark.parametrize(
    ("binary", "accept", "decoded"),
    [
        pytest.param(["image/png"], "image/png", True, id="accepted"),
        pytest.param(["image/png"], "image/png;q=0.9, */*", True, id="the first type in Accept counts"),
        pytest.param(["*/*"], "text/html", True, id="everything is binary"),
        pytest.param(["image/png"], "text/html, image/png", False, id="not the first type in Accept"),
        pytest.param(["image/png"], "*/*", False, id="a wildcard in Accept is not a binary type"),
        pytest.param([], "image/png", False, id="no binary types"),
    ],
)
def test_base64_is_undone_where_the_client_accepts_a_binary_type(
    sandbox: Any, binary: list[str], accept: str, decoded: bool
) -> None:
    function = add_function(sandbox.world, IMAGE)
    allow_gateway(function)
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(function))
    api.definition.binary_media_types = binary
    api.deploy()
    reply = sandbox.request("GET", api.url(), headers={"Accept": accept})
    assert reply.body == (b"\x89PNG\xff" if decoded else PIXEL.encode())


def test_without_the_flag_a_body_stays_text(answering: Callable[..., Any]) -> None:
    answer = {"statusCode": 200, "body": PIXEL}
    assert answering(answer, binary=["image/png"], Accept="image/png").body == PIXEL.encode()


def test_an_answer_to_head_and_a_204_have_no_body(answering: Callable[..., Any]) -> None:
    assert answering({"statusCode": 204, "body": "x"}).body == b""
    reply = answering({"statusCode": 200, "body": "x"}, verb="HEAD")
    assert (reply.status, reply.body) == (200, b"")


def test_cors_headers_are_the_functions_own(answering: Callable[..., Any]) -> None:
    assert answering({"statusCode": 200}).header("Access-Control-Allow-Origin") is None
    assert answering({"headers": {"Access-Control-Allow-Origin": "*"}}).header("Access-Control-Allow-Origin") == "*"
