"""A running sandbox for a test, and clients for it."""

from __future__ import annotations

import http.client
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import pytest

from cross_account_sandbox.events import Event, SandboxFailed
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.clients import Client

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping, Sequence

    from cross_account_sandbox.functions.pool import FunctionPool
    from cross_account_sandbox.world import World

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An HTTP response as received: header spelling, order and repetition are kept."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header with this name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class SandboxUnderTest:
    """The sandbox of one test."""

    def __init__(self, running: RunningSandbox) -> None:
        self._running = running
        self._credentials: dict[str, dict[str, str]] = {}
        self._clients: dict[tuple[str, ...], Client] = {}

    @property
    def endpoint(self) -> str:
        """http://127.0.0.1:PORT."""
        return self._running.endpoint

    @property
    def token(self) -> str:
        """The token that actions of the sandbox's page require."""
        return self._running.guard.token

    @property
    def world(self) -> World:
        """The sandbox's World, with all its resources."""
        return self._running.world

    @property
    def pool(self) -> FunctionPool:
        """The pool that runs the sandbox's functions."""
        return self._running.pool

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's event loop and wait for its result."""
        return self._running.run(coroutine)

    def client(
        self,
        service: str,
        account: str | None = None,
        region: str | None = None,
        credentials: Mapping[str, str] | None = None,
        *,
        shared: bool = True,
    ) -> Any:
        """A boto3 client for the operator, the operator in another account, or STS `Credentials`.

        The same one for the same arguments, and later one of another test; a test that changes it needs one that is
        not shared.
        """
        if credentials is None:
            credentials = self.operator_in(account) if account else {"AccessKeyId": "test", "SecretAccessKey": "test"}
        region = region or "us-east-1"
        if not shared:
            return Client.new(service, region, self.endpoint, credentials).boto3
        key = (service, region, *credentials.values())
        if key not in self._clients:
            self._clients[key] = Client.take(service, region, self.endpoint, credentials)
        return self._clients[key].boto3

    def close(self) -> None:
        """Let other tests use the clients."""
        while self._clients:
            self._clients.popitem()[1].give_back()

    def operator_in(self, account: str) -> Mapping[str, str]:
        """Credentials of the operator in any account."""
        if account not in self._credentials:
            self._credentials[account] = self.client("sts").assume_role(
                RoleArn=f"arn:aws:iam::{account}:role/sandbox-operator", RoleSessionName="tests"
            )["Credentials"]
        return self._credentials[account]

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: bytes | str | None = None,
    ) -> Reply:
        """Send a request to the sandbox's port; the URL's host becomes the Host header.

        The target and the header names are sent as spelled. For a URL that begins with a slash, the host is the
        sandbox's own address.
        """
        parts = urlsplit(url)
        target = url if url.startswith("/") else url.split(parts.netloc, 1)[1] or "/"
        pairs = list(headers.items()) if hasattr(headers, "items") else list(headers)
        connection = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=60)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            if not any(name.lower() == "host" for name, _ in pairs):
                connection.putheader("Host", parts.netloc or urlsplit(self.endpoint).netloc)
            raw = body.encode() if isinstance(body, str) else body
            if raw is not None and not any(name.lower() == "content-length" for name, _ in pairs):
                connection.putheader("Content-Length", str(len(raw)))
            for name, value in pairs:
                connection.putheader(name, value.encode())
            connection.endheaders(raw)
            answer = connection.getresponse()
            return Reply(status=answer.status, headers=tuple(answer.getheaders()), body=answer.read())
        finally:
            connection.close()


def _show_failure(event: Event) -> None:
    if isinstance(event, SandboxFailed):
        sys.stderr.write(f"The sandbox failed at {event.request}\n{event.traceback}\n")


@contextmanager
def new_sandbox() -> Iterator[SandboxUnderTest]:
    """A new, empty sandbox on a free port."""
    with pytest.MonkeyPatch.context() as environment:
        # The clients of a test must not use the machine's own profile or endpoint.
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION"):
            environment.delenv(name, raising=False)
        environment.setenv("AWS_CONFIG_FILE", "/dev/null")
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        with RunningSandbox(port=0) as running:
            running.world.events.subscribe(_show_failure)
            under_test = SandboxUnderTest(running)
            yield under_test
            under_test.close()


@pytest.fixture
def sandbox() -> Iterator[SandboxUnderTest]:
    """The test's own sandbox."""
    with new_sandbox() as under_test:
        yield under_test
