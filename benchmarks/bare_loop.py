"""The minimum cost of a request: aiohttp, the sandbox's runtime API, AWS's runtime client and the same function.

    python -m benchmarks.bare_loop

It has no accounts, authorization, logs or traces; `make bench` compares the sandbox with it. It prints its URL, and
answers every request with the Python function until it is stopped.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
import uuid
from pathlib import Path

from aiohttp import web

from cross_account_sandbox.functions.runtime_api import RuntimeApi, RuntimeInvocation
from cross_account_sandbox.functions.runtimes import command_for

_CODE = Path(__file__).resolve().parents[1] / "lambda_src" / "python"
_TIMEOUT_S = 30


class BareLoop:
    """Environments of the function, and the requests that wait for an environment."""

    def __init__(self) -> None:
        self.free: asyncio.Queue[_Environment] = asyncio.Queue()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Call the function; returns its response."""
        headers = {name: request.headers[name] for name in request.headers}
        event = {
            "httpMethod": request.method,
            "path": request.path,
            "headers": headers,
            "queryStringParameters": dict(request.query) or None,
            "body": None,
        }
        environment = await self.free.get()
        answer = json.loads(await environment.run(json.dumps(event).encode()))
        return web.Response(status=answer["statusCode"], text=answer["body"], headers=answer.get("headers"))


class _Environment:
    """One process of the function with its runtime API."""

    def __init__(self, free: asyncio.Queue[_Environment]) -> None:
        self._free = free
        self._answer: asyncio.Future[bytes]
        self.api = RuntimeApi(self)

    def run(self, payload: bytes) -> asyncio.Future[bytes]:
        self._answer = asyncio.get_running_loop().create_future()
        invocation = RuntimeInvocation(
            request_id=str(uuid.uuid4()),
            payload=payload,
            invoked_arn="arn:aws:lambda:us-east-1:222222222222:function:bare",
            trace_header="Root=1-00000000-000000000000000000000000;Sampled=0",
        )
        self.api.deliver(invocation, deadline_ms=int((time.time() + _TIMEOUT_S) * 1000))
        return self._answer

    def on_next(self) -> None:
        self._free.put_nowait(self)

    def on_response(self, request_id: str, payload: bytes) -> None:  # noqa: ARG002 - one at a time
        self._answer.set_result(payload)

    def on_error(self, request_id: str, payload: bytes) -> None:
        raise RuntimeError(f"{request_id} failed: {payload!r}")

    def on_too_large(self, request_id: str) -> None:
        raise RuntimeError(f"{request_id}: the result is too large")

    def on_init_error(self, payload: bytes) -> None:
        raise RuntimeError(f"cannot load the function: {payload!r}")


async def main() -> None:
    """Start one process per processor, print the URL, and serve."""
    bare = BareLoop()
    for _ in range(os.cpu_count() or 2):
        environment = _Environment(bare.free)
        await environment.api.open()
        variables = {
            "AWS_LAMBDA_RUNTIME_API": environment.api.address,
            "_HANDLER": "index.handler",
            "PATH": os.environ["PATH"],
        }
        await asyncio.create_subprocess_exec(
            *command_for("python3.13"), cwd=_CODE, env=variables, stdout=subprocess.DEVNULL
        )
    runner = web.ServerRunner(web.Server(bare.answer), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
