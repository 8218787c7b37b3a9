"""Every request gets a response, even if a function, mapping, override or gateway response sets an invalid header."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.apigateway.model.definition import GatewayResponse, Integration, IntegrationResponse
from sandbox_testing.build import ECHO_BODY, Api, add_api, add_function, allow_gateway, lambda_proxy, mock
from sandbox_testing.http_apis import deploy

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_HTTP = [
    pytest.param({"a\nb": "1"}, id="a line break in a name"),
    pytest.param({"a b": "1"}, id="a space in a name"),
    pytest.param({"a:b": "1"}, id="a colon in a name"),
    pytest.param({"é": "1"}, id="a letter beyond ASCII in a name"),
    pytest.param({"": "1"}, id="no name"),
    pytest.param({"x": "a\r\nb: 1"}, id="a line break"),
    pytest.param({"x": "\x00"}, id="a NUL"),
    pytest.param({"x": "\x1b[1m"}, id="an escape"),
    pytest.param({"x": "\x7f"}, id="a DEL"),
]
#: Values that a client can send but no header can contain.
CONTROL = ["a%0Ab", "a%0D%0Aset-cookie:%20b", "%00", "%7F"]


def serve(sandbox: Any, *routes: tuple[str, Integration], **responses: GatewayResponse) -> Api:
    api = add_api(sandbox.world)
    for path, integration in routes:
        api.route(path, "POST", integration)
    api.definition.gateway_responses = responses
    api.deploy()
    return api


#: An HTTP API passes on a body without a type as base64.
JSON = {"Content-Type": "application/json"}


def echo(sandbox: Any) -> str:
    """A function that returns the request's body."""
    function = add_function(sandbox.world, ECHO_BODY)
    allow_gateway(function)
    return function.arn


@pytest.mark.parametrize("headers", NOT_HTTP)
def test_a_function_whose_headers_http_cannot_carry_answered_malformed(sandbox: Any, headers: dict[str, str]) -> None:
    api = serve(sandbox, ("/", lambda_proxy(echo(sandbox))))
    multi = {name: [value] for name, value in headers.items()}
    for answer in ({"headers": headers}, {"multiValueHeaders": multi}):
        reply = sandbox.request("POST", api.url(), body=json.dumps(answer))
        assert (reply.status, reply.json()) == (502, {"message": "Internal server error"})


@pytest.mark.parametrize("headers", NOT_HTTP)
def test_such_an_answer_to_an_http_api_is_500(sandbox: Any, headers: dict[str, str]) -> None:
    api = deploy(sandbox, "$default")
    api.route("POST /", api.function("echo", ECHO_BODY))
    reply = api.call("POST", "/", headers=JSON, body=json.dumps({"statusCode": 200, "headers": headers}))
    assert (reply.status, reply.json()) == (500, {"message": "Internal Server Error"})
    assert "The function's response cannot be sent" in api.why


def test_a_tab_and_letters_beyond_ascii_are_a_header_value(sandbox: Any) -> None:
    api = serve(sandbox, ("/", lambda_proxy(echo(sandbox))))
    reply = sandbox.request("POST", api.url(), body=json.dumps({"headers": {"x": "a\tb", "y": "é"}}))
    assert [(reply.header(name) or "").encode("latin-1") for name in "xy"] == [b"a\tb", "é".encode()]


def test_half_a_surrogate_pair_is_a_question_mark_in_a_header(sandbox: Any) -> None:
    template = "#set($context.responseOverride.header.asked = $input.path('$.q'))\n{\"statusCode\": 200}"
    api = serve(sandbox, ("/", mock(200, template=template)))
    reply = sandbox.request("POST", api.url(), body='{"q": "a\\ud800"}')
    assert (reply.status, reply.header("asked")) == (200, "a?")


def gateway_response(sandbox: Any) -> Api:
    made = {"gatewayresponse.header.asked": "method.request.querystring.q"}
    return serve(
        sandbox, DEFAULT_4XX=GatewayResponse(response_type="DEFAULT_4XX", status_code="418", response_parameters=made)
    )


def overridden(sandbox: Any) -> Api:
    template = "#set($context.responseOverride.header.asked = $input.params('q'))\n"
    return serve(sandbox, ("/", mock(418, template=template + '{"statusCode": 418}')))


def mapped(sandbox: Any) -> Api:
    """The function returns the query, and a mapping takes the header from it."""
    code = "def handler(event, context):\n    return event\n"
    function = add_function(sandbox.world, code)
    allow_gateway(function)
    answer = IntegrationResponse(
        status_code="418", response_parameters={"method.response.header.asked": "integration.response.body.q"}
    )
    template = '{"q": "$util.escapeJavaScript($input.params(\'q\'))"}'
    integration = lambda_proxy(function, request_templates={"application/json": template}, responses={"d": answer})
    integration.type = "AWS"
    return serve(sandbox, ("/", integration))


