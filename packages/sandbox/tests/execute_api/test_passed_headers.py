"""The client headers passed to functions, templates and backends, and the headers that a mapping can set."""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.arns import invoke_uri
from cross_account_sandbox.apigateway.model.definition import Integration, IntegrationResponse
from sandbox_testing.build import ECHO_EVENT, add_api, add_function, allow_gateway, lambda_proxy, mock

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Client headers that AWS never passes on.
NOT_PASSED_ON = {
    "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==",
    "Max-Forwards": "3",
    "Proxy-Authenticate": "Basic",
    "Server": "mine",
    "WWW-Authenticate": "Basic",
    "TE": "trailers",
    "Trailer": "x-sum",
    "Upgrade": "h2c",
    "Connection": "close",
}


class Backend(BaseHTTPRequestHandler):
    """Returns the headers that it got, compressed for the path `/gzip`."""

    def do_GET(self) -> None:
        text = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        if self.path.startswith("/gzip"):
            text = gzip.compress(text)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

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


def echo(sandbox: Any) -> str:
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function)
    return function.arn


def integration(sandbox: Any, kind: str, backend: str, mappings: dict[str, str]) -> Integration:
    """An integration of this type whose response is, or contains, the headers that it got."""
    parameters = {f"integration.request.header.{name}": source for name, source in mappings.items()}
    if kind == "AWS_PROXY":
        return lambda_proxy(echo(sandbox), request_parameters=parameters)
    responses = {"default": IntegrationResponse(status_code="200")}
    uri = invoke_uri(echo(sandbox)) if kind == "AWS" else f"{backend}/"
    verb = "POST" if kind == "AWS" else "GET"
    return Integration(type=kind, http_method=verb, uri=uri, request_parameters=parameters, responses=responses)


def ask(
    sandbox: Any, kind: str, backend: str, headers: dict[str, str], mappings: dict[str, str] | None = None
) -> tuple[int, dict[str, str]]:
    """Send a request; return the status, and the headers that arrived, in lowercase."""
    api = add_api(sandbox.world)
    api.route("/", "GET", integration(sandbox, kind, backend, mappings or {}))
    api.deploy()
    reply = sandbox.request("GET", api.url(), headers=headers)
    got = reply.json() if reply.status == 200 else {}
    if kind == "AWS_PROXY":
        got = got.get("headers", {})
    return reply.status, {name.lower(): value for name, value in got.items() if isinstance(value, str)}


@pytest.mark.parametrize("kind", ["AWS_PROXY", "HTTP_PROXY", "HTTP"])
def test_headers_of_the_connection_and_five_more_reach_nobody(sandbox: Any, backend: str, kind: str) -> None:
    status, got = ask(sandbox, kind, backend, {**NOT_PASSED_ON, "x-own": "1"})
    assert status == 200
    assert {name for name in got if name in {each.lower() for each in NOT_PASSED_ON}} <= {"connection"}
    # A Connection header at the backend belongs to API Gateway's own connection.
    assert got.get("connection") != "close"
    assert ("x-own" in got) == (kind != "HTTP")


@pytest.mark.parametrize("name", sorted(NOT_PASSED_ON))
def test_nor_templates_and_mappings(sandbox: Any, backend: str, name: str) -> None:
    headers = {name: NOT_PASSED_ON[name]}
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(response_templates={"application/json": f"[$input.params('{name}')]"}))
    api.deploy()
    assert sandbox.request("GET", api.url(), headers=headers).body == b"[]"
    assert "seen" not in ask(sandbox, "HTTP", backend, headers, {"seen": f"method.request.header.{name}"})[1]


def test_a_proxy_backend_learns_which_codings_the_client_accepts(sandbox: Any, backend: str) -> None:
    _, got = ask(sandbox, "HTTP_PROXY", backend, {"Accept-Encoding": "gzip, br"})
    assert got["accept-encoding"] == "gzip, br"
    _, got = ask(sandbox, "HTTP", backend, {"Accept-Encoding": "gzip, br"})
    assert "accept-encoding" not in got


def test_and_what_it_compresses_can_be_read(sandbox: Any, backend: str) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", Integration(type="HTTP_PROXY", http_method="GET", uri=f"{backend}/gzip"))
    api.deploy()
    reply = sandbox.request("GET", api.url(), headers={"Accept-Encoding": "gzip"})
    assert reply.header("Content-Encoding") is None
    assert reply.json()["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("mappings", "accept"),
    [({}, "application/json"), ({"Accept": "method.request.header.accept"}, "text/csv")],
)
def test_a_custom_backend_is_asked_for_json_unless_a_mapping_says_otherwise(
    sandbox: Any, backend: str, mappings: dict[str, str], accept: str
) -> None:
    assert ask(sandbox, "HTTP", backend, {"Accept": "text/csv"}, mappings)[1]["accept"] == accept


_LAMBDA = ("Authorization", "Connection", "Content-Length", "Expect", "Proxy-Authenticate", "TE", "Transfer-Encoding")
_HTTP = ("Content-Length", "Transfer-Encoding")


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [(kind, name, 500) for kind in ("AWS", "AWS_PROXY") for name in _LAMBDA]
    + [(kind, name, 500) for kind in ("HTTP", "HTTP_PROXY") for name in _HTTP]
    + [(kind, name, 200) for kind in ("HTTP", "HTTP_PROXY") for name in _LAMBDA if name not in _HTTP]
    + [("AWS", "authorization", 500), ("AWS", "x-own", 200), ("AWS_PROXY", "x-own", 200), ("HTTP", "x-own", 200)],
)
def test_a_mapping_to_a_header_that_the_gateway_sets_itself_fails(
    sandbox: Any, backend: str, kind: str, name: str, status: int
) -> None:
    assert ask(sandbox, kind, backend, {}, {name: "'1'"})[0] == status


def test_such_a_mapping_without_a_value_sets_nothing(sandbox: Any, backend: str) -> None:
    mapping = {"Authorization": "method.request.header.Authorization"}
    assert ask(sandbox, "AWS", backend, {}, mapping)[0] == 200
    assert ask(sandbox, "AWS", backend, {"Authorization": "Bearer x"}, mapping)[0] == 500


@pytest.mark.parametrize(("kind", "name"), [("HTTP", name) for name in ("Expect", "Proxy-Authenticate", "TE")])
def test_some_headers_reach_no_backend_even_where_a_mapping_sets_them(
    sandbox: Any, backend: str, kind: str, name: str
) -> None:
    assert name.lower() not in ask(sandbox, kind, backend, {}, {name: "'1'"})[1]


def test_a_template_that_overrides_such_a_header_fails_too(sandbox: Any, backend: str) -> None:
    template = {"application/json": "#set($context.requestOverride.header.Authorization = 'x'){}"}
    api = add_api(sandbox.world)
    made = integration(sandbox, "AWS", backend, {})
    made.request_templates = template
    api.route("/", "GET", made)
    api.deploy()
    assert sandbox.request("GET", api.url()).status == 500


@pytest.mark.parametrize(
    ("kind", "traced"), [("MOCK", False), ("HTTP_PROXY", False), ("HTTP", True), ("AWS", True), ("AWS_PROXY", True)]
)
def test_the_trace_id_is_on_the_answers_of_integrations_that_call_and_map(
    sandbox: Any, backend: str, kind: str, traced: bool
) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock() if kind == "MOCK" else integration(sandbox, kind, backend, {}))
    api.deploy()
    reply = sandbox.request("GET", api.url())
    assert (reply.status, reply.header("X-Amzn-Trace-Id") is not None) == (200, traced)
