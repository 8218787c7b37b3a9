"""The port: which requests reach the sandbox, and how it starts and stops."""

from __future__ import annotations

import socket
import threading
from http.client import HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from cross_account_sandbox.server import PortInUseError, RunningSandbox
from sandbox_testing.build import add_api, mock

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest


def test_a_busy_port_is_one_line_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError) as refused, RunningSandbox(port=port):
            pass
    assert str(refused.value) == (
        f"Port {port} is in use: stop the program that listens there, or choose another with "
        "--port (0 for any free port)"
    )


def test_after_a_sandbox_its_port_and_threads_are_free() -> None:
    before = set(threading.enumerate())
    with RunningSandbox(port=0) as running:
        port = running.port
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert "sandbox" not in left
    with RunningSandbox(port=port):
        pass


def test_a_new_sandbox_is_empty(sandbox: SandboxUnderTest) -> None:
    sandbox.client("logs").create_log_group(logGroupName="/left")
    sandbox.world.logs.flush()
    assert sandbox.client("logs").describe_log_groups()["logGroups"]


def test_another_new_sandbox_is_empty(sandbox: SandboxUnderTest) -> None:
    assert sandbox.client("logs").describe_log_groups()["logGroups"] == []


def test_it_says_that_it_is_running(sandbox: SandboxUnderTest) -> None:
    assert sandbox.request("GET", "/_sandbox/health").json() == {
        "status": "running",
        "endpoint": sandbox.endpoint,
        "instance": sandbox.world.instance,
    }


def test_an_unknown_page_of_the_sandbox_is_a_404_that_names_the_known_ones(sandbox: SandboxUnderTest) -> None:
    reply = sandbox.request("GET", "/_sandbox/traces/unknown")
    assert reply.status == 404
    assert "/_sandbox/health" in reply.json()["message"]


def test_it_names_no_server_software(sandbox: SandboxUnderTest) -> None:
    assert sandbox.request("GET", "/_sandbox/health").header("Server") is None


def test_an_object_that_an_sdk_announces_with_expect_100_continue_is_stored(sandbox: SandboxUnderTest) -> None:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="artefacts")
    s3.put_object(Bucket="artefacts", Key="code/function.zip", Body=b"x" * 100_000)
    assert s3.get_object(Bucket="artefacts", Key="code/function.zip")["Body"].read() == b"x" * 100_000


# Bodies that are too large, and input that is not HTTP

MIB = 1024 * 1024


def exchange(sandbox: SandboxUnderTest, *parts: bytes) -> bytes:
    """Send these bytes, and return what the sandbox sends until it closes the connection."""
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.endpoint).port or 0), timeout=60) as opened:
        for part in parts:
            opened.sendall(part)
        return b"".join(iter(lambda: opened.recv(65_536), b""))


def posted(host: str, *headers: str) -> bytes:
    return "\r\n".join(["POST /dev/ HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode()


def api_host(sandbox: SandboxUnderTest) -> str:
    api = add_api(sandbox.world)
    api.route("/", "POST", mock())
    api.deploy()
    return urlsplit(api.url()).netloc


TOO_LARGE = b"HTTP content length exceeded 10485760 bytes."


@pytest.mark.parametrize("size", [11 * MIB, 81 * MIB])
def test_a_body_of_any_size_over_the_limit_is_answered_in_api_gateways_words(
    sandbox: SandboxUnderTest, size: int
) -> None:
    host = api_host(sandbox)
    answer = exchange(sandbox, posted(host, f"Content-Length: {size}", "Connection: close"), b"x" * size)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nContent-Type: text/plain\r\n" in answer
    assert answer.endswith(b"\r\n\r\n" + TOO_LARGE)


def test_after_one_that_was_read_to_its_end_the_connection_goes_on(sandbox: SandboxUnderTest) -> None:
    host = api_host(sandbox)
    first = posted(host, f"Content-Length: {11 * MIB}") + b"x" * 11 * MIB
    answers = exchange(sandbox, first, posted(host, "Content-Length: 0", "Connection: close"))
    assert (answers.count(b"HTTP/1.1 413 "), answers.count(b"HTTP/1.1 200 ")) == (1, 1)


@pytest.mark.parametrize(
    "headers",
    [
        [f"Content-Length: {10**12}"],
        [f"Content-Length: {10**12}", "Expect: 100-continue"],
        [f"Content-Length: {11 * MIB}", "Expect: 100-continue"],
    ],
)
def test_a_body_that_is_announced_too_large_is_answered_before_it_comes(
    sandbox: SandboxUnderTest, headers: list[str]
) -> None:
    host = api_host(sandbox)
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.endpoint).port or 0), timeout=60) as opened:
        opened.sendall(posted(host, *headers))
        answer = HTTPResponse(opened)
        answer.begin()
        assert (answer.status, answer.read(), answer.getheader("Connection")) == (413, TOO_LARGE, "close")


def test_a_body_without_a_length_is_read_up_to_the_limit(sandbox: SandboxUnderTest) -> None:
    host = api_host(sandbox)
    chunk = b"100000\r\n" + b"x" * MIB + b"\r\n"
    head = posted(host, "Transfer-Encoding: chunked", "Content-Type: application/json")
    assert exchange(sandbox, head, *[chunk] * 81, b"0\r\n\r\n").endswith(TOO_LARGE)
    assert b" 200 OK" in exchange(
        sandbox, head.replace(b"Host", b"Connection: close\r\nHost"), *[chunk] * 10, b"0\r\n\r\n"
    )


def test_an_http_api_says_so_in_its_own_words(sandbox: SandboxUnderTest) -> None:
    v2 = sandbox.client("apigatewayv2")
    api_id = v2.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
    v2.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    for size in (11 * MIB, 81 * MIB):
        head = posted(f"{api_id}.execute-api.us-east-1.amazonaws.com", f"Content-Length: {size}", "Connection: close")
        answer = exchange(sandbox, head, b"x" * size)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert answer.endswith(b'{"message":"Request Entity Too Large"}')


def test_an_aws_api_call_may_be_larger_but_not_of_any_size(sandbox: SandboxUnderTest) -> None:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="artefacts")
    s3.put_object(Bucket="artefacts", Key="large", Body=b"x" * 20 * MIB)
    assert len(s3.get_object(Bucket="artefacts", Key="large")["Body"].read()) == 20 * MIB
    answer = exchange(sandbox, posted("localhost", f"Content-Length: {81 * MIB}"), b"x" * 81 * MIB)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert f"Request must be smaller than {80 * MIB} bytes".encode() in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"no http at all\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\na b: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nx: \x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nx: " + b"x" * 70_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
def test_what_is_no_http_gets_400_and_no_traceback(
    sandbox: SandboxUnderTest, sent: bytes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert exchange(sandbox, sent).startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert "Traceback" not in capfd.readouterr().err
    assert caplog.records == []
