"""Oversized or slow input from a client, a document or a function never delays the other requests.

The limit of half a second assumes a machine that runs nothing else. Because other programs lengthen every wait, the
same run measures by how much, and how long another client waits without bombs.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The longest wait of another client in seconds, and the most memory that the process can use in MB.
LONGEST_WAIT_S = 0.5
MOST_MB = 400
_EVERY_S = 0.05
_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}

NESTED_LOOPS = "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])x#end#end#end"
DOUBLED = '#set($t = "0123456789abcdef")' + "#set($t = $t + $t)" * 40 + "$t"
WRITTEN = "#foreach($a in [1..1000])#foreach($b in [1..1000])" + "0123456789" * 100 + "#end#end"


class Server:
    """A sandbox in its own process, with clients."""

    def __init__(self, process: subprocess.Popen[str], endpoint: str) -> None:
        self.process, self.endpoint = process, endpoint
        self.gateway = self.client("apigateway")
        self.authority = urlsplit(endpoint).netloc

    def client(self, service: str) -> Any:
        config = Config(retries={"total_max_attempts": 1}, read_timeout=110)
        return boto3.client(service, endpoint_url=self.endpoint, config=config, **_KEYS)  # type: ignore[call-overload]

    def send(self, target: str, body: bytes = b"", *, method: str = "POST", **headers: str) -> int:
        """Send a request and return the response's status."""
        connection = HTTPConnection(self.authority, timeout=110)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body or None, named)
            reply = connection.getresponse()
            reply.read()
            return reply.status
        finally:
            connection.close()

    @property
    def peak_mb(self) -> float:
        """The process's peak memory usage."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def refused(self, call: Callable[..., Any], **parameters: Any) -> int:
        """The status of a call that AWS refuses; 0 if the call is accepted."""
        try:
            call(**parameters)
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return 0


@contextmanager
def serving() -> Iterator[Server]:
    command = [sys.executable, "-m", "cross_account_sandbox", "serve", "--empty", "--port", "0", "--json"]
    environment = os.environ | {"AWS_CONFIG_FILE": "/dev/null"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield Server(process, json.loads(process.stdout.readline())["endpoint"])
        finally:
            process.kill()


def deployed(server: Server) -> str:
    """The address of an API with one route for each kind of bomb, and `/ping`."""
    gateway = server.gateway
    named = {"restApiId": gateway.create_rest_api(name="bombs", minimumCompressionSize=0)["id"]}
    root = gateway.get_resources(**named)["items"][0]["id"]
    for name, pattern in (("Pairs", "^(a|aa)+$"), ("Plus", "^(a+)+$")):
        schema = json.dumps({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}})
        gateway.create_model(**named, name=name, contentType="application/json", schema=schema)
    tree = json.dumps(
        {"anyOf": [{"type": "array", "items": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}}, {"type": "null"}]}
    )
    gateway.create_model(**named, name="Tree", contentType="application/json", schema=tree)
    validator = gateway.create_request_validator(**named, name="body", validateRequestBody=True)["id"]
    authorizer = gateway.create_authorizer(
        **named,
        name="token",
        type="TOKEN",
        identitySource="method.request.header.Authorization",
        identityValidationExpression="^(a|aa)+$",
        authorizerUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:111111111111:function:nobody/invocations",
    )["id"]
    checked = {"requestValidatorId": validator}
    routes: dict[str, tuple[str, dict[str, Any], str | None]] = {
        "ping": ('{"statusCode": 200}', {}, None),
        "pairs": ('{"statusCode": 200}', checked | {"requestModels": {"application/json": "Pairs"}}, None),
        "plus": ('{"statusCode": 200}', checked | {"requestModels": {"application/json": "Plus"}}, None),
        "tree": ('{"statusCode": 200}', checked | {"requestModels": {"application/json": "Tree"}}, None),
        "token": ('{"statusCode": 200}', {"authorizationType": "CUSTOM", "authorizerId": authorizer}, None),
        "loops": (NESTED_LOOPS, {}, None),
        "doubled": (DOUBLED, {}, None),
        "written": (WRITTEN, {}, None),
        "listed": ("#set($l = [1..900000000])$l", {}, None),
        "padded": ('#set($t = "a")$t.zfill(2000000000)', {}, None),
        "replaced": ('#set($t = $input.body.replaceAll("^(a|aa)+$", ""))$t', {}, None),
        "answered": ('{"statusCode": 200}', {}, NESTED_LOOPS),
    }
    for path, (template, method, response_template) in routes.items():
        resource = {**named, "resourceId": gateway.create_resource(**named, parentId=root, pathPart=path)["id"]}
        verb = {"httpMethod": "POST"}
        gateway.put_method(**resource, **verb, **({"authorizationType": "NONE"} | method))
        gateway.put_integration(**resource, **verb, type="MOCK", requestTemplates={"application/json": template})
        gateway.put_method_response(**resource, **verb, statusCode="200")
        answered = {"responseTemplates": {"application/json": response_template}} if response_template else {}
        gateway.put_integration_response(**resource, **verb, statusCode="200", **answered)
    gateway.create_deployment(**named, stageName="dev")
    return f"/_aws/execute-api/{named['restApiId']}/dev"


def of_files(count: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for number in range(count):
            package.writestr(f"f{number}", b"")
    return packed.getvalue()


def bombs(server: Server, api: str) -> dict[str, tuple[Callable[[], int], set[int]]]:
    """Each kind of bomb, and the statuses with which it is refused."""
    text = "a" * 60 + "!"
    of_pattern = json.dumps({"a": text}).encode()
    gzipped = gzip.compress(bytes(400_000_000), compresslevel=9)
    assert len(gzipped) < 500_000
    yaml_paths = "".join(f"  /p{n}:\n    get: {{tags: [a, b], x-n: {n}, x-m: {{a: 1}}}}\n" for n in range(24_000))
    large_yaml = f"openapi: 3.0.1\ninfo: {{title: t, version: '1'}}\npaths:\n{yaml_paths}".encode()
    assert len(large_yaml) > 1_000_000
    aliases = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    header = "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths: {}\n"
    importing = server.client("apigateway").import_rest_api
    signed = (
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test/20260101/us-east-1/monitoring/aws4_request"
        "&X-Amz-Signature=0&X-Amz-SignedHeaders=host&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60"
    )
    role = server.client("iam").create_role(RoleName="code", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    create = server.client("lambda").create_function
    function = {"FunctionName": "files", "Runtime": "python3.12", "Handler": "a.b", "Role": role}
    packed = of_files(24_000)

    def imported(document: str | bytes) -> Callable[[], int]:
        body = document.encode() if isinstance(document, str) else document
        return lambda: server.refused(importing, body=body)

    def sent(path: str, body: bytes = b"{}", **headers: str) -> Callable[[], int]:
        return lambda: server.send(f"{api}/{path}", body, Content_Type="application/json", **headers)

    return {
        "a model's pattern": (sent("pairs", of_pattern), {400}),
        "a model's pattern of the issue": (sent("plus", of_pattern), {400}),
        "a model that asks twice for each level": (sent("tree", b"[" * 60 + b"1" + b"]" * 60), {400}),
        "a token": (sent("token", Authorization=text), {401, 500}),
        "a loop in a loop in a loop": (sent("loops"), {500}),
        "the same in a response template": (sent("answered"), {500}),
        "a text that doubles": (sent("doubled"), {500}),
        "a large output": (sent("written"), {500}),
        "a long list": (sent("listed"), {500}),
        "a padded text": (sent("padded"), {500}),
        "a pattern in a template": (sent("replaced", text.encode()), {500}),
        "gzip": (sent("ping", gzipped, Content_Encoding="gzip"), {400, 413}),
        "gzip of an AWS API call": (lambda: server.send(signed, gzipped, Content_Encoding="gzip"), {400}),
        "a large YAML document": (imported(large_yaml), {400}),
        "aliases of aliases": (imported(header + aliases), {400}),
        "an alias that contains itself": (imported(f"{header}x-a: &a [*a]\n"), {400}),
        "deep JSON": (imported('{"a":' * 5_000 + "1" + "}" * 5_000), {400}),
        "deep YAML": (imported("[" * 100_000), {400}),
        # Lambda does not limit the number of files: the archive is accepted, but no other request waits for it.
        "an archive of 24,000 files": (lambda: server.refused(create, **function, Code={"ZipFile": packed}), {0, 400}),
    }


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def stretch() -> float:
    """The ratio of elapsed time to processor time for a second of work on this machine."""
    begun, used = time.perf_counter(), time.thread_time()
    while time.thread_time() - used < 1:
        sum(range(10_000))
    return time.perf_counter() - begun


class Waits:
    """Another client that sends 20 requests a second, and how long each waited in seconds."""

    def __init__(self, server: Server, target: str) -> None:
        self.waits: list[float] = []
        self.statuses: set[int] = set()
        self._server, self._target = server, target
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(_EVERY_S):
            begun = time.perf_counter()
            self.statuses.add(self._server.send(self._target, b"{}", Content_Type="application/json"))
            self.waits.append(time.perf_counter() - begun)


@pytest.mark.timeout(900)  # all bombs take a quarter of a minute, or longer on a busy machine
def test_no_bomb_keeps_another_client_waiting() -> None:
    with serving() as server:
        api = deployed(server)
        every = bombs(server, api)
        with Waits(server, f"{api}/ping") as before:
            stretched = stretch()
        answers: dict[str, int] = {}
        with Waits(server, f"{api}/ping") as during:
            for kind, (bomb, _) in every.items():
                answers[kind] = bomb()
        assert {kind: status for kind, status in answers.items() if status not in every[kind][1]} == {}
        assert before.statuses == during.statuses == {200}
        stretched = max(stretched, stretch())
        assert max(during.waits) < LONGEST_WAIT_S * stretched + max(before.waits)
        assert server.peak_mb < MOST_MB


@pytest.mark.timeout(120)  # a server on a busy machine
def test_ctrl_c_ends_the_process_while_bombs_go_off() -> None:
    with serving() as server:
        api = deployed(server)
        text = json.dumps({"a": "a" * 60 + "!"}).encode()
        threads = [
            threading.Thread(target=swallow, args=(server, f"{api}/{path}", text), daemon=True)
            for path in ("pairs", "loops", "written", "replaced") * 2
        ]
        for thread in threads:
            thread.start()
        threading.Event().wait(0.3)
        begun = time.perf_counter()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=30) == 0
        took = time.perf_counter() - begun
        assert took < 2 * stretch()


def swallow(server: Server, target: str, body: bytes) -> None:
    try:
        server.send(target, body, Content_Type="application/json")
    except OSError:
        return
