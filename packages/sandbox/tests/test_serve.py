"""`cross-account-sandbox serve`, started by a person or a script: one line of JSON, exit codes, nothing left behind."""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from aiohttp import web

from cross_account_sandbox import cli
from cross_account_sandbox.serve import Request, serve_until_stopped
from sandbox_testing.processes import wait_until
from sandbox_testing.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS = 60
#: A start and a deployment on a busy machine.
pytestmark = pytest.mark.timeout(300)


def _start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cross_account_sandbox", "serve", "--port", "0", "--json", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


@contextmanager
def _serving(*arguments: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    with _start(*arguments) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            assert line, process.communicate(timeout=_SECONDS)[1]
            yield json.loads(line), process
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=_SECONDS)


def _refused(*arguments: str) -> str:
    """Run the command, check that it exits with 2, and return its stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "cross_account_sandbox", "serve", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("error: ") == 1
    return done.stderr


@contextmanager
def _own_signals() -> Iterator[None]:
    """Restore this process's signal handlers, which `serve` replaces."""
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)


def _get(url: str, **headers: str) -> tuple[int, Any]:
    """Send a request with its headers spelled as given; urllib would change the spelling."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    try:
        connection.request("GET", url.partition(parts.netloc)[2], headers=headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    own = [int(number) for number in listed.stdout.split()]
    return own + [grandchild for child in own for grandchild in _children(child)]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def _project(folder: Path, name: str, program: str, stack: str = "config: {}\n") -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
    (folder / "Pulumi.sandbox.yaml").write_text(dedent(stack))
    (folder / "__main__.py").write_text(dedent(program))
    return folder


def test_the_program_of_the_root_is_served_and_described_by_one_line_of_json() -> None:
    with _serving("-c", "runtime=python") as (said, _):
        assert set(said) == {"endpoint", "accounts", "outputs", "localUrl", "projects"}
        assert said["endpoint"].startswith("http://127.0.0.1:")
        assert said["accounts"] == {
            "api": {"id": "111111111111", "region": "us-east-1"},
            "function": {"id": "222222222222", "region": "us-east-1"},
        }
        outputs = said["outputs"]
        assert {"url", "apiId", "stageName", "functionName", "apiExecutionArn", "functionArn"} <= set(outputs)
        assert {"integrationUri", "sourceArn", "addPermissionCommand"} <= set(outputs)
        assert said["projects"] == {
            "cross-account-api": {"outputs": outputs, "localUrl": said["localUrl"]},
        }
        status, answer = _get(f"{said['localUrl']}/?name=John&city=Seattle", day="Thursday")
        assert (status, answer["message"]) == (200, "Good day, John of Seattle. Happy Thursday!")
        host = outputs["url"].split("/")[2]
        status, answer = _get(f"{said['endpoint']}/dev/?name=Ann", Host=host)
        assert (status, answer["message"]) == (200, "Good day, Ann of World.")


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_0_and_no_process_is_left(name: signal.Signals) -> None:
    with _serving("-c", "runtime=python") as (said, process):
        _get(f"{said['localUrl']}/")
        family = [process.pid, *_children(process.pid)]
        assert len(family) > 1
        process.send_signal(name)
        assert process.wait(timeout=_SECONDS) == 0
        wait_until(lambda: not any(_is_alive(pid) for pid in family), within_s=_SECONDS)


def test_a_signal_ends_it_with_0_where_python_s_own_teardown_is_slow() -> None:
    # A module's globals are deleted last, when no Python thread is running.
    program = """
    import sys, time
    from cross_account_sandbox.__main__ import main
    class Slow:
        def __del__(self, sleep=time.sleep):
            sleep(3)
    slow = Slow()
    main()
    """
    words = ["serve", "--port", "0", "--empty", "--json"]
    with subprocess.Popen(
        [sys.executable, "-c", dedent(program), *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=_SECONDS) == 0


def test_a_program_that_prints_leaves_stdout_to_the_line_of_json(tmp_path: Path) -> None:
    with _serving("--dir", str(_project(tmp_path / "a", "a", 'print("hello")\n'))) as (said, _):
        assert set(said["projects"]) == {"a"}


def test_the_deploying_process_ends_when_the_sandbox_is_killed(tmp_path: Path) -> None:
    program = """
    import threading
    print("started", flush=True)
    threading.Event().wait()
    """
    with _start("--dir", str(_project(tmp_path / "a", "a", program))) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "started\n"
        assert len(_children(process.pid)) == 1
        process.kill()
        # The other end closes once no process holds it open, including the deploying process.
        assert process.communicate(timeout=_SECONDS) == ("", "")


def test_a_signal_while_it_still_loads_ends_it_with_0() -> None:
    with _start() as process:
        # The deploying process is the first process that it starts.
        while not _children(process.pid):
            assert process.poll() is None
        process.terminate()
        assert process.communicate(timeout=_SECONDS) == ("", "")
        assert process.returncode == 0


def test_a_signal_between_loading_and_deploying_ends_it_with_0() -> None:
    program = """
    import os, signal
    from cross_account_sandbox import serve
    from cross_account_sandbox.__main__ import main
    class Interrupted(serve.Terminal):
        def __init__(self, **options):
            os.kill(os.getpid(), signal.SIGTERM)
            super().__init__(**options)
    serve.Terminal = Interrupted
    main()
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(program), "serve", "--port", "0", "--empty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_signal_during_the_deployment_ends_it_with_0(tmp_path: Path) -> None:
    program = """
    import threading
    print("started", flush=True)
    threading.Event().wait()
    """
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cross_account_sandbox",
            "serve",
            "--port",
            "0",
            "--dir",
            str(_project(tmp_path / "a", "a", program)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "started\n"
        family = _children(process.pid)
        process.terminate()
        out, _ = process.communicate(timeout=_SECONDS)
        assert (process.returncode, out) == (0, "")
        assert len(family) == 1
        wait_until(lambda: not any(_is_alive(pid) for pid in family), within_s=_SECONDS)


def test_settings_are_overridden_by_path() -> None:
    with _serving("-c", "runtime=python", "-c", "functionAccount.region=eu-west-1", "-c", "stageName=v1") as (said, _):
        assert said["accounts"]["function"] == {"id": "222222222222", "region": "eu-west-1"}
        assert said["outputs"]["functionArn"].startswith("arn:aws:lambda:eu-west-1:222222222222:")
        assert said["outputs"]["url"].endswith("/v1")
        assert _get(f"{said['localUrl']}/")[0] == 200


def test_empty_serves_two_accounts_with_nothing_in_them() -> None:
    with _serving("--empty") as (said, _):
        assert (said["outputs"], said["localUrl"], said["projects"]) == ({}, None, {})
        sts = boto3.client(
            "sts",
            region_name="us-east-1",
            endpoint_url=said["endpoint"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        assert sts.get_caller_identity()["Account"] == said["accounts"]["api"]["id"]


def test_what_is_deployed_at_the_start_is_active_and_what_is_updated_later_takes_its_delay() -> None:
    with _serving("-c", "runtime=python", "--function-state-delay", "600") as (said, _):
        assert _get(f"{said['localUrl']}/")[0] == 200
        client = boto3.client(
            "lambda",
            region_name="us-east-1",
            endpoint_url=said["endpoint"],
            aws_access_key_id=said["accounts"]["function"]["id"],
            aws_secret_access_key="any",
        )
        name = said["outputs"]["functionName"]
        assert client.get_function_configuration(FunctionName=name)["LastUpdateStatus"] == "Successful"
        client.update_function_configuration(FunctionName=name, Description="changed")
        assert client.get_function_configuration(FunctionName=name)["LastUpdateStatus"] == "InProgress"


def test_several_projects_are_deployed_in_order(tmp_path: Path) -> None:
    first = _project(tmp_path / "a", "first", 'import pulumi\npulumi.export("colour", "blue")\n')
    second = _project(
        tmp_path / "b",
        "second",
        """
        import pulumi
        other = pulumi.StackReference("organization/first/sandbox")
        pulumi.export("seen", other.require_output("colour"))
        pulumi.export("own", pulumi.Config().require("own"))
        pulumi.export("theirs", pulumi.Config("first").get("own"))
        """,
    )
    config = ("-c", "own=1", "-c", "first:own=2")
    with _serving("--dir", str(first), "--dir", str(second), *config) as (said, _):
        assert said["outputs"] == {"seen": "blue", "own": "1"}
        assert said["projects"]["first"] == {"outputs": {"colour": "blue"}, "localUrl": None}


def test_without_json_stdout_stays_empty_and_stderr_tells_where_it_answers(tmp_path: Path) -> None:
    folder = _project(tmp_path / "a", "a", 'import pulumi\npulumi.log.info("deployed")\n')
    with subprocess.Popen(
        [sys.executable, "-m", "cross_account_sandbox", "serve", "--port", "0", "--dir", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(3)]
        process.terminate()
        out, _ = process.communicate(timeout=_SECONDS)
    assert lines[0] == "deployed\n"
    assert lines[1].startswith("deployed 0 resources in ")
    assert lines[2].startswith("sandbox at http://127.0.0.1:")
    assert (out, process.returncode) == ("", 0)


def test_a_saved_change_of_a_function_is_live_at_the_next_request(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "index.py").write_text("def handler(event, context):\n    return 'first'\n")
    program = f"""
    import json
    import pulumi
    import pulumi_aws as aws

    endpoint = pulumi.Config().require("endpoint")
    keys = {{"access_key": "test", "secret_key": "test", "region": "us-east-1"}}
    services = dict.fromkeys(("iam", "lambda_", "sts"), endpoint)
    opts = pulumi.ResourceOptions(
        provider=aws.Provider("a", endpoints=[aws.ProviderEndpointArgs(**services)], **keys)
    )
    trust = {{"Statement": [{{"Effect": "Allow", "Principal": {{"Service": "lambda.amazonaws.com"}},
        "Action": "sts:AssumeRole"}}], "Version": "2012-10-17"}}
    role = aws.iam.Role("r", assume_role_policy=json.dumps(trust), opts=opts)
    function = aws.lambda_.Function(
        "f",
        role=role.arn,
        runtime="python3.13",
        handler="index.handler",
        code=pulumi.FileArchive({str(code)!r}),
        opts=opts,
    )
    pulumi.export("name", function.name)
    """
    folder = _project(tmp_path / "a", "a", program, "config:\n  endpoint: http://127.0.0.1:1\n")
    with _serving("--dir", str(folder)) as (said, _):
        functions = boto3.client(
            "lambda",
            region_name="us-east-1",
            endpoint_url=said["endpoint"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

        def call() -> Any:
            return json.loads(functions.invoke(FunctionName=said["outputs"]["name"])["Payload"].read())

        assert call() == "first"
        (code / "index.py").write_text("def handler(event, context):\n    return 'second'\n")
        assert call() == "second"


def test_a_busy_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is in use" in _refused("--empty", "--port", str(port))


def test_a_port_that_may_not_be_bound_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(_: web.TCPSite) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(web.TCPSite, "start", refuse)
    request = Request(
        directories=(), stack="sandbox", config=(), empty=True, port=80, as_json=False, allow_outbound=False
    )
    with _own_signals():
        assert serve_until_stopped(request) == 2
    assert capsys.readouterr().err.startswith("error: port 80 cannot be bound (Permission denied)")


def test_a_runtime_that_this_machine_lacks_is_told_at_the_start(tmp_path: Path) -> None:
    # A PATH that contains only Python.
    (tmp_path / "python3").symlink_to(sys.executable)
    with _start("-c", "runtime=nodejs", PATH=str(tmp_path)) as process:
        assert process.stderr is not None
        told = next(line for line in process.stderr if line.startswith("warning:"))
        process.terminate()
        process.communicate(timeout=_SECONDS)
    assert "of account 222222222222 cannot run here: Node.js is not on PATH" in told


def test_bad_input_exits_with_2_and_one_message_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)

    def refused(*arguments: str) -> str:
        """Run the command here: starting ten processes would take several seconds."""
        monkeypatch.setattr(sys, "argv", ["cross-account-sandbox", "serve", *arguments])
        with _own_signals(), pytest.raises(SystemExit) as ended:
            cli.run()
        out, error = capsys.readouterr()
        assert (ended.value.code, out, error.count("error: ")) == (2, "", 1), error
        return error

    assert "nowhere is not a directory" in refused("--dir", str(tmp_path / "nowhere"), "--port", "0")
    assert "Pulumi.yaml does not exist" in refused("--dir", str(tmp_path), "--port", "0")
    assert "Pulumi.prod9.yaml does not exist" in refused("--stack", "prod9", "--port", "0")
    assert "nonsense" in refused("-c", "nonsense=1", "--port", "0")
    assert "expected key=value" in refused("-c", "nonsense", "--port", "0")
    assert "timeout: '901' must be less than or equal to 900. To fix: -c timeout=10\n" in refused(
        *("-c", "timeout=901", "--port", "0")
    )
    assert "the sandbox knows the quotas L-E5AE38E3" in refused("--empty", "--quota", "L-1=60000", "--port", "0")
    for value in ("29000", "9" * 5000):
        assert "a whole number above the default, 29000" in refused("--empty", "--quota", f"L-E5AE38E3={value}")
    assert "--empty deploys nothing" in refused("--empty", "--dir", ".", "--port", "0")


def test_a_quota_that_is_raised_at_the_start_holds_for_what_is_deployed(tmp_path: Path) -> None:
    program = """
import pulumi
import cross_account_api as caa
from cross_account_api.config import TwoAccounts, load
s = load(TwoAccounts)
api = caa.CrossAccountApi("slow", caa.CrossAccountApiArgs(
    account=caa.account_provider("a", s.api_account, endpoint=s.endpoint),
    functions={"hello": caa.ExternalFunction(arn="arn:aws:lambda:us-east-1:222222222222:function:hello")},
    routes=[caa.Route(method="GET", path="/", function="hello", timeout_ms=60_000)],
    api=caa.RestApiArgs(integration_timeout_quota_ms=60_000),
    logging=caa.GatewayLoggingArgs(gateway_logging="off"),
))
pulumi.export("apiId", api.api_id)
"""
    stack = """
    config:
      slow:apiAccount: {id: "111111111111", region: us-east-1}
      slow:functionAccount: {id: "222222222222", region: us-east-1}
      slow:endpoint: http://127.0.0.1:4566
    """
    folder = _project(tmp_path / "a", "slow", program, stack)
    with _serving("--dir", str(folder), "--quota", "L-E5AE38E3=60000") as (told, _):
        assert told["outputs"]["apiId"]
    with _start("--dir", str(folder)) as process:
        error = process.communicate(timeout=_SECONDS)[1]
    assert process.returncode == 1
    assert "Timeout should be between 50 ms and 29000 ms" in error


def test_an_option_that_is_not_there_exits_with_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cross_account_sandbox", "serve", "--nonsense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "--nonsense" in done.stderr


def test_a_deployment_that_fails_exits_with_1_and_one_message(tmp_path: Path) -> None:
    folder = _project(tmp_path / "a", "broken", "import pulumi\nraise ValueError('no such thing')\n")
    with _start("--dir", str(folder)) as process:
        out, error = process.communicate(timeout=_SECONDS)
    assert (process.returncode, out) == (1, "")
    assert error == "error: broken: __main__.py:2: ValueError: no such thing\n"


def test_a_program_that_takes_its_process_with_it_is_a_failed_deployment(tmp_path: Path) -> None:
    folder = _project(tmp_path / "a", "broken", "import os\nos._exit(3)\n")
    with _start("--dir", str(folder)) as process:
        out, error = process.communicate(timeout=_SECONDS)
    assert (process.returncode, out) == (1, "")
    assert error == "error: the deploying process ended with 3 before it was done\n"