def passed_on_as_mapped(sandbox: Any) -> Api:
    """The mapping sets a request header for a backend that is another API of the sandbox."""
    behind = add_api(sandbox.world, api_id="behind1234")
    template = "#set($context.responseOverride.header.asked = $input.params('asked'))\n"
    behind.route("/", "POST", mock(418, template=template + '{"statusCode": 418}'))
    behind.deploy()
    return serve(
        sandbox,
        (
            "/",
            Integration(
                type="HTTP_PROXY",
                http_method="POST",
                uri=behind.url(),
                request_parameters={"integration.request.header.asked": "method.request.querystring.q"},
            ),
        ),
    )


@pytest.mark.parametrize("value", CONTROL)
@pytest.mark.parametrize("made", [gateway_response, overridden, mapped, passed_on_as_mapped])
def test_a_header_made_of_what_no_header_can_hold_is_left_out(
    sandbox: Any, made: Callable[[Any], Api], value: str
) -> None:
    api = made(sandbox)
    good = sandbox.request("POST", api.url("/?q=fine"))
    assert (good.status, good.header("asked")) == (418, "fine")
    reply = sandbox.request("POST", api.url(f"/?q={value}"))
    assert reply.status == 418
    assert not reply.header("asked")
    assert reply.header("set-cookie") is None


@pytest.mark.parametrize("value", CONTROL)
def test_a_header_that_an_http_api_maps_is_left_out_too(sandbox: Any, value: str) -> None:
    api = deploy(sandbox, "$default")
    api.route("POST /", api.function("echo", ECHO_BODY))
    mapping = {"200": {"append:header.asked": "$request.querystring.q"}}
    api.v2.update_integration(
        ApiId=api.api_id,
        IntegrationId=api.integrations["POST /"],
        ResponseParameters=mapping,
        PayloadFormatVersion="2.0",
    )
    for asked, header in (("fine", "fine"), (value, None)):
        reply = api.call("POST", f"/?q={asked}", headers=JSON, body='{"statusCode": 200}')
        assert (reply.status, reply.header("asked")) == (200, header)


def test_the_trace_says_which_header_was_left_out_and_why(sandbox: Any) -> None:
    sandbox.request("POST", overridden(sandbox).url("/?q=a%0Ab"))
    trace = sandbox.world.traces.last()
    why = "Omitted a response header: the header 'asked' has a control character in its value: 'a\\nb'"
    assert why in [hop.summary for hop in trace.hops]


def test_what_a_backend_over_the_network_gets_has_no_such_header_either(sandbox: Any) -> None:
    parameters = {"integration.request.header.asked": "method.request.querystring.q"}
    health = f"{sandbox.endpoint}/_sandbox/health"
    api = serve(
        sandbox,
        ("/", Integration(type="HTTP_PROXY", http_method="GET", uri=health, request_parameters=parameters)),
        ("/{port}", Integration(type="HTTP_PROXY", http_method="GET", uri="http://127.0.0.1:{port}/")),
    )
    api.definition.resource_at("/{port}").methods["POST"].integration.request_parameters = {  # type: ignore[union-attr]
        "integration.request.path.port": "method.request.path.port"
    }
    api.deploy()
    assert sandbox.request("POST", api.url("/?q=a%0Ab")).status == 200
    assert sandbox.request("POST", api.url("/99999999")).status == 504


@pytest.mark.parametrize("length", ["1", "100000", "-1", "many", "9" * 5_000])
def test_an_answer_is_as_long_as_its_body_whatever_a_header_says(sandbox: Any, length: str) -> None:
    rest = serve(
        sandbox,
        DEFAULT_4XX=GatewayResponse(
            response_type="DEFAULT_4XX",
            response_parameters={"gatewayresponse.header.Content-Length": "method.request.header.length"},
            response_templates={"text/plain": "four"},
        ),
    )
    reply = sandbox.request("POST", rest.url("/"), headers={"length": length})
    assert (reply.status, reply.body) == (403, b"four")
    api = deploy(sandbox, "$default")
    api.route("POST /", api.function("echo", ECHO_BODY))
    headers = {"Content-Length": length, "Transfer-Encoding": "chunked"}
    reply = api.call(
        "POST", "/", headers=JSON, body=json.dumps({"statusCode": 200, "headers": headers, "body": "four"})
    )
    assert (reply.status, reply.body) == (200, b"four")
