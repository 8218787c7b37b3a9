"""32 clients on mixed routes for 30 s: every request answered, and rightly; no growth; nothing left after SIGTERM.

    .venv/bin/python benchmarks/soak.py [SECONDS [CLIENTS]]

Prints figures each five seconds, and exits 1 where an answer was missing or wrong, or something grew or was left.
Memory and processes are read from /proc: Linux only.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import boto3

from sandbox.functions.runtimes import node_available

API_ACCOUNT, FUNCTION_ACCOUNT, REGION = "111111111111", "222222222222", "us-east-1"
#: Growth of the sandbox's own memory from a fifth of the run to its end that is more than noise, MB.
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
#: Route → its status, and how often it is asked for.
ROUTES = {
    "answers": (200, 60),
    "raises": (502, 8),
    "exits": (502, 3),
    "sleeps": (502, 1),
    "breaks": (502, 3),
    "garbles": (502, 5),
    "mock": (200, 20),
    "missing": (403, 5),
}


def main() -> int:
    """Run the soak and say how it went."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 32
    command = [sys.executable, "-m", "sandbox", "serve", "--empty", "--port", "0", "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    assert server.stdout is not None  # noqa: S101 - PIPE was asked for
    with server:
        endpoint = json.loads(server.stdout.readline())["endpoint"]
        try:
            base = f"{endpoint}/_aws/execute-api/{_deploy(endpoint)}/dev"
            answers, growth = asyncio.run(_soak(base, server.pid, seconds=seconds, clients=clients))
            children = _descendants(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=30)
    left = [pid for pid in children if Path(f"/proc/{pid}").exists()]
    wrong = {answer: count for answer, count in answers.items() if ROUTES[answer[0]][0] != answer[1]}
    print(f"{sum(answers.values())} answers, {sum(answers.values()) / seconds:.0f} a second; wrong: {wrong or 'none'}")
    print(f"memory grew by {growth} MB; exit code {code}; processes left: {left or 'none'}")
    return 1 if wrong or left or code or growth > MOST_GROWTH_MB else 0


async def _soak(base: str, pid: int, *, seconds: float, clients: int) -> tuple[Counter[tuple[str, int | str]], int]:
    answers: Counter[tuple[str, int | str]] = Counter()
    started = time.monotonic()
    end = started + seconds
    first: int | None = None

    async def client(session: aiohttp.ClientSession, seed: int) -> None:
        choices = random.Random(seed)  # noqa: S311 - the same calls at every run
        names, weights = list(ROUTES), [weight for _, weight in ROUTES.values()]
        while time.monotonic() < end:
            route, number = choices.choices(names, weights)[0], str(choices.random())
            try:
                async with session.get(f"{base}/{route}?n={number}") as answer:
                    body = await answer.text()
                    right = route != "answers" or body == number
                    answers[route, answer.status if right else f"body {body[:80]!r}"] += 1
            except aiohttp.ClientError as error:
                answers[route, type(error).__name__] += 1

    async def watch() -> int:
        nonlocal first
        while (now := time.monotonic()) < end:
            await asyncio.sleep(min(5.0, end - now))
            memory = _resident_mb(pid)
            if first is None and time.monotonic() - started >= seconds / 5:
                first = memory
            print(f"{sum(answers.values()):7} answers {memory:5} MB {len(_descendants(pid)):4} processes", flush=True)
        return _resident_mb(pid) - (first or 0)

    timeout = aiohttp.ClientTimeout(total=60)
    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(client(session, seed) for seed in range(clients)))
        return answers, await watching


def _deploy(endpoint: str) -> str:
    """The functions in one account and, in the other, an API with a route to each; its id."""
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


def _resident_mb(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 // 1024


def _descendants(pid: int) -> set[int]:
    """Every process below this one, now."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= {int(child)}
            try:
                found |= _descendants(int(child))
            except OSError:
                continue
    return found


if __name__ == "__main__":
    sys.exit(main())
