"""32 clients on mixed routes for 30 s: correct responses, no memory growth, and nothing left after SIGTERM.

    .venv/bin/python -m benchmarks.soak [SECONDS [CLIENTS]]

Prints figures every five seconds. If a response was missing or wrong, or if something grew or was left, prints what and
exits 1. The tests run the same for some seconds.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import boto3

from benchmarks.processes import family, resident_mb
from cross_account_sandbox.functions.runtimes import node_available

if TYPE_CHECKING:
    from collections.abc import Callable

API_ACCOUNT, FUNCTION_ACCOUNT, REGION = "111111111111", "222222222222", "us-east-1"
#: Memory growth of the sandbox between a fifth of the run and its end that counts as a leak, MB.
MOST_GROWTH_MB = 40

_ANSWER = '{"statusCode": 200, "body": event["queryStringParameters"]["n"]}'
_PYTHON = {
    "answers": f"def handler(event, context):\n    print('seen')\n    return {_ANSWER}\n",
    "raises": "def handler(event, context):\n    raise ValueError('no')\n",
    "exits": "import os\ndef handler(event, context):\n    os._exit(3)\n",
    "sleeps": "import time\ndef handler(event, context):\n    time.sleep(60)\n",
    "breaks": "raise ValueError('at load')\n",
    "garbles": "def handler(event, context):\n    return 'no proxy response'\n",
}
_NODE = "export const handler = async (event) => ({ statusCode: 200, body: event.queryStringParameters.n });\n"
_FAILED = (502, '{"message":"Internal server error"}')
#: Route → the correct response (`answers` returns the number in the request), and its share of the requests.
ROUTES = {
    "answers": ((200, None), 60),
    "raises": (_FAILED, 8),
    "exits": (_FAILED, 3),
    "sleeps": (_FAILED, 1),
    "breaks": (_FAILED, 3),
    "garbles": (_FAILED, 5),
    "mock": ((200, ""), 20),
    "missing": ((403, '{"message":"Missing Authentication Token"}'), 5),
}

#: The time limit for the processes of deleted functions to end, seconds.
PATIENCE_S = 20.0


@dataclass(kw_only=True)
class Soak:
    """The result of a run.

    right, wrong  answers by route, the wrong ones with what came instead (an error where no answer came)
    growth_mb     the growth of the server's memory, between a fifth of the run and its end
    outlived      processes below the server, except its guardian, after every function was deleted
    left          processes and temporary files that were left after SIGTERM
    """

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)
    growth_mb: int = 0
    outlived: int = 0
    exit_code: int = 0
    left: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """What went wrong, one sentence each; empty after a good run."""
        found = [f"{route} returned {what}, {count} times" for (route, what), count in self.wrong.items()]
        found += [f"{route} was never answered" for route in ROUTES if not self.right[route]]
        if self.growth_mb > MOST_GROWTH_MB:
            found.append(f"the server's memory grew by {self.growth_mb} MB")
        if self.outlived:
            found.append(f"{self.outlived} processes outlived their functions")
        if self.exit_code:
            found.append(f"SIGTERM ended the server with exit code {self.exit_code}")
        if self.left:
            found.append(f"left behind: {', '.join(self.left)}")
        return found


def main() -> int:
    """Run the soak test and print its result."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 32
    done = soak(seconds=seconds, clients=clients, say=lambda line: print(line, flush=True))
    answered = sum(done.right.values())
    print(f"{answered} correct responses, {answered / seconds:.0f} per second; memory grew by {done.growth_mb} MB")
    for fault in done.faults():
        print(fault)
    return 1 if done.faults() else 0


