"""Which requests from web pages are answered. The headers follow WHATWG Fetch and Fetch Metadata."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from cross_account_sandbox.http import origin_of
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.build import add_api, add_function, mock
from sandbox_testing.server import SandboxUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator

ADMITTED = "http://localhost:5173"
CREDENTIAL = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "test/20260101/us-east-1/iam/aws4_request",
    "X-Amz-Date": "20260101T000000Z",
    "X-Amz-Expires": "604800",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0",
}
#: A request that a page can send without a preflight: credential in the query string, call in a text/plain body.
CREATE_USER = {"Action": "CreateUser", "Version": "2010-05-08", "UserName": "made-by-a-page"}


def create_user(sandbox: SandboxUnderTest, **headers: str) -> int:
    """Send a simple request that would create a user, and return its status."""
    target = f"/?{urlencode(CREDENTIAL)}"
    headers = {"Content-Type": "text/plain"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return sandbox.request("POST", target, headers=headers, body=urlencode(CREATE_USER)).status


def users(sandbox: SandboxUnderTest) -> list[str]:
    return [user["UserName"] for user in sandbox.client("iam").list_users()["Users"]]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.2:4566",
        "[::1]:4566",
        "localhost",
        "LOCALHOST:1",
        "sts.localhost",
        "a.b.localhost:80",
        "iam.amazonaws.com",
        "lambda.us-east-1.amazonaws.com",
        "sts.cn-north-1.amazonaws.com.cn",
        "lambda.us-east-1.api.aws",
        "iam.eusc-de-east-1.amazonaws.eu",
    ],
)
def test_names_of_this_machine_and_of_aws_are_answered(sandbox: SandboxUnderTest, host: str) -> None:
    assert sandbox.request("GET", "/_sandbox/health", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4566",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "notlocalhost",
        "amazonaws.com.evil.example",
        "evilamazonaws.com",
        "0.0.0.0:4566",
        "192.168.0.1:4566",
        "[::]:4566",
        "",
    ],
)
def test_every_other_name_may_be_a_pages_own_and_is_refused(sandbox: SandboxUnderTest, host: str) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    api.deploy()
    for path in ("/_sandbox/health", "/", f"/_aws/execute-api/{api.api.id}/dev/", "/2015-03-31/functions/"):
        reply = sandbox.request("GET", path, headers={"Host": host})
        assert reply.status == 403
        assert reply.body.decode().count("\n") == 0
        assert f"Host {host!r} is refused" in reply.body.decode()


def test_a_second_host_header_hides_nothing(sandbox: SandboxUnderTest) -> None:
    headers = [("Host", "localhost"), ("Host", "evil.example")]
    assert sandbox.request("GET", "/_sandbox/health", headers=headers).status in (400, 403)


def test_a_custom_domain_is_answered_once_it_exists(sandbox: SandboxUnderTest) -> None:
    assert sandbox.request("GET", "https://pets.example.com/").status == 403
    arn = sandbox.client("acm").request_certificate(DomainName="pets.example.com")["CertificateArn"]
    sandbox.client("apigateway").create_domain_name(
        domainName="pets.example.com",
        regionalCertificateArn=arn,
        endpointConfiguration={"types": ["REGIONAL"]},
    )
    reply = sandbox.request("GET", "https://pets.example.com/")
    assert reply.json() == {"message": "Forbidden"}  # API Gateway's message for a domain name without a mapped API


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:5173"},
    {"Origin": "http://evil.localhost:{port}"},
    {"Origin": "http://127.0.0.2:{port}"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1"},
    {"Referer": "http://evil.example/page"},
    {"Referer": "http://127.0.0.1:{port}.evil.example/"},
    {"Referer": "http://127.0.0.1:{port}@evil.example/"},
    {"Referer": "no URL"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "unheard-of"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    {"Origin": "http://127.0.0.1:{port}", "Referer": "http://evil.example/"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_origin_calls_no_aws_api(sandbox: SandboxUnderTest, headers: dict[str, str]) -> None:
    sent = {name: value.replace("{port}", sandbox.endpoint.rpartition(":")[2]) for name, value in headers.items()}
    target = f"/?{urlencode(CREDENTIAL)}"
    for method in ("GET", "POST", "OPTIONS"):
        reply = sandbox.request(
            method, target, headers=sent | {"Content-Type": "text/plain"}, body=urlencode(CREATE_USER)
        )
        assert (reply.status, b"--allow-origin" in reply.body) == (403, True)
    assert sandbox.request("GET", f"/?{urlencode(CREDENTIAL | CREATE_USER)}", headers=sent).status == 403
    assert users(sandbox) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "same-origin"},
        {"Referer": "http://localhost:{port}/_sandbox/"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_sdks_and_the_sandboxs_own_pages_do(sandbox: SandboxUnderTest, headers: dict[str, str]) -> None:
    sent = {name: value.replace("{port}", sandbox.endpoint.rpartition(":")[2]) for name, value in headers.items()}
    reply = sandbox.request("GET", f"/?{urlencode(CREDENTIAL | CREATE_USER)}", headers=sent)
    assert reply.status == 200
    assert users(sandbox) == ["made-by-a-page"]


def test_a_deployed_api_answers_every_origin(sandbox: SandboxUnderTest) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    api.deploy()
    foreign = {"Origin": "http://evil.example", "Referer": "http://evil.example/", "Sec-Fetch-Site": "cross-site"}
    by_path = f"/_aws/execute-api/{api.api.id}/dev/"
    for url in (api.url(), by_path):
        reply = sandbox.request("GET", url, headers=foreign)
        assert reply.status == 200
        assert reply.header("Access-Control-Allow-Origin") is None


# The sandbox's own pages

LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def test_a_link_to_the_page_can_be_followed(sandbox: SandboxUnderTest) -> None:
    headers = LINK | {"Referer": "https://docs.example.com/"}
    assert sandbox.request("GET", "/_sandbox/health", headers=headers).status == 200


@pytest.mark.parametrize("changed", [{"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "no-cors"}], ids=str)
def test_another_site_cannot_frame_or_fetch_it(sandbox: SandboxUnderTest, changed: dict[str, str]) -> None:
    assert sandbox.request("GET", "/_sandbox/health", headers=LINK | changed).status == 403


def test_another_site_cannot_submit_a_form_to_it(sandbox: SandboxUnderTest) -> None:
    assert sandbox.request("POST", "/_sandbox/health", headers=LINK).status == 403


def test_an_action_of_the_page_needs_the_token(sandbox: SandboxUnderTest) -> None:
    own = {"Origin": sandbox.endpoint, "Sec-Fetch-Site": "same-origin"}
    refused = sandbox.request("POST", "/_sandbox/anything", headers=own)
    assert refused.status == 403
    assert b"needs the token" in refused.body
    assert sandbox.request("POST", "/_sandbox/anything", headers=own | {"X-Sandbox-Token": "guess"}).status == 403
    # 404: the request is allowed, and the action does not exist
    known = own | {"X-Sandbox-Token": sandbox.token}
    assert sandbox.request("POST", "/_sandbox/anything", headers=known).status == 404
    assert (
        sandbox.request("POST", "/_sandbox/anything", headers=known | {"Origin": "http://evil.example"}).status == 403
    )


def test_every_sandbox_has_a_token_of_its_own() -> None:
    with RunningSandbox(port=0) as first:
        token = first.guard.token
    with RunningSandbox(port=0) as second:
        assert second.guard.token != token
        assert len(token) >= 32


# --allow-origin


@pytest.fixture
def sharing() -> Iterator[SandboxUnderTest]:
    with RunningSandbox(port=0, allow_origin=ADMITTED) as running:
        yield SandboxUnderTest(running)


def test_the_admitted_origin_calls_aws_apis_and_reads_the_answers(sharing: SandboxUnderTest) -> None:
    headers = {"Origin": ADMITTED, "Sec-Fetch-Site": "same-site", "Referer": f"{ADMITTED}/app"}
    asked = headers | {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,x-amz-date",
    }
    preflight = sharing.request("OPTIONS", "/2015-03-31/functions/f", headers=asked)
    assert preflight.status == 204
    assert preflight.header("Access-Control-Allow-Origin") == ADMITTED
    assert preflight.header("Access-Control-Allow-Methods") == "PUT"
    assert preflight.header("Access-Control-Allow-Headers") == "authorization,x-amz-date"
    reply = sharing.request("GET", f"/?{urlencode(CREDENTIAL | CREATE_USER)}", headers=headers)
    assert (reply.status, reply.header("Access-Control-Allow-Origin")) == (200, ADMITTED)


@pytest.mark.parametrize("headers", [*FOREIGN[:3], *FOREIGN[4:]], ids=str)
def test_it_admits_no_other(sharing: SandboxUnderTest, headers: dict[str, str]) -> None:
    sent = {name: value.replace("{port}", sharing.endpoint.rpartition(":")[2]) for name, value in headers.items()}
    assert create_user(sharing, **sent) == 403
    assert users(sharing) == []


def test_a_deployed_api_still_answers_by_its_own_cors(sharing: SandboxUnderTest) -> None:
    api = add_api(sharing.world)
    api.route("/", "GET", mock())
    api.deploy()
    reply = sharing.request("GET", api.url(), headers={"Origin": ADMITTED})
    assert (reply.status, reply.header("Access-Control-Allow-Origin")) == (200, None)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://localhost:5173/app?x=1", "http://localhost:5173"),
        ("HTTP://LocalHost:80", "http://localhost"),
        ("https://a.example:443/", "https://a.example"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://x:99999/", ""),
        ("http://[", ""),
        ("localhost:5173", ""),
        ("null", ""),
        ("", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


# The runtime API of a function's execution environment


@pytest.mark.parametrize(
    "header",
    ["Origin: http://127.0.0.1:1", "Referer: http://evil.example/", "Sec-Fetch-Site: cross-site", "Host: evil.example"],
)
def test_the_runtime_api_answers_no_page(sandbox: SandboxUnderTest, header: str) -> None:
    code = (
        "import os, socket\n"
        "def handler(event, context):\n"
        "    host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')\n"
        "    lines = ['POST /2018-06-01/runtime/invocation/' + context.aws_request_id + '/response HTTP/1.1',\n"
        "             *event, 'Content-Type: text/plain', 'Content-Length: 6', '', '\"page\"']\n"
        "    with socket.create_connection((host, int(port))) as opened:\n"
        "        opened.sendall('\\r\\n'.join(lines).encode())\n"
        "        return opened.recv(1000).decode()\n"
    )
    function = add_function(sandbox.world, code)
    lines = [header] if header.startswith("Host") else ["Host: 127.0.0.1", header]
    answer = sandbox.client("lambda", account=function.account).invoke(
        FunctionName=function.name, Payload=json.dumps(lines)
    )
    assert json.load(answer["Payload"]).startswith("HTTP/1.1 403 Forbidden")
