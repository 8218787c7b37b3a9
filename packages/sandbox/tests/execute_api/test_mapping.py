"""MOCK and HTTP integrations: templates, parameter mappings, selection of responses, passthrough, conversions."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.arns import invoke_uri
from cross_account_sandbox.apigateway.model.definition import Integration, IntegrationResponse
from sandbox_testing.build import Api, add_api, add_function, allow_gateway, mock

if TYPE_CHECKING:
    from collections.abc import Iterator


class Backend(BaseHTTPRequestHandler):
    """Returns every request as it arrived; `?status=` sets the status."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = {"method": self.command, "target": self.path, "headers": dict(self.headers), "body": body.decode()}
        status = int(self.path.partition("status=")[2][:3] or 200)
        text = json.dumps(seen).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Backend", "here")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names fixed by http.server

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def serve(sandbox: Any, verb: str, integration: Integration, path: str = "/", **method: Any) -> Api:
    api = add_api(sandbox.world)
    api.route(path, verb, integration, **method)
    api.deploy()
    return api


def http(uri: str, *, kind: str = "HTTP", verb: str = "GET", **changes: Any) -> Integration:
    responses = {"default": IntegrationResponse(status_code="200")}
    return Integration(type=kind, http_method=verb, uri=uri, **({"responses": responses} | changes))


# MOCK


def test_a_mock_answers_by_its_templates(sandbox: Any) -> None:
    template = '{"stage": "$context.stage", "name": "$input.params(\'name\')", "v": "$stageVariables.colour"}'
    api = serve(sandbox, "GET", mock(response_templates={"application/json": template}))
    api.stage.variables = {"colour": "blue"}
    assert sandbox.request("GET", api.url("/?name=Ada")).json() == {"stage": "dev", "name": "Ada", "v": "blue"}


def test_a_mock_chooses_its_response_by_status_code(sandbox: Any) -> None:
    integration = mock(200, template='{"statusCode": $input.params("code")}')
    integration.responses["4xx"] = IntegrationResponse(
        status_code="418", selection_pattern="4\\d{2}", response_templates={"application/json": '{"tea": true}'}
    )
    api = serve(sandbox, "GET", integration)
    assert sandbox.request("GET", api.url("/?code=200")).status == 200
    reply = sandbox.request("GET", api.url("/?code=404"))
    assert (reply.status, reply.json()) == (418, {"tea": True})


@pytest.mark.parametrize("template", ["{}", '{"statusCode": "many"}', "nothing"])
def test_a_mock_without_a_status_code_is_an_internal_server_error(sandbox: Any, template: str) -> None:
    api = serve(sandbox, "GET", mock(template=template))
    reply = sandbox.request("GET", api.url())
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})


def test_a_mock_template_is_read_leniently(sandbox: Any) -> None:
    api = serve(sandbox, "GET", mock(template="{statusCode: 200}"))
    assert sandbox.request("GET", api.url()).status == 200


def test_a_preflight_is_a_mock_with_cors_headers(sandbox: Any) -> None:
    headers = {
        "method.response.header.Access-Control-Allow-Methods": "'POST,GET,OPTIONS'",
        "method.response.header.Access-Control-Allow-Origin": "'*'",
    }
    api = serve(sandbox, "OPTIONS", mock(response_parameters=headers))
    reply = sandbox.request("OPTIONS", api.url(), headers={"Origin": "https://example.com"})
    assert reply.status == 200
    assert reply.header("Access-Control-Allow-Methods") == "POST,GET,OPTIONS"
    assert reply.header("Access-Control-Allow-Origin") == "*"


def test_templates_may_override_status_and_headers(sandbox: Any) -> None:
    template = '#set($context.responseOverride.status = 409)#set($context.responseOverride.header.why = "no"){}'
    api = serve(sandbox, "GET", mock(response_templates={"application/json": template}))
    reply = sandbox.request("GET", api.url())
    assert (reply.status, reply.header("why")) == (409, "no")


