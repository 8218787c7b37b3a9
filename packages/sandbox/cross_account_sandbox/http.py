"""Requests and responses as they are on the wire: the spelling, order and repetition of headers are kept."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from aws_rules.iam.request_keys import Client

#: The header in which a deployment names the resource that a call is for: a digest of its URN.
RESOURCE_HEADER = "x-sandbox-resource"
#: The header in which it names the World that it deploys into: the World's `instance`.
DEPLOYMENT_HEADER = "x-sandbox-deployment"


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpRequest:
    """What a client sent.

    target  the request line's target, with its percent-encoding unchanged
    peer    the client's address
    unread  size of a body that is larger than any handler accepts, in bytes; such a body is not kept, and `body` is
            empty
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    peer: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"
    unread: int = 0

    @property
    def path(self) -> str:
        """The path as sent, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as sent, without the question mark."""
        return self.target.partition("?")[2]

    @property
    def size(self) -> int:
        """Size of the body in bytes: as announced, or as counted up to the limit."""
        return len(self.body) + self.unread

    def header(self, name: str, default: str = "") -> str:
        """The first header of this name, in any spelling."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    def header_values(self, name: str) -> list[str]:
        """Every header of this name, in any spelling, in order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def client(self, *, vpce: str | None = None, vpc: str | None = None) -> Client:
        """The client, as policies see it; `vpce` is the VPC endpoint that the request came through, `vpc` its VPC."""
        return Client(
            source_ip=self.peer,
            user_agent=self.header("User-Agent"),
            referer=self.header("Referer"),
            vpce=vpce,
            vpc=vpc,
        )


@dataclass(kw_only=True, slots=True)
class HttpResponse:
    """The response to the client."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@dataclass(kw_only=True, slots=True)
class HttpStream:
    """A streaming response with status 200: the parts of its body are sent as they become available."""

    headers: list[tuple[str, str]]
    parts: AsyncIterator[bytes]


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Return True for a host name or address of this machine's loopback interface."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str:
    """The origin (scheme, host, port) of a URL, as browsers write it; empty if the text has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.scheme or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" if port in (None, default) else f"{parts.scheme}://{host}:{port}"


def host_name(host: str) -> str:
    """The name or address in a Host header, without its port."""
    lowered = host.strip().lower()
    if lowered.startswith("["):
        return lowered[1:].partition("]")[0]
    return lowered.partition(":")[0]
