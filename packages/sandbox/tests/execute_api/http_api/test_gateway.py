"""Stages, CORS, throttling, custom domains and HTTP backends of HTTP APIs."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.http_apis import deploy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox_testing.http_apis import Deployment
    from sandbox_testing.server import SandboxUnderTest

HELLO = (
    "def handler(event, context):\n    return {'path': event['rawPath'], 'stage': event['requestContext']['stage']}\n"
)
NOT_FOUND = (404, b'{"message":"Not Found"}')


def test_a_named_stage_answers_under_its_name(sandbox: SandboxUnderTest) -> None:
    api = deploy(sandbox, "dev")
    api.route("GET /pets", api.function("hello", HELLO))
    assert api.call("GET", "/pets").json() == {"path": "/dev/pets", "stage": "dev"}
    host = f"https://{api.api_id}.execute-api.us-east-1.amazonaws.com"
    reply = sandbox.request("GET", f"{host}/pets")
    assert (reply.status, reply.body) == NOT_FOUND


def test_a_named_stage_comes_before_the_default_one(api: Deployment) -> None:
    api.route("$default", api.function("hello", HELLO))
    api.v2.create_stage(ApiId=api.api_id, StageName="dev", AutoDeploy=True)
    assert api.call("GET", "/dev/pets").json()["stage"] == "dev"
    assert api.call("GET", "/other/pets").json() == {"path": "/other/pets", "stage": "$default"}


def test_by_path_the_default_stage_answers_too(api: Deployment) -> None:
    api.route("GET /pets", api.function("hello", HELLO))
    reply = api.sandbox.request("GET", f"/_aws/execute-api/{api.api_id}/$default/pets")
    assert reply.json() == {"path": "/pets", "stage": "$default"}


def test_what_no_route_takes_is_not_found(api: Deployment) -> None:
    api.route("GET /pets", api.function("hello", HELLO))
    for method, path in (("POST", "/pets"), ("GET", "/dogs"), ("GET", "/pets/1")):
        reply = api.call(method, path)
        assert (reply.status, reply.body) == NOT_FOUND
        assert reply.header("apigw-requestid")


def test_a_change_is_not_served_before_it_is_deployed(api: Deployment) -> None:
    api.v2.update_stage(ApiId=api.api_id, StageName="$default", AutoDeploy=False)
    api.route("GET /pets", api.function("hello", HELLO))
    assert api.call("GET", "/pets").status == 404
    api.v2.create_deployment(ApiId=api.api_id, StageName="$default")
    assert api.call("GET", "/pets").status == 200


def test_the_trace_of_a_request_is_a_page_of_the_sandbox(api: Deployment) -> None:
    api.route("GET /pets", api.function("hello", HELLO))
    reply = api.call("GET", "/pets")
    trace = api.sandbox.world.traces.get(str(reply.header("apigw-requestid")))
    assert trace is not None
    assert [hop.name for hop in trace.hops] == ["stage", "route", "authorization", "permission", "function", "response"]


def test_a_body_over_10_mb_is_too_large(api: Deployment) -> None:
    api.route("POST /", api.function("hello", HELLO))
    reply = api.call("POST", "/", body=b"x" * (10 * 1024 * 1024 + 1))
    assert (reply.status, reply.body) == (413, b'{"message":"Request Entity Too Large"}')


def test_a_route_over_its_rate_is_throttled(api: Deployment) -> None:
    api.route("GET /pets", api.function("hello", HELLO))
    api.v2.update_stage(
        ApiId=api.api_id,
        StageName="$default",
        RouteSettings={"GET /pets": {"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 1}},
    )
    assert api.call("GET", "/pets").status == 200
    reply = api.call("GET", "/pets")
    assert (reply.status, reply.body) == (429, b'{"message":"Too Many Requests"}')


@pytest.fixture
def cors_api(sandbox: SandboxUnderTest) -> Deployment:
    api = deploy(
        sandbox,
        "$default",
        CorsConfiguration={
            "AllowOrigins": ["https://app.example.com"],
            "AllowMethods": ["GET", "POST"],
            "AllowHeaders": ["content-type"],
            "MaxAge": 300,
        },
    )
    source = (
        "def handler(event, context):\n"
        "    return {'statusCode': 200, 'body': 'hi', 'headers': {'Access-Control-Allow-Origin': 'https://backend'}}\n"
    )
    api.route("GET /pets", api.function("hello", source))
    return api


def test_a_preflight_is_answered_without_a_route(cors_api: Deployment) -> None:
    reply = cors_api.call(
        "OPTIONS", "/pets", headers={"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}
    )
    assert reply.status == 204
    assert reply.header("access-control-allow-origin") == "https://app.example.com"
    assert reply.header("access-control-allow-methods") == "GET,POST"
    assert reply.header("access-control-allow-headers") == "content-type"
    assert reply.header("access-control-max-age") == "300"


@pytest.mark.parametrize(
    ("key", "status"), [("ANY /guarded", 403), ("$default", 403), ("OPTIONS /guarded", 403), ("GET /guarded", 204)]
)
def test_a_guarded_route_that_takes_options_refuses_a_preflight(cors_api: Deployment, key: str, status: int) -> None:
    cors_api.route(key, cors_api.function("guarded", HELLO), AuthorizationType="AWS_IAM")

    reply = cors_api.call(
        "OPTIONS", "/guarded", headers={"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}
    )

    assert reply.status == status


def test_an_origin_that_is_not_allowed_gets_no_cors_headers(cors_api: Deployment) -> None:
    for method in ("OPTIONS", "GET"):
        reply = cors_api.call(method, "/pets", headers={"Origin": "https://evil.example.com"})
        assert reply.header("access-control-allow-origin") is None


def test_the_backends_own_cors_headers_are_replaced(cors_api: Deployment) -> None:
    reply = cors_api.call("GET", "/pets", headers={"Origin": "https://app.example.com"})
    assert reply.header("access-control-allow-origin") == "https://app.example.com"


def test_a_custom_domain_leads_to_its_mapped_stage(sandbox: SandboxUnderTest) -> None:
    api = deploy(sandbox, "dev")
    api.route("GET /pets", api.function("hello", HELLO))
    certificate = sandbox.client("acm").request_certificate(DomainName="*.example.com")["CertificateArn"]
    api.v2.create_domain_name(DomainName="api.example.com", DomainNameConfigurations=[{"CertificateArn": certificate}])
    api.v2.create_api_mapping(DomainName="api.example.com", ApiId=api.api_id, Stage="dev", ApiMappingKey="v1")
    assert sandbox.request("GET", "https://api.example.com/v1/pets").json()["stage"] == "dev"
    api.v2.update_api(ApiId=api.api_id, DisableExecuteApiEndpoint=True)
    assert sandbox.request("GET", "https://api.example.com/v1/pets").status == 200
    reply = api.call("GET", "/pets")
    assert (reply.status, reply.body) == NOT_FOUND


@pytest.fixture
def backend() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(207)
            self.send_header("X-Path", self.path)
            self.send_header("X-Seen", f"{self.headers.get('x-added')}/{self.headers.get('x-taken')}")
            self.end_headers()
            self.wfile.write(b"from the backend")

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def http_route(api: Deployment, uri: str, **members: Any) -> None:
    integration = api.v2.create_integration(
        ApiId=api.api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="GET",
        IntegrationUri=uri,
        PayloadFormatVersion="1.0",
        **members,
    )["IntegrationId"]
    api.v2.create_route(ApiId=api.api_id, RouteKey="GET /files/{name+}", Target=f"integrations/{integration}")


def test_an_http_backend_gets_path_variables_and_query(api: Deployment, backend: str) -> None:
    http_route(api, f"{backend}/store/{{name}}")
    reply = api.call("GET", "/files/a/b.txt?x=1")
    assert (reply.status, reply.header("x-path"), reply.body) == (207, "/store/a/b.txt?x=1", b"from the backend")


def test_a_backend_that_is_not_there_is_503(api: Deployment) -> None:
    http_route(api, "http://127.0.0.1:1/{name}")
    reply = api.call("GET", "/files/a")
    assert (reply.status, reply.body) == (503, b'{"message":"Service Unavailable"}')


def test_a_backend_off_this_machine_is_refused_by_name(api: Deployment) -> None:
    http_route(api, "https://backend.example.com/{name}")
    reply = api.call("GET", "/files/a")
    assert reply.status == 501
    assert "backend.example.com" in reply.json()["message"]


def test_requests_and_answers_of_an_http_backend_are_mapped(api: Deployment, backend: str) -> None:
    http_route(
        api,
        f"{backend}/store/{{name}}",
        RequestParameters={
            "append:header.x-added": "$context.routeKey",
            "remove:header.x-taken": "''",
            "overwrite:querystring.page": "${request.querystring.p}0",
            "overwrite:path": "/mapped/${request.path.name}",
        },
        ResponseParameters={"207": {"overwrite:statuscode": "200", "append:header.x-stage": "$context.stage"}},
    )
    reply = api.call("GET", "/files/a?p=3", headers={"X-Taken": "yes"})
    assert reply.status == 200
    assert reply.header("x-path") == "/mapped/a?p=3&page=30"
    assert reply.header("x-seen") == "GET /files/{name+}/None"
    assert reply.header("x-stage") == "$default"


def test_a_domain_with_mutual_tls_is_refused(sandbox: SandboxUnderTest, api: Deployment) -> None:
    api.route("GET /pets", api.function("hello", HELLO))
    certificate = sandbox.client("acm").request_certificate(DomainName="api.example.com")["CertificateArn"]
    api.v2.create_domain_name(
        DomainName="api.example.com",
        DomainNameConfigurations=[{"CertificateArn": certificate}],
        MutualTlsAuthentication={"TruststoreUri": "s3://trusted/ca.pem"},
    )
    api.v2.create_api_mapping(DomainName="api.example.com", ApiId=api.api_id, Stage="$default")
    reply = sandbox.request("GET", "https://api.example.com/pets")
    assert (reply.status, reply.body) == (403, b'{"message":"Forbidden"}')
    assert "mutual TLS" in api.why


def test_no_vpc_endpoint_leads_to_an_http_api(api: Deployment) -> None:
    api.route("GET /pets", api.function("hello", HELLO))
    reply = api.call("GET", "/pets", headers={"x-sandbox-source-vpce": "vpce-0123"})
    assert (reply.status, reply.body) == (403, b'{"message":"Forbidden"}')