def test_a_template_that_fails_is_an_internal_server_error(sandbox: Any) -> None:
    api = serve(sandbox, "GET", mock(template="#if($x"))
    reply = sandbox.request("GET", api.url())
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})


# HTTP


def test_an_http_integration_maps_query_path_and_headers(sandbox: Any, backend: str) -> None:
    mappings = {
        "integration.request.path.petId": "method.request.path.petId",
        "integration.request.querystring.type": "method.request.querystring.kind",
        "integration.request.header.x-stage": "context.stage",
        "integration.request.header.x-fixed": "'fixed'",
        "integration.request.header.x-absent": "method.request.header.absent",
    }
    api = serve(sandbox, "GET", http(f"{backend}/pets/{{petId}}", request_parameters=mappings), "/pets/{petId}")
    seen = sandbox.request("GET", api.url("/pets/a%20b?kind=dog&other=1"), headers={"x-own": "1"}).json()
    assert seen["target"] == "/pets/a%20b?type=dog"
    headers = {name.lower(): value for name, value in seen["headers"].items()}
    assert (headers["x-stage"], headers["x-fixed"]) == ("dev", "fixed")
    assert headers["user-agent"] == f"AmazonAPIGateway_{api.api.id}"
    assert "x-own" not in headers
    assert "x-absent" not in headers


def test_an_http_integration_maps_the_backends_headers(sandbox: Any, backend: str) -> None:
    parameters = {
        "method.response.header.X-Seen": "integration.response.header.X-Backend",
        "method.response.header.X-Method": "integration.response.body.method",
    }
    response = IntegrationResponse(status_code="200", response_parameters=parameters)
    api = serve(sandbox, "GET", http(backend, responses={"default": response}))
    reply = sandbox.request("GET", api.url())
    assert (reply.header("X-Seen"), reply.header("X-Method")) == ("here", "GET")
    assert reply.header("X-Backend") is None


def test_the_backends_status_chooses_the_response_by_a_pattern_that_fits_wholly(sandbox: Any, backend: str) -> None:
    responses = {
        "200": IntegrationResponse(status_code="200"),
        "5": IntegrationResponse(status_code="500", selection_pattern="5"),
        "404": IntegrationResponse(status_code="404", selection_pattern="4\\d\\d"),
    }
    mappings = {"integration.request.querystring.status": "method.request.querystring.status"}
    api = serve(sandbox, "GET", http(backend, responses=responses, request_parameters=mappings))
    statuses = [sandbox.request("GET", api.url(f"/?status={code}")).status for code in (200, 404, 503)]
    assert statuses == [200, 404, 200]


def test_a_request_template_makes_the_backends_body(sandbox: Any, backend: str) -> None:
    template = '#set($in = $input.path("$"))[#foreach($pet in $in.pets)"$pet.name"#if($foreach.hasNext),#end#end]'
    integration = http(backend, verb="POST", request_templates={"application/json": template})
    api = serve(sandbox, "POST", integration)
    body = json.dumps({"pets": [{"name": "Rex"}, {"name": "Tom"}]})
    seen = sandbox.request("POST", api.url(), body=body, headers={"Content-Type": "application/json"}).json()
    assert seen["body"] == '["Rex","Tom"]'


@pytest.mark.parametrize(
    ("behaviour", "templates", "content_type", "status"),
    [
        ("WHEN_NO_MATCH", {"application/json": "{}"}, "text/plain", 200),
        ("WHEN_NO_TEMPLATES", {"application/json": "{}"}, "text/plain", 415),
        ("WHEN_NO_TEMPLATES", {}, "text/plain", 200),
        ("NEVER", {}, "text/plain", 415),
        ("NEVER", {"application/json": "{}"}, "application/json", 200),
    ],
)
def test_passthrough_behaviour(
    sandbox: Any, backend: str, behaviour: str, templates: dict[str, str], content_type: str, status: int
) -> None:
    integration = http(backend, verb="POST", passthrough_behavior=behaviour, request_templates=templates)
    api = serve(sandbox, "POST", integration)
    reply = sandbox.request("POST", api.url(), body="x", headers={"Content-Type": content_type})
    assert reply.status == status
    if status == 415:
        assert reply.json() == {"message": "Unsupported Media Type"}
        assert reply.header("x-amzn-ErrorType") == "BadRequestException"


