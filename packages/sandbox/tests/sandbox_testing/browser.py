"""A real browser, and servers for the pages it opens."""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTACK = Path(__file__).with_name("attack.html").read_bytes()
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)


def chromium() -> str:
    """The browser's command.

    Without a browser, a test is skipped; with CI=true it fails, because CI must install one.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium is on PATH: apt-get install chromium")
        pytest.skip("no Chromium is on PATH")
    return found


@contextmanager
def opened(url: str, *, rebound: str) -> Iterator[None]:
    """Open a page in a browser and close it afterwards; `rebound` is a host name that resolves to 127.0.0.1."""
    with tempfile.TemporaryDirectory(prefix="sandbox-test-browser-", ignore_cleanup_errors=True) as profile:
        command = [chromium(), *_FLAGS, f"--user-data-dir={profile}"]
        command += [f"--host-resolver-rules=MAP {rebound} 127.0.0.1", "--remote-debugging-port=0", url]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
            try:
                yield
            finally:
                browser.terminate()
                browser.wait(timeout=60)


class PageServer(socketserver.ThreadingTCPServer):
    """Serves one page at every path, and records what pages POST to it.

    With `rebind_to`, it behaves like a host whose name resolves to another address once the page has loaded: it serves
    the page once for each connection that requests it with `?name=`, and relays everything else to that port, byte for
    byte.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, page: bytes, *, rebind_to: int | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.page, self.rebind_to = page, rebind_to
        self.reports: queue.Queue[Any] = queue.Queue()

    @property
    def port(self) -> int:
        """The port on which the server listens."""
        return int(self.server_address[1])

    @contextmanager
    def running(self) -> Iterator[PageServer]:
        """Run the server in a thread."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


class _Connection(socketserver.BaseRequestHandler):
    """Handles one request and closes its connection."""

    def handle(self) -> None:
        server, client = cast("PageServer", self.server), cast("socket.socket", self.request)
        head = b""
        while b"\r\n\r\n" not in head and (chunk := client.recv(65_536)):
            head += chunk
        if not head:
            return
        first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, target, *_ = first.split(" ")
        if server.rebind_to is not None and "name" not in urlsplit(target).query.split("=", 1)[0]:
            _relay(client, head, server.rebind_to)
        elif method == "POST":
            size = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
            body = head.partition(b"\r\n\r\n")[2]
            while len(body) < size and (chunk := client.recv(65_536)):
                body += chunk
            server.reports.put(json.loads(body))
            client.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        else:
            kind = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
            client.sendall(kind + str(len(server.page)).encode() + b"\r\n\r\n" + server.page)


def _relay(client: socket.socket, head: bytes, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as there:
        there.sendall(head)
        back = threading.Thread(target=_copy, args=(there, client), daemon=True)
        back.start()
        _copy(client, there)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(65_536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
