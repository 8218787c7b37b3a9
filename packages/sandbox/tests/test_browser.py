"""Pages of other origins, opened in a real browser, try every way into a sandbox and create nothing.

A page that --allow-origin admits makes the same attempts first, which proves that they work.
"""

from __future__ import annotations

import base64
import io
import zipfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from cross_account_sandbox.functions.runtime_api import RuntimeApi
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.browser import ATTACK, PageServer, chromium, opened
from sandbox_testing.server import SandboxUnderTest

if TYPE_CHECKING:
    from collections.abc import Sequence

REBOUND = "rebound.example"
#: The ways in which a page that can call the sandbox creates a user.
WAYS = {"fetch", "noReferrer", "cors", "form", "image", "script", "frame", "webSocket", "eventSource"}
_PAGES_S = 90


class Heard:
    """The requests that a runtime API accepted as its client's."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def on_next(self) -> None:
        self.events.append("next")

    def on_response(self, request_id: str, payload: bytes) -> None:  # noqa: ARG002 - the protocol's
        self.events.append("response")

    def on_error(self, request_id: str, payload: bytes) -> None:  # noqa: ARG002 - the protocol's
        self.events.append("error")

    def on_too_large(self, request_id: str) -> None:  # noqa: ARG002 - the protocol's
        self.events.append("too large")

    def on_init_error(self, payload: bytes) -> None:  # noqa: ARG002 - the protocol's
        self.events.append("init error")


def archive() -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("a.py", "def b(event, context): return 1")
    return base64.b64encode(packed.getvalue()).decode()


def attacked(sandbox: SandboxUnderTest, servers: ExitStack, hosts: Sequence[str], pages: PageServer) -> list[Any]:
    """Return the reports of pages on these hosts; pages on REBOUND treat the sandbox as their own server."""
    role = sandbox.client("iam").create_role(RoleName="code", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    heard = Heard()
    runtime = RuntimeApi(heard)
    sandbox.run(runtime.open())
    rebinding = servers.enter_context(PageServer(ATTACK, rebind_to=int(sandbox.endpoint.rpartition(":")[2])).running())
    frames = []
    for host in hosts:
        asked = {
            "name": host.replace(".", "-"),
            "base": sandbox.endpoint,
            "runtime": runtime.address,
            "role": role,
            "zip": archive(),
            "report": f"http://127.0.0.1:{pages.port}/",
        }
        port = pages.port
        if host == REBOUND:
            port = rebinding.port
            del asked["base"]
        frames.append(f'<iframe src="http://{host}:{port}/?{urlencode(asked)}"></iframe>')
    index = servers.enter_context(PageServer("".join(frames).encode()).running())
    with opened(f"http://127.0.0.1:{index.port}/", rebound=REBOUND):
        reports = [pages.reports.get(timeout=_PAGES_S) for _ in hosts]
    sandbox.run(closed(runtime))
    assert heard.events == []
    return reports


async def closed(runtime: RuntimeApi) -> None:
    runtime.close()


TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)


def users(sandbox: SandboxUnderTest) -> set[str]:
    return {user["UserName"] for user in sandbox.client("iam").list_users()["Users"]}


def functions(sandbox: SandboxUnderTest) -> list[str]:
    return [function["FunctionName"] for function in sandbox.client("lambda").list_functions()["Functions"]]


@pytest.mark.timeout(300)  # a browser on a busy machine
def test_the_attempts_work_where_a_page_is_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    chromium()
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with ExitStack() as servers:
        pages = servers.enter_context(PageServer(ATTACK).running())
        origin = f"http://localhost:{pages.port}"
        sandbox = SandboxUnderTest(servers.enter_context(RunningSandbox(port=0, allow_origin=origin)))
        attacked(sandbox, servers, ["localhost"], pages)
        # Without a referrer, only Sec-Fetch-Site is left, which names no origin. No AWS API here supports WebSocket.
        assert {f"localhost-{way}" for way in WAYS - {"noReferrer", "webSocket"}} <= users(sandbox)
        assert functions(sandbox) == ["localhost"]


@pytest.mark.timeout(300)  # a browser on a busy machine
def test_no_page_of_another_origin_creates_anything(sandbox: SandboxUnderTest) -> None:
    chromium()
    hosts = ["127.0.0.1", "localhost", "evil.localhost", REBOUND]
    with ExitStack() as servers:
        pages = servers.enter_context(PageServer(ATTACK).running())
        reports = attacked(sandbox, servers, hosts, pages)
    assert {report["name"] for report in reports} == {host.replace(".", "-") for host in hosts}
    assert all(report["told"].keys() >= WAYS for report in reports)
    assert users(sandbox) == set()
    assert functions(sandbox) == []
