"""Every request gets a response from the API, regardless of what a client sends; the sandbox itself never fails."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cross_account_sandbox.apigateway.model.definition import (
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Model,
    RequestValidator,
)
from cross_account_sandbox.execute_api.petstore_backend import answer as pet_store
from cross_account_sandbox.execute_api.trial_method import try_method
from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_BODY,
    ECHO_EVENT,
    Api,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    log_messages,
    mock,
)
from sandbox_testing.http_apis import deploy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox_testing.http_apis import Deployment

PET_STORE = "http://petstore-demo-endpoint.execute-api.com/petstore/pets"
#: A model that refers to itself, and one that divides.
TREE = '{"type": "object", "properties": {"a": {"$ref": "#"}, "price": {"type": "number", "multipleOf": 0.5}}}'


@pytest.fixture
def api(sandbox: Any) -> Iterator[Api]:
    """One route per kind of processing of client input, with data trace enabled."""
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function)
    made = add_api(sandbox.world)
    made.route("/function", "ANY", lambda_proxy(function))
    made.route("/template", "ANY", templated())
    made.route("/pets", "ANY", Integration(type="HTTP_PROXY", http_method="ANY", uri=PET_STORE))
    asked = {"integration.request.path.id": "method.request.querystring.id"}
    made.route(
        "/pet",
        "ANY",
        Integration(type="HTTP_PROXY", http_method="GET", uri=f"{PET_STORE}/{{id}}", request_parameters=asked),
    )
    made.route("/pets-mapped", "ANY", mapped())
    made.route("/checked", "ANY", mock(), request_validator_id="v", request_models={"$default": "Tree"})
    made.route("/signed", "ANY", mock(), authorization_type="AWS_IAM")
    made.definition.validators["v"] = RequestValidator(id="v", name="all", validate_body=True, validate_parameters=True)
    made.definition.models["Tree"] = Model(id="m", name="Tree", schema=TREE)
    own = {"gatewayresponse.header.asked": "method.request.querystring.q"}
    made.definition.gateway_responses["DEFAULT_4XX"] = GatewayResponse(
        response_type="DEFAULT_4XX", response_parameters=own
    )
    made.deploy()
    made.log_at("INFO", data_trace=True)
    yield made
    for line in log_messages(sandbox, account=API_ACCOUNT, group=f"API-Gateway-Execution-Logs_{API_ID}/dev"):
        assert len(line.encode()) <= 1024


def templated() -> Integration:
    """Use the body and the parameters in a template, in the status and in a header."""
    template = (
        "#set($context.responseOverride.header.asked = $input.params('q'))"
        "#set($context.responseOverride.header.found = $input.path('$.a'))"
        '{"statusCode": "$input.params(\'status\')", "all": $input.json(\'$\'), "params": "$input.params()"}'
    )
    answers = "$input.json('$') $util.base64Encode($input.params('q')) $util.urlEncode($input.params('x'))"
    return mock(template=template, response_templates={"application/json": answers})


def mapped() -> Integration:
    """HTTP: send the body through a template to the pet store, and map its response."""
    mapping = {"integration.request.querystring.page": "method.request.body.page"}
    answer = IntegrationResponse(
        status_code="200",
        response_parameters={"method.response.header.found": "integration.response.body.message"},
        response_templates={"application/json": "$input.json('$')"},
    )
    template = "#set($context.requestOverride.querystring.type = $input.path('$.type'))$input.json('$')"
    return Integration(
        type="HTTP",
        http_method="POST",
        uri=PET_STORE,
        request_parameters=mapping,
        request_templates={"application/json": template},
        responses={"default": answer},
    )


ROUTES = ("/function", "/template", "/pets", "/pet", "/pets-mapped", "/checked", "/signed", "/nothing")


def send(
    endpoint: str, verb: str, host: str, target: bytes, headers: Sequence[tuple[bytes, bytes]] = (), body: bytes = b""
) -> tuple[int, bytes]:
    """Send a request of these bytes and return the response; raises an error if there is none."""
    lines = [b"%s %s HTTP/1.1" % (verb.encode(), target), b"Host: " + host.encode(), b"Connection: close"]
    lines += [b"Content-Length: %d" % len(body), *(name + b": " + value for name, value in headers)]
    address, _, port = endpoint.removeprefix("http://").partition(":")
    with socket.create_connection((address, int(port)), timeout=60) as opened:
        opened.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        answer = HTTPResponse(opened, method=verb)
        answer.begin()
        return answer.status, answer.read()


def assert_answered(answer: tuple[int, bytes]) -> None:
    status, body = answer
    assert b"The sandbox failed" not in body
    assert 200 <= status < 600


def host_of(api: Api) -> str:
    return urlsplit(api.url()).netloc


VERBS = ("GET", "POST", "HEAD", "OPTIONS", "PUT")
#: Texts with every kind of character, including lone surrogates.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
NUMBERS = st.sampled_from(["1", "-1", "0.5", "1e999", "NaN", "Infinity", "9" * 400, "9" * 5_000, "\u00b2", "\u0663"])
LITERALS = st.one_of(ANY_TEXT.map(json.dumps), NUMBERS, st.sampled_from(["null", "true", "[]", "{}"]))
NAMES = st.one_of(st.sampled_from(["a", "type", "price", "page", "message"]), ANY_TEXT)
OBJECTS = st.dictionaries(NAMES.map(json.dumps), LITERALS, max_size=4).map(
    lambda pairs: "{" + ",".join(f"{name}: {value}" for name, value in pairs.items()) + "}"
)
NESTED = st.integers(1, 2_000).flatmap(
    lambda depth: st.sampled_from(['{"a":' * depth + "1" + "}" * depth, "[" * depth + "]" * depth, "[" * depth])
)
BODIES = st.one_of(st.binary(max_size=50), st.one_of(LITERALS, OBJECTS, NESTED).map(str.encode))
#: A value for a header line; a line break would begin another line.
VALUES = st.binary(max_size=30).filter(lambda value: not set(value) & set(b"\r\n\x00"))
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"x", b"content-type", b"accept", b"authorization", b"x-amz-date", b"date", b"user-agent"]),
        st.one_of(
            VALUES,
            st.sampled_from(
                [
                    b"application/json",
                    b"Mon, 01 Jan 0001 00:00:00 -0000",
                    b"00010101T000000Z",
                    b"99991231T235959Z",
                    b"AWS4-HMAC-SHA256 Credential=a/1/r/execute-api/aws4_request, SignedHeaders=x, Signature=\xff",
                ]
            ),
        ),
    ),
    max_size=4,
    unique_by=lambda pair: pair[0],
)
ENCODED = st.one_of(
    st.binary(max_size=20), ANY_TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")), NUMBERS.map(str.encode)
).map(lambda raw: quote_from_bytes(raw).encode())
RAW = st.binary(max_size=10).filter(lambda value: not set(value) & set(b" \r\n\x00#"))
PARAMETERS = st.lists(
    st.tuples(
        st.sampled_from([b"q", b"x", b"id", b"page", b"status", b"type", b"X-Amz-Algorithm", b"X-Amz-Expires"]),
        ENCODED | RAW,
    ).map(b"=".join),
    max_size=4,
).map(b"&".join)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(ROUTES), st.sampled_from(VERBS), PARAMETERS, HEADERS, BODIES)
def test_no_request_to_a_rest_api_makes_the_sandbox_fail(
    sandbox: Any, api: Api, path: str, verb: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    target = f"/dev{path}?".encode() + query
    assert_answered(send(sandbox.endpoint, verb, host_of(api), target, headers, body))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(RAW | ENCODED)
def test_no_path_makes_the_sandbox_fail(sandbox: Any, api: Api, path: bytes) -> None:
    for start in (b"/dev/", b"/", b"*", b"http://", b"/_aws/execute-api/", b"/_aws/domain-names/"):
        assert_answered(send(sandbox.endpoint, "GET", host_of(api), start + path))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(["/", "/mapped/a", "/token"]), st.sampled_from(VERBS), PARAMETERS, HEADERS, BODIES)
def test_no_request_to_an_http_api_makes_the_sandbox_fail(
    http_api: Deployment, path: str, verb: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    host = f"{http_api.api_id}.execute-api.us-east-1.amazonaws.com"
    assert_answered(send(http_api.sandbox.endpoint, verb, host, f"{path}?".encode() + query, headers, body))


@pytest.fixture
def http_api(sandbox: Any) -> Deployment:
    """A function that returns the request's body, a backend with mapped parameters, and a JWT authorizer."""
    made = deploy(sandbox, "$default")
    made.route("ANY /", made.function("echo", ECHO_BODY))
    backend = made.v2.create_integration(
        ApiId=made.api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=PET_STORE,
        PayloadFormatVersion="1.0",
        RequestParameters={
            "overwrite:path": "/petstore/pets/$request.querystring.id",
            "append:header.asked": "$request.body.a",
            "append:querystring.page": "$request.body.page",
        },
        ResponseParameters={"200": {"append:header.asked": "$request.querystring.q"}},
    )["IntegrationId"]
    made.v2.create_route(ApiId=made.api_id, RouteKey="ANY /mapped/{id}", Target=f"integrations/{backend}")
    authorizer = made.v2.create_authorizer(
        ApiId=made.api_id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "http://127.0.0.1:1", "Audience": ["a"]},
    )["AuthorizerId"]
    made.v2.create_route(
        ApiId=made.api_id,
        RouteKey="ANY /token",
        Target=f"integrations/{backend}",
        AuthorizationType="JWT",
        AuthorizerId=authorizer,
    )
    return made