def test_http_proxy_passes_request_and_answer_on(sandbox: Any, backend: str) -> None:
    mappings = {"integration.request.path.proxy": "method.request.path.proxy"}
    integration = http(f"{backend}/base/{{proxy}}", kind="HTTP_PROXY", verb="ANY", request_parameters=mappings)
    api = serve(sandbox, "ANY", integration, "/{proxy+}")
    reply = sandbox.request("PUT", api.url("/a/b?status=404&x=1"), body="hi", headers={"x-own": "1"})
    seen = reply.json()
    assert reply.status == 404
    assert (seen["method"], seen["target"], seen["body"]) == ("PUT", "/base/a/b?status=404&x=1", "hi")
    assert {name.lower(): value for name, value in seen["headers"].items()}["x-own"] == "1"
    assert reply.header("X-Backend") == "here"
    assert reply.header("x-amzn-Remapped-Date") is not None
    assert reply.header("X-Amzn-Trace-Id") is None


def test_a_stage_variable_may_name_the_backend(sandbox: Any, backend: str) -> None:
    api = serve(sandbox, "GET", http("http://${stageVariables.backend}/x"))
    api.stage.variables = {"backend": backend.removeprefix("http://")}
    assert sandbox.request("GET", api.url()).json()["target"] == "/x"


def test_a_backend_that_nobody_listens_on_is_a_network_error(sandbox: Any) -> None:
    api = serve(sandbox, "GET", http("http://127.0.0.1:9/"))
    reply = sandbox.request("GET", api.url())
    assert (reply.status, reply.json()) == (504, {"message": "Network error communicating with endpoint"})


def test_a_host_outside_is_not_called_unless_allowed(sandbox: Any) -> None:
    api = serve(sandbox, "GET", http("http://example.com/"))
    reply = sandbox.request("GET", api.url())
    assert reply.status == 501
    assert "example.com" in reply.json()["message"]


def test_an_api_may_be_the_backend_of_another_without_leaving_the_sandbox(sandbox: Any) -> None:
    inner = add_api(sandbox.world, api_id="inner12345")
    inner.route("/", "GET", mock(response_templates={"application/json": '{"from": "inner"}'}))
    inner.deploy()
    api = serve(sandbox, "GET", http(inner.url(), kind="HTTP_PROXY"))
    assert sandbox.request("GET", api.url()).json() == {"from": "inner"}


def test_the_pet_store_answers_as_the_tutorials_show(sandbox: Any) -> None:
    store = "http://petstore.execute-api.us-east-1.amazonaws.com/petstore"
    api = add_api(sandbox.world)
    paged = {
        f"integration.request.querystring.{name}": f"method.request.querystring.{name}" for name in ("page", "type")
    }
    api.route("/pets", "GET", http(f"{store}/pets", request_parameters=paged))
    api.route("/pets", "POST", http(f"{store}/pets", verb="POST"))
    mappings = {"integration.request.path.petId": "method.request.path.petId"}
    api.route("/pets/{petId}", "GET", http(f"{store}/pets/{{petId}}", request_parameters=mappings))
    api.deploy()
    assert sandbox.request("GET", api.url("/pets/1")).json() == {"id": 1, "type": "dog", "price": 249.99}
    assert sandbox.request("GET", api.url("/pets/4")).json() == {"id": 4, "type": "bird", "price": 999.99}
    assert [pet["id"] for pet in sandbox.request("GET", api.url("/pets")).json()] == [1, 2, 3]
    assert [pet["id"] for pet in sandbox.request("GET", api.url("/pets?page=2")).json()] == [4, 5, 6]
    assert {pet["type"] for pet in sandbox.request("GET", api.url("/pets?type=cat")).json()} == {"cat"}
    made = sandbox.request("POST", api.url("/pets"), body='{"type": "dog", "price": 249.99}').json()
    assert made == {"pet": {"type": "dog", "price": 249.99}, "message": "success"}
    assert "errors" in sandbox.request("POST", api.url("/pets"), body='{"type": "cow"}').json()


