"""Requests to a URL on this machine: their latency and throughput."""

from __future__ import annotations

import asyncio
import http.client
import statistics
import time
from urllib.parse import urlsplit

import aiohttp

_WARM_UP = 200
_SAMPLES = 2000
#: The duration of `requests_a_second`, in seconds.
SECONDS = 5.0


def latency_ms(url: str) -> tuple[float, float]:
    """The median and the 99th percentile of warm, sequential requests over one connection, in milliseconds."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    target = f"{address.path}?{address.query}" if address.query else address.path
    samples = []
    for number in range(_WARM_UP + _SAMPLES):
        began = time.perf_counter()
        connection.request("GET", target)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url} answered {answer.status}")
        if number >= _WARM_UP:
            samples.append((time.perf_counter() - began) * 1000)
    connection.close()
    cuts = statistics.quantiles(samples, n=100)
    return cuts[49], cuts[98]


def requests_a_second(url: str, clients: int) -> float:
    """The requests per second of clients that each send sequential requests over their own connection."""
    return asyncio.run(_rate(url, clients))


async def _rate(url: str, clients: int) -> float:
    passed = 0
    until = time.monotonic() + SECONDS

    async def ask(session: aiohttp.ClientSession) -> None:
        nonlocal passed
        while time.monotonic() < until:
            async with session.get(url) as answer:
                await answer.read()
                answer.raise_for_status()
                passed += 1

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as session:
        await asyncio.gather(*(ask(session) for _ in range(clients)))
    return passed / SECONDS
