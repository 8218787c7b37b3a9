"""Functions behind an HTTP API: their events, the client's responses, and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from sandbox_testing.http_apis import Deployment
    from sandbox_testing.server import SandboxUnderTest

ECHO = "def handler(event, context):\n    return event\n"


def returns(expression: str) -> str:
    return f"def handler(event, context):\n    return {expression}\n"


def test_payload_2_0_joins_what_is_repeated_and_leaves_out_what_is_absent(api: Deployment) -> None:
    api.route("POST /pets/{id}", api.function("echo", ECHO))
    event = api.call(
        "POST",
        "/pets/7?color=red&color=blue&size=",
        headers=[("X-Tag", "a"), ("x-tag", "b"), ("Cookie", "one=1; two=2"), ("Content-Type", "application/json")],
        body='{"name":"Fido"}',
    ).json()
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "POST /pets/{id}", "/pets/7")
    assert event["rawQueryString"] == "color=red&color=blue&size="
    assert event["queryStringParameters"] == {"color": "red,blue", "size": ""}
    assert event["headers"]["x-tag"] == "a,b"
    assert event["cookies"] == ["one=1", "two=2"]
    assert "cookie" not in event["headers"]
    assert event["pathParameters"] == {"id": "7"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"name":"Fido"}', False)
    assert "stageVariables" not in event
    context = event["requestContext"]
    assert (context["accountId"], context["apiId"], context["stage"]) == ("111111111111", api.api_id, "$default")
    assert context["domainName"] == f"{api.api_id}.execute-api.us-east-1.amazonaws.com"
    assert context["http"]["method"] == "POST"
    assert context["http"]["path"] == "/pets/7"


def test_payload_1_0_keeps_every_value_and_nulls(api: Deployment) -> None:
    source = "import json\ndef handler(event, context):\n    return {'statusCode': 200, 'body': json.dumps(event)}\n"
    api.route("GET /pets", api.function("echo", source), version="1.0")
    event = api.call("GET", "/pets?color=red&color=blue", headers=[("X-Tag", "a"), ("x-tag", "b")]).json()
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/pets", "/pets")
    assert event["queryStringParameters"] == {"color": "blue"}
    assert event["multiValueQueryStringParameters"] == {"color": ["red", "blue"]}
    assert event["multiValueHeaders"]["x-tag"] == ["a", "b"]
    assert (event["pathParameters"], event["stageVariables"], event["body"]) == (None, None, None)
    assert event["requestContext"]["authorizer"] == {"claims": None, "scopes": None}


def test_a_binary_body_arrives_as_base64(api: Deployment) -> None:
    api.route("POST /", api.function("echo", ECHO))
    event = api.call("POST", "/", headers={"Content-Type": "application/octet-stream"}, body=b"\x00\xff").json()
    assert (event["body"], event["isBase64Encoded"]) == ("AP8=", True)


@pytest.mark.parametrize(
    ("result", "body"),
    [("'Hello from Lambda!'", b"Hello from Lambda!"), ("{'message': 'Hi'}", b'{"message":"Hi"}'), ("[1, 2]", b"[1,2]")],
)
def test_in_2_0_a_result_without_a_status_code_is_the_body(api: Deployment, result: str, body: bytes) -> None:
    api.route("GET /", api.function("plain", returns(result)))
    reply = api.call("GET", "/")
    assert (reply.status, reply.header("content-type"), reply.body) == (200, "application/json", body)


def test_in_2_0_status_headers_cookies_and_base64_are_customised(api: Deployment) -> None:
    result = (
        "{'statusCode': 201, 'headers': {'x-own': 'yes'}, 'cookies': ['a=1', 'b=2'], "
        "'body': 'AP8=', 'isBase64Encoded': True}"
    )
    api.route("GET /", api.function("custom", returns(result)))
    reply = api.call("GET", "/")
    assert (reply.status, reply.header("x-own"), reply.body) == (201, "yes", b"\x00\xff")
    assert [value for name, value in reply.headers if name.lower() == "set-cookie"] == ["a=1", "b=2"]
    assert reply.header("content-type") == "text/plain;charset=UTF-8"


@pytest.mark.parametrize("result", ["{'statusCode': 'many'}", "{'statusCode': 200, 'body': {'a': 1}}"])
def test_a_malformed_result_is_an_internal_server_error(api: Deployment, result: str) -> None:
    api.route("GET /", api.function("bad", returns(result)))
    reply = api.call("GET", "/")
    assert (reply.status, reply.body) == (500, b'{"message":"Internal Server Error"}')


def test_in_1_0_a_result_without_a_status_code_is_an_internal_server_error(api: Deployment) -> None:
    api.route("GET /", api.function("plain", returns("'Hello'")), version="1.0")
    reply = api.call("GET", "/")
    assert (reply.status, reply.body) == (500, b'{"message":"Internal Server Error"}')


def test_a_function_that_raises_is_an_internal_server_error(api: Deployment) -> None:
    api.route("GET /", api.function("raises", "def handler(event, context):\n    raise ValueError('no')\n"))
    reply = api.call("GET", "/")
    assert (reply.status, reply.body) == (500, b'{"message":"Internal Server Error"}')
    assert "function:" in api.why


def test_a_function_slower_than_the_integration_is_503(api: Deployment) -> None:
    source = "import time\ndef handler(event, context):\n    time.sleep(5)\n"
    api.route("GET /", api.function("slow", source, Timeout=10))
    api.v2.update_integration(ApiId=api.api_id, IntegrationId=api.integrations["GET /"], TimeoutInMillis=300)
    reply = api.call("GET", "/")
    assert (reply.status, reply.body) == (503, b'{"message":"Service Unavailable"}')


@pytest.mark.parametrize(
    ("allow", "status"),
    [
        ("*", 200),
        ("$default/GET/pets/{id}", 200),
        ("*/GET/pets/{id}", 200),
        ("*/*/pets/*", 200),
        ("dev/GET/pets/{id}", 500),
        ("*/POST/pets/{id}", 500),
        ("*/$default", 500),
        (None, 500),
    ],
)
def test_the_functions_policy_decides_by_stage_and_route(api: Deployment, allow: str | None, status: int) -> None:
    api.route("GET /pets/{id}", api.function("hello", returns("'hi'"), allow=allow))
    reply = api.call("GET", "/pets/7")
    assert reply.status == status
    if status == 500:
        assert reply.body == b'{"message":"Internal Server Error"}'
        assert api.why.startswith("permission:")


def test_the_default_route_invokes_as_stage_and_default(api: Deployment) -> None:
    api.route("$default", api.function("hello", returns("'hi'"), allow="*/$default"))
    assert api.call("PUT", "/anything/at/all").status == 200


def test_a_permission_for_another_region_than_the_functions_does_not_match(api: Deployment) -> None:
    arn = api.function("far", returns("'hi'"), region="eu-west-1", allow=None)
    functions = api.sandbox.client("lambda", account="222222222222", region="eu-west-1")
    statement = {
        "FunctionName": "far",
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceAccount": "111111111111",
    }
    api.route("GET /", arn)
    functions.add_permission(
        StatementId="apis-region", SourceArn=f"arn:aws:execute-api:us-east-1:111111111111:{api.api_id}/*", **statement
    )
    assert api.call("GET", "/").status == 500
    functions.add_permission(
        StatementId="functions-region",
        SourceArn=f"arn:aws:execute-api:eu-west-1:111111111111:{api.api_id}/*",
        **statement,
    )
    assert api.call("GET", "/").status == 200


def test_an_alias_needs_a_permission_of_its_own(api: Deployment) -> None:
    arn = api.function("hello", returns("'hi'"))
    functions = api.sandbox.client("lambda", account="222222222222")
    version = functions.publish_version(FunctionName="hello")["Version"]
    functions.create_alias(FunctionName="hello", Name="live", FunctionVersion=version)
    api.route("GET /", f"{arn}:live")
    assert api.call("GET", "/").status == 500
    functions.add_permission(
        FunctionName="hello",
        Qualifier="live",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:111111111111:{api.api_id}/*",
    )
    assert api.call("GET", "/").status == 200


def test_the_permission_problem_is_named_in_the_access_log(sandbox: SandboxUnderTest, api: Deployment) -> None:
    sandbox.client("logs").create_log_group(logGroupName="/access")
    api.v2.update_stage(
        ApiId=api.api_id,
        StageName="$default",
        AccessLogSettings={
            "DestinationArn": "arn:aws:logs:us-east-1:111111111111:log-group:/access",
            "Format": "$context.routeKey $context.status $context.integrationErrorMessage $context.authorizer.error",
        },
    )
    api.route("GET /", api.function("hello", returns("'hi'"), allow=None))
    api.call("GET", "/")
    events = sandbox.client("logs").filter_log_events(logGroupName="/access")["events"]
    assert [event["message"] for event in events] == [
        (
            "GET / 500 The IAM role configured on the integration or API Gateway doesn't have permissions to call the "
            "integration. Check the permissions and try again. -"
        )
    ]


def test_a_function_that_is_still_being_created_is_answered_500(sandbox: SandboxUnderTest, api: Deployment) -> None:
    sandbox.world.function_state_delay_s = 600
    api.route("GET /", api.function("hello", returns("'hi'")))
    reply = api.call("GET", "/")
    assert (reply.status, reply.json()) == (500, {"message": "Internal Server Error"})
    assert "Pending" in api.why


@pytest.mark.parametrize("status", [100, 101, 199, 600, "²00"])
def test_a_status_that_ends_no_exchange_is_malformed(api: Deployment, status: object) -> None:
    api.route("GET /", api.function("early", returns(f"{{'statusCode': {status!r}}}")))
    reply = api.call("GET", "/")
    assert (reply.status, reply.json()) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize("status", ["100", "²00", "9" * 5_000, "%0A200", "600"])
def test_a_mapped_status_that_is_none_is_answered_500(api: Deployment, status: str) -> None:
    api.route("GET /", api.function("fine", returns("'fine'")))
    mapping = {"200": {"overwrite:statuscode": "$request.querystring.status"}}
    api.v2.update_integration(
        ApiId=api.api_id,
        IntegrationId=api.integrations["GET /"],
        ResponseParameters=mapping,
        PayloadFormatVersion="2.0",
    )
    assert api.call("GET", "/?status=204").status == 204
    assert api.call("GET", f"/?status={quote(status, safe='%')}").status == 500
