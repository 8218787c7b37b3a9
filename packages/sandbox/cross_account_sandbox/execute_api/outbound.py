"""Calls from the data plane to other servers: loopback, deployed APIs, the pet store; others only if allowed."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from cross_account_sandbox.execute_api import header_fields, petstore_backend
from cross_account_sandbox.execute_api.exchange import parse_query
from cross_account_sandbox.http import HttpRequest, HttpResponse, is_loopback
from cross_account_sandbox.world import World


class OutboundNotAllowedError(Exception):
    """This sandbox does not call the host."""

    def __init__(self, host: str) -> None:
        super().__init__(f"calls to {host}: it only calls loopback addresses unless outbound calls are allowed")


def backend_name(target: str) -> str:
    """Name the server at this URL for messages: the pet store is the sandbox's own, despite its host on AWS."""
    host = urlsplit(target).hostname or ""
    return "the sandbox's own PetStore backend" if petstore_backend.answers(host) else host


async def reach(
    world: World, method: str, target: str, headers: list[tuple[str, str]], body: bytes, *, timeout_ms: int
) -> HttpResponse:
    """Return the server's response.

    Raises OutboundNotAllowedError, TimeoutError, and OSError for an unreachable server. A header that HTTP cannot carry
    is omitted, as in responses.
    """
    async with asyncio.timeout(timeout_ms / 1000):
        return await _reach(world, method, target, header_fields.carried(headers), body)


async def _reach(world: World, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> HttpResponse:
    """Call the pet store and the sandbox's APIs in process, and other servers over the network."""
    parts = urlsplit(target)
    host = parts.hostname or ""
    if petstore_backend.answers(host):
        return petstore_backend.answer(method, parts.path, parse_query(parts.query), body)
    path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
    inner = HttpRequest(method=method, target=path, headers=(("Host", host), *headers), body=body)
    answered = await world.data_plane(world, inner)
    if answered is not None:
        return answered
    if not world.allow_outbound and not is_loopback(host):
        raise OutboundNotAllowedError(host)
    return await over_network(method, target, headers, body)


async def over_network(method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> HttpResponse:
    """Send one request over the network, without following redirects or decompressing. Raises OSError."""
    import aiohttp
    from yarl import URL

    host = urlsplit(target).hostname or ""
    if host.endswith(".localhost"):
        target = target.replace(host, "127.0.0.1", 1)
    try:
        async with (
            aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                method,
                URL(target, encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            ) as response,
        ):
            received = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers]
            return HttpResponse(status=response.status, headers=received, body=await response.read())
    except (aiohttp.ClientError, ValueError) as problem:
        # ValueError: the client's part of the URL makes it invalid, for example with port 99999.
        raise OSError(str(problem)) from problem
