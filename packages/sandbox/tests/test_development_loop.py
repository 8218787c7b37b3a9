"""`serve` deploys an edited program beside the running one, and replaces that one if the deployment succeeds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import pytest

from sandbox_testing.deploying import LAMBDA_TRUST
from sandbox_testing.event_streams import EventStream
from sandbox_testing.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The time limit for a start or a deployment on a busy machine.
_SECONDS = 60
pytestmark = pytest.mark.timeout(300)  # a start and a deployment on a busy machine

_PROGRAM = """
import json
from pathlib import Path

import pulumi
import pulumi_aws as aws
from routes import ROUTES

config = pulumi.Config()
SERVICES = ("apigateway", "iam", "lambda_", "logs", "sts")


def provider(name, account):
    return aws.Provider(
        name,
        region="us-east-1",
        access_key="test",
        secret_key="test",
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=f"arn:aws:iam::{account}:role/deployer")],
        endpoints=[aws.ProviderEndpointArgs(**dict.fromkeys(SERVICES, config.require("endpoint")))],
    )


a = pulumi.ResourceOptions(provider=provider("a", "111111111111"))
b = pulumi.ResourceOptions(provider=provider("b", "222222222222"))
role = aws.iam.Role("role", assume_role_policy=TRUST, opts=b)
function = aws.lambda_.Function(
    "hello",
    runtime="python3.12",
    handler="index.handler",
    role=role.arn,
    code=pulumi.FileArchive("hello"),
    environment={"variables": {"GREETING": config.require("greeting")}},
    opts=b,
)


def document(arn):
    paths = json.loads(Path("api.json").read_text())["paths"]
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
    routes = {path: {"get": {"x-amazon-apigateway-integration": integration}} for path in [*ROUTES, *paths]}
    return json.dumps({"openapi": "3.0.1", "info": {"title": "loop", "version": "1"}, "paths": routes})


api = aws.apigateway.RestApi("api", body=function.arn.apply(document), opts=a)
deployment = aws.apigateway.Deployment("deployment", rest_api=api.id, triggers={"body": api.body}, opts=a)
stage = aws.apigateway.Stage("dev", rest_api=api.id, deployment=deployment.id, stage_name="dev", opts=a)
aws.lambda_.Permission(
    "permission",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*"),
    opts=b,
)
pulumi.export("url", pulumi.Output.concat("https://", api.id, ".execute-api.us-east-1.amazonaws.com/dev"))
"""
_HANDLER = """
import os
def handler(event, context):
    return {"statusCode": 200, "body": os.environ["GREETING"] + " 1"}