def soak(*, seconds: float, clients: int, say: Callable[[str], None]) -> Soak:
    """Serve, send requests for the given seconds, stop with SIGTERM, and check what is left."""
    done = Soak()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        server = subprocess.Popen(
            # Requests begin at once, and a function that is still being created is answered with 500.
            [
                *(sys.executable, "-m", "cross_account_sandbox", "serve", "--empty", "--port", "0", "--json"),
                *("--function-state-delay", "0"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parents[1],
            env={**os.environ, "TMPDIR": folder},
        )
        assert server.stdout is not None  # noqa: S101 - PIPE was asked for
        with server:
            try:
                endpoint = json.loads(server.stdout.readline())["endpoint"]
                base = f"{endpoint}/_aws/execute-api/{_deploy(endpoint)}/dev"
                asyncio.run(_load(done, base, server.pid, seconds=seconds, clients=clients, say=say))
                _delete_functions(endpoint)
                done.outlived = _outlived(server.pid)
            finally:
                children = set(family(server.pid))
                server.send_signal(signal.SIGTERM)
            done.exit_code = server.wait(timeout=PATIENCE_S)
        done.left = [f"process {pid}" for pid in sorted(children) if family(pid)]
        done.left += sorted(path.name for path in Path(folder).iterdir())
    return done


async def _load(done: Soak, base: str, pid: int, *, seconds: float, clients: int, say: Callable[[str], None]) -> None:
    started = time.monotonic()
    end = started + seconds

    async def client(session: aiohttp.ClientSession, seed: int) -> None:
        choices = random.Random(seed)  # noqa: S311 - the same calls at every run
        names, weights = list(ROUTES), [weight for _, weight in ROUTES.values()]
        while time.monotonic() < end:
            route, number = choices.choices(names, weights)[0], str(choices.random())
            status, body = ROUTES[route][0]
            try:
                async with session.get(f"{base}/{route}?n={number}") as answer:
                    found = (answer.status, await answer.text())
            except (aiohttp.ClientError, TimeoutError) as error:
                done.wrong[route, f"no answer: {type(error).__name__}"] += 1
            else:
                if found == (status, number if body is None else body):
                    done.right[route] += 1
                else:
                    done.wrong[route, f"{found[0]} {found[1][:80]!r}"] += 1

    async def watch() -> None:
        await asyncio.sleep(seconds / 5)
        first = resident_mb(pid)[0]
        while (now := time.monotonic()) < end:
            await asyncio.sleep(min(5.0, end - now))
            members = family(pid)
            say(f"{sum(done.right.values()):7} answers {members[pid] // 1024:5} MB {len(members) - 1:4} processes")
        done.growth_mb = resident_mb(pid)[0] - first

    timeout = aiohttp.ClientTimeout(total=60)
    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        await asyncio.gather(watch(), *(client(session, seed) for seed in range(clients)))


def _outlived(pid: int) -> int:
    """Processes below the server after they had time to end, except the guardian, which ends the others on a kill."""
    until = time.monotonic() + PATIENCE_S
    while (found := len(family(pid)) - 2) > 0 and time.monotonic() < until:
        time.sleep(0.1)
    return max(0, found)


def _deploy(endpoint: str) -> str:
    """Create the functions in one account and an API with a route to each in the other; returns the API's ID."""
    iam, functions = (_client(endpoint, service, FUNCTION_ACCOUNT) for service in ("iam", "lambda"))
    gateway = _client(endpoint, "apigateway", API_ACCOUNT)
    principal = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [principal]})
    role = iam.create_role(RoleName="soak", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    paths: dict[str, Any] = {"/mock": {"get": _method({"type": "mock", **_MOCK})}}
    for name, source in _PYTHON.items():
        node = name == "answers" and node_available()
        file, text = ("index.mjs", _NODE) if node else ("index.py", source)
        arn = functions.create_function(
            FunctionName=name,
            Runtime="nodejs22.x" if node else "python3.13",
            Handler="index.handler",
            Role=role,
            Code={"ZipFile": _zipped(file, text)},
            Timeout=1 if name == "sleeps" else 20,
        )["FunctionArn"]
        functions.add_permission(
            FunctionName=name,
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceAccount=API_ACCOUNT,
        )
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
        paths[f"/{name}"] = {"get": _method({"type": "aws_proxy", "httpMethod": "POST", "uri": uri})}
    document = {"openapi": "3.0.1", "info": {"title": "soak", "version": "1"}, "paths": paths}
    api: str = gateway.import_rest_api(body=json.dumps(document).encode())["id"]
    gateway.create_deployment(restApiId=api, stageName="dev")
    return api


def _delete_functions(endpoint: str) -> None:
    functions = _client(endpoint, "lambda", FUNCTION_ACCOUNT)
    for name in _PYTHON:
        functions.delete_function(FunctionName=name)


_MOCK = {
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200"}},
}


def _method(integration: dict[str, Any]) -> dict[str, Any]:
    return {"responses": {"200": {"description": "as asked"}}, "x-amazon-apigateway-integration": integration}


def _zipped(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(name, text)
    return buffer.getvalue()


def _client(endpoint: str, service: str, account: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
    sts = boto3.client("sts", endpoint_url=endpoint, **keys)  # type: ignore[call-overload]
    role = f"arn:aws:iam::{account}:role/soak-operator"
    given = sts.assume_role(RoleArn=role, RoleSessionName="soak")["Credentials"]
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


if __name__ == "__main__":
    sys.exit(main())