# AWS: functions called with a template


def test_a_lambda_custom_integration_maps_both_ways_and_selects_errors_by_message(sandbox: Any) -> None:
    code = """
def handler(event, context):
    if event["name"] == "nobody":
        raise ValueError("Not Found: nobody")
    return {"greeting": "Hello, " + event["name"]}
"""
    function = add_function(sandbox.world, code)
    allow_gateway(function)
    integration = Integration(
        type="AWS",
        http_method="POST",
        uri=invoke_uri(function.arn),
        request_templates={"application/json": '{"name": "$input.params(\'name\')"}'},
        responses={
            "200": IntegrationResponse(
                status_code="200", response_templates={"application/json": "{\"said\": $input.json('$.greeting')}"}
            ),
            "404": IntegrationResponse(status_code="404", selection_pattern="Not Found.*"),
        },
    )
    api = serve(sandbox, "GET", integration)
    assert sandbox.request("GET", api.url("/?name=Ada")).json() == {"said": "Hello, Ada"}
    missing = sandbox.request("GET", api.url("/?name=nobody"))
    assert (missing.status, missing.json()["errorMessage"]) == (404, "Not Found: nobody")


def test_other_aws_services_are_refused_by_name(sandbox: Any) -> None:
    api = serve(sandbox, "GET", http("arn:aws:apigateway:us-east-1:dynamodb:action/GetItem", kind="AWS"))
    reply = sandbox.request("GET", api.url())
    assert reply.status == 501
    assert "dynamodb" in reply.json()["message"]


@pytest.mark.parametrize(
    ("binary", "handling", "sent", "arrives"),
    [
        pytest.param(False, None, b"text", "text", id="text stays text"),
        pytest.param(False, "CONVERT_TO_BINARY", base64.b64encode(b"text"), "text", id="text to binary"),
        pytest.param(True, None, b"text", "text", id="binary stays binary"),
        pytest.param(True, "CONVERT_TO_TEXT", b"text", base64.b64encode(b"text").decode(), id="binary to text"),
    ],
)
def test_content_handling_of_requests(
    sandbox: Any, backend: str, binary: bool, handling: str | None, sent: bytes, arrives: str
) -> None:
    api = add_api(sandbox.world)
    api.route("/", "POST", http(backend, verb="POST", content_handling=handling))
    api.definition.binary_media_types = ["application/x-own"] if binary else []
    api.deploy()
    reply = sandbox.request("POST", api.url(), body=sent, headers={"Content-Type": "application/x-own"})
    assert reply.json()["body"] == arrives


def test_compression_from_the_minimum_size_on(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(response_templates={"application/json": '{"long": "' + "x" * 500 + '"}'}))
    api.definition.minimum_compression_size = 100
    api.deploy()
    reply = sandbox.request("GET", api.url(), headers={"Accept-Encoding": "gzip"})
    assert reply.header("Content-Encoding") == "gzip"
    assert json.loads(gzip.decompress(reply.body)) == {"long": "x" * 500}
    assert sandbox.request("GET", api.url()).header("Content-Encoding") is None


def test_a_compressed_request_is_decompressed_before_the_integration(sandbox: Any, backend: str) -> None:
    api = add_api(sandbox.world)
    api.route("/", "POST", http(backend, verb="POST"))
    api.definition.minimum_compression_size = 0
    api.deploy()
    headers = {"Content-Encoding": "gzip"}
    reply = sandbox.request("POST", api.url(), body=gzip.compress(b"hello"), headers=headers)
    assert reply.json()["body"] == "hello"
    assert sandbox.request("POST", api.url(), body=b"no gzip", headers=headers).status == 400