# Cases that the generated tests found, each as its own test


@pytest.mark.parametrize("page", ["%C2%B2", "9" * 5_000, "0", "-1", "1001"])
def test_a_page_of_the_pet_store_that_is_none_is_the_first(sandbox: Any, api: Api, page: str) -> None:
    first = sandbox.request("GET", api.url("/pets?page=1"))
    reply = sandbox.request("GET", api.url(f"/pets?page={page}"))
    assert (reply.status, reply.body) == (200, first.body)


@pytest.mark.parametrize(
    "body",
    [
        '{"type": [], "price": 1}',
        '{"type": {}, "price": 1}',
        '{"type": "dog", "price": 1e999}',
        '{"type": "dog", "price": NaN}',
    ],
)
def test_what_is_no_pet_is_a_bad_request_to_the_pet_store(sandbox: Any, api: Api, body: str) -> None:
    reply = sandbox.request("POST", api.url("/pets"), body=body)
    assert (reply.status, len(reply.json()["errors"])) == (400, 1)


def test_a_pet_of_more_digits_than_there_are_pets_is_out_of_range() -> None:
    for number in ("²", "0", "9" * 5_000):
        assert pet_store("GET", f"/petstore/pets/{number}", {}, b"").status == 400


def test_half_a_surrogate_pair_in_a_body_is_a_question_mark_behind_a_template(sandbox: Any, api: Api) -> None:
    reply = sandbox.request("POST", api.url("/template?status=200&q=1"), body='{"b": "\\ud800"}')
    assert (reply.status, reply.body) == (200, b"{} MQ== ")


