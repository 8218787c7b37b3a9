"""Calls of the data plane to other servers: loopback, deployed APIs, the pet store; others only where allowed."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from cross_account_sandbox.execute_api import header_fields, petstore_backend
from cross_account_sandbox.execute_api.exchange import parse_query
from cross_account_sandbox.http import HttpRequest, HttpResponse, is_loopback
from cross_account_sandbox.world import World


class OutboundNotAllowedError(Exception):
    """A host that this sandbox does not call."""

    def __init__(self, host: str) -> None:
        super().__init__(f"calls of {host}: it reaches loopback addresses alone, unless outbound calls are allowed")


def backend_name(target: str) -> str:
    """Who answers at this URL, for a person: the pet store is the sandbox's own, whatever its host on AWS."""
    host = urlsplit(target).hostname or ""
    return "the sandbox's own PetStore backend" if petstore_backend.answers(host) else host


async def reach(
    world: World, method: str, target: str, headers: list[tuple[str, str]], body: bytes, *, timeout_ms: int
) -> HttpResponse:
    """The server's answer. Raises OutboundNotAllowedError, TimeoutError, and OSError for what cannot be reached.

    A header that HTTP cannot carry is left out, as it is of answers.
    """
    async with asyncio.timeout(timeout_ms / 1000):
        return await _reach(world, method, target, header_fields.carried(headers), body)


async def _reach(world: World, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> HttpResponse:
    """The pet store and the sandbox's own APIs are answered in place, everything else over the network."""
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
    """One request over the network, neither followed nor decompressed. Raises OSError."""
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
        # ValueError: what the client wrote into the address makes it none, a port of 99999 for example.
        raise OSError(str(problem)) from problem