"""
_FILES = {
    "Pulumi.yaml": """\
        name: loop
        runtime: python
        config:
          endpoint:
            type: string
            default: http://127.0.0.1:1
          greeting:
            type: string
            default: hello
        """,
    "Pulumi.sandbox.yaml": "config: {}\n",
    "__main__.py": _PROGRAM.replace("TRUST", repr(LAMBDA_TRUST)),
    "routes.py": 'ROUTES = ["/one"]\n',
    "api.json": '{"paths": {}}\n',
    "hello/index.py": _HANDLER,
}


class Serving:
    """A running `serve` of a project, and the project's files."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self._arguments = arguments
        for name, text in _FILES.items():
            self.write(name, text)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "cross_account_sandbox", "serve", "--port", "0", "--json", *self._arguments]
        self.errors = self._folder.parent / "stderr"
        with self.errors.open("w") as stream:
            self.process = subprocess.Popen(command, cwd=self._folder, stdout=subprocess.PIPE, stderr=stream, text=True)
        assert self.process.stdout is not None
        self.said: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")
        assert self.said, self.errors.read_text()
        self.url: str = self.said["localUrl"]
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        with self.process:
            assert self.process.wait(_SECONDS) == 0

    def write(self, name: str, text: str) -> None:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))

    def get(self, path: str) -> tuple[int, str]:
        url = f"{self.url}{path}"
        connection = HTTPConnection(urlsplit(url).netloc, timeout=_SECONDS)
        try:
            connection.request("GET", urlsplit(url).path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def deployments(self) -> list[dict[str, Any]]:
        """The deployments, newest first."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=_SECONDS)
        connection.request("GET", "/_sandbox/deployments")
        found: list[dict[str, Any]] = json.load(connection.getresponse())["deployments"]
        connection.close()
        return found

    def is_deployed(self, number: int) -> bool:
        """True if the deployment with this number has ended."""
        return any(each["number"] == number and each["seconds"] is not None for each in self.deployments())

    def wait_for(self, number: int) -> dict[str, Any]:
        """Wait for the deployment with this number to end, and return the newest deployment."""
        wait_until(lambda: self.is_deployed(number), within_s=_SECONDS)
        return self.deployments()[0]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    with Serving(tmp_path / "loop") as started:
        yield started


def test_a_changed_program_answers_at_the_same_url(serving: Serving) -> None:
    assert [serving.get(path) for path in ("/one", "/two")] == [
        (200, "hello 1"),
        (403, '{"message":"Missing Authentication Token"}'),
    ]
    serving.write("routes.py", 'ROUTES = ["/one", "/two"]\n')
    newest = serving.wait_for(2)
    assert (newest["status"], newest["changed"], newest["message"]) == ("live", ["routes.py"], None)
    assert newest["projects"]["loop"] == {"outputs": serving.said["outputs"], "localUrl": serving.url}
    assert [serving.get(path) for path in ("/one", "/two")] == [(200, "hello 1"), (200, "hello 1")]
    assert [each["status"] for each in serving.deployments()] == ["live", "replaced"]
    wait_until(
        lambda: "deployed" in serving.errors.read_text().rpartition("deploying: routes.py changed")[2],
        within_s=_SECONDS,
    )


@pytest.mark.parametrize(
    ("file", "text", "path", "answer"),
    [
        ("Pulumi.sandbox.yaml", "config:\n  loop:greeting: servus\n", "/one", "servus 1"),
        ("Pulumi.yaml", _FILES["Pulumi.yaml"].replace("default: hello", "default: ciao"), "/one", "ciao 1"),
        ("api.json", '{"paths": {"/from-the-document": {}}}\n', "/from-the-document", "hello 1"),
    ],
)
def test_so_do_changed_settings_and_a_changed_document(
    serving: Serving, file: str, text: str, path: str, answer: str
) -> None:
    serving.write(file, text)
    assert serving.wait_for(2)["changed"] == [file]
    assert serving.get(path) == (200, answer)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("routes.py", "ROUTES = [\n", "loop: __main__.py:7: SyntaxError: '[' was never closed (routes.py, line 1)"),
        (
            "routes.py",
            "import later\nROUTES = later.ROUTES\n",
            "loop: routes.py:1: ModuleNotFoundError: No module named 'later'",
        ),
        ("Pulumi.sandbox.yaml", "config: [\n", "Pulumi.sandbox.yaml"),
        ("Pulumi.sandbox.yaml", "config:\n  loop:greeting: [1]\n", "loop:greeting"),
        ("routes.py", 'ROUTES = ["no slash"]\n', "aws:apigateway/restApi:RestApi 'api'"),
    ],
)
def test_a_broken_one_is_reported_and_the_one_before_goes_on(
    serving: Serving, file: str, text: str, message: str
) -> None:
    with EventStream(serving.said["endpoint"], "/_sandbox/deployments") as stream:
        serving.write(file, text)
        told = [stream.next(), stream.next()]
    assert [(event.name, event.data["status"]) for event in told] == [
        ("deployment", "deploying"),
        ("deployment", "failed"),
    ]
    newest = serving.deployments()[0]
    assert newest == told[1].data
    assert message in newest["message"]
    assert serving.get("/one") == (200, "hello 1")
    wait_until(lambda: "the deployment failed" in serving.errors.read_text(), within_s=_SECONDS)
    printed = serving.errors.read_text()
    assert message in printed
    assert "Traceback" not in printed
    # The next change is deployed, even if it only adds what was missing.
    serving.write("later.py", 'ROUTES = ["/later"]\n')
    if "later" not in text:
        serving.write(file, _FILES[file])
    assert serving.wait_for(3)["status"] == "live"
    assert serving.get("/later" if "later" in text else "/one") == (200, "hello 1")


def test_code_of_a_function_and_files_that_nobody_read_start_no_deployment(serving: Serving) -> None:
    serving.write("hello/index.py", _HANDLER.replace(" 1", " 2"))
    serving.write("notes.md", "unread")
    serving.write("events.jsonl", "{}")
    serving.write("hello/__pycache__/index.cpython-311.pyc", "")
    assert serving.get("/one") == (200, "hello 2")  # live without a deployment
    serving.write("routes.py", 'ROUTES = ["/one", "/two"]\n')
    assert serving.wait_for(2)["changed"] == ["routes.py"]
    assert serving.get("/two") == (200, "hello 2")
    serving.write("hello/index.py", _HANDLER.replace(" 1", " 3"))
    assert serving.get("/two") == (200, "hello 3")


def test_fifty_requests_a_second_see_no_error_while_it_switches(serving: Serving) -> None:
    answers: list[tuple[int, str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(0.1):
            answers.append(serving.get("/one"))

    with ThreadPoolExecutor(5) as clients:
        asking = [clients.submit(ask) for _ in range(5)]
        try:
            serving.write("Pulumi.sandbox.yaml", "config:\n  loop:greeting: servus\n")
            serving.wait_for(2)
            wait_until(lambda: answers[-1:] == [(200, "servus 1")], within_s=_SECONDS)
        finally:
            stop.set()
        for each in asking:
            each.result(_SECONDS)
    assert set(answers) == {(200, "hello 1"), (200, "servus 1")}


def test_it_leaves_no_process_of_the_deployment_before(serving: Serving) -> None:
    serving.get("/one")
    before = _functions(serving.process.pid)
    assert before
    serving.write("routes.py", 'ROUTES = ["/one", "/two"]\n')
    serving.wait_for(2)
    wait_until(lambda: not before & _functions(serving.process.pid), within_s=_SECONDS)


def test_a_failure_shows_although_it_is_quiet(tmp_path: Path) -> None:
    with Serving(tmp_path / "loop", "--quiet") as serving:
        serving.write("routes.py", "ROUTES = [\n")
        wait_until(lambda: "was never closed" in serving.errors.read_text(), within_s=_SECONDS)


def test_no_watch_turns_it_off(tmp_path: Path) -> None:
    with Serving(tmp_path / "loop", "--no-watch") as serving:
        # The last line before it waits for changes, or only for a signal.
        wait_until(lambda: "lambda list-functions" in serving.errors.read_text(), within_s=_SECONDS)
        serving.write("routes.py", 'ROUTES = ["/one", "/two"]\n')
        serving.process.send_signal(signal.SIGTERM)
        assert serving.process.wait(_SECONDS) == 0
        assert "deploying" not in serving.errors.read_text()


def _functions(pid: int) -> set[int]:
    """The function processes: all descendants of a sandbox that have the Runtime API in their environment."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    own = {int(number) for number in listed.stdout.split()}
    return {each for each in own if _serves(each)} | {below for each in own for below in _functions(each)}


def _serves(pid: int) -> bool:
    try:
        return b"AWS_LAMBDA_RUNTIME_API=" in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