def test_half_a_surrogate_pair_may_be_tried_too(sandbox: Any, api: Api) -> None:
    resource = api.definition.resource_at("/function")
    assert resource is not None
    answer = sandbox.run(
        try_method(sandbox.world, api.api, resource, "ANY", {"body": "\ud800", "headers": {"x": "\ud800"}})
    )
    event = json.loads(answer["body"])
    assert (answer["status"], event["body"], event["headers"]) == (200, "?", {"x": "?"})
    assert answer["log"].encode()


@pytest.mark.parametrize("data_trace", [True, False])
def test_a_byte_of_a_header_that_is_no_utf_8_is_replaced(sandbox: Any, api: Api, *, data_trace: bool) -> None:
    api.log_at("INFO", data_trace=data_trace)
    status, body = send(sandbox.endpoint, "GET", host_of(api), b"/dev/function", [(b"x", b"a\xff")])
    assert (status, json.loads(body)["headers"]["x"]) == (200, "a\ufffd")


@pytest.mark.parametrize("body", ['{"a":' * 300 + "1" + "}" * 300, '{"price": ' + "9" * 400 + "}"])
def test_a_body_that_no_model_can_be_compared_with_is_a_bad_request(sandbox: Any, api: Api, body: str) -> None:
    reply = sandbox.request("POST", api.url("/checked"), body=body)
    assert (reply.status, reply.json()) == (400, {"message": "Invalid request body"})
