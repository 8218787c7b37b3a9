"""`make demo`: deploys the program into two accounts on this machine and shows what decided each tutorial request."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aws_rules.arns import FunctionArn
from cross_account_sandbox.deploy.deployment import Deployed, accounts, deploy, operator_account
from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.functions.runtimes import node_available
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.server import RunningSandbox
from cross_account_sandbox.terminal.decision import who_decided

if TYPE_CHECKING:
    from rich.console import Console

    from cross_account_sandbox.deploy.monitor import Registered

_BODY_SHOWN = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request of the demo; `target` is appended to the stage's URL."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None

    def __str__(self) -> str:
        extras = [f"{name}: {value}" for name, value in self.headers]
        return " · ".join([f"{self.method} {self.target}", *extras, *([self.body] if self.body else [])])


_GREETING = Exchange(method="GET", target="/?name=John&city=Seattle", headers=(("day", "Thursday"),))
#: The tutorial's requests to GET /, then those of the PetStore example API.
_EXCHANGES = (
    _GREETING,
    Exchange(method="GET", target="/"),
    Exchange(method="GET", target="/pets?type=dog&page=1"),
    Exchange(method="GET", target="/pets/1"),
    Exchange(
        method="POST",
        target="/pets",
        headers=(("Content-Type", "application/json"),),
        body='{"type": "cat", "price": 123.11}',
    ),
    Exchange(method="OPTIONS", target="/pets"),
)


def run_demo() -> int:
    """Run the demo for every installed runtime. Returns exit code 0 if every result was as on AWS, else 1."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    runtimes = ["nodejs", "python"]
    if not node_available():
        console.print("[yellow]Node.js is not installed: showing only Python (install Node.js and run `make setup`)[/]")
        runtimes.remove("nodejs")
    try:
        for runtime in runtimes:
            _show(console, runtime)
    except (UsageError, DeploymentError) as error:
        console.print(f"error: {error}", style="red", markup=False)
        return 1
    return 0


def _show(console: Console, runtime: str) -> None:
    projects = read_projects([Path()], "sandbox", [f"runtime={runtime}"])
    of = accounts(projects)
    console.rule(f"[bold]{runtime}")
    with RunningSandbox(port=0, operator_account=operator_account(projects)) as sandbox:
        done = _deploy(console, lambda tell: deploy(sandbox.world, projects, observer=tell)[-1])
        console.print(
            f"{sum(bool(resource.identity) for resource in done.resources.values())} resources: the API in "
            f"[bold]{of['api']['id']}[/] ({of['api']['region']}), "
            f"the function in [bold]{of['function']['id']}[/] ({of['function']['region']})"
        )
        console.print(f"[dim]{done.outputs['url']} answers at {done.local_url}[/]")
        for exchange in _EXCHANGES:
            _tell(console, sandbox, done, exchange)
        console.print("\n[bold]The function's account revokes its permission; the same request again:[/]")
        _revoke(sandbox, done, of["function"])
        _tell(console, sandbox, done, _GREETING)


def _deploy(console: Console, work: Callable[[Callable[[Registered], None]], Deployed]) -> Deployed:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        step = progress.add_task("deploying", total=None)

        def tell(resource: Registered) -> None:
            progress.update(step, description=f"deploying  {resource.kind} [bold]{resource.name}")

        return work(tell)


def _tell(console: Console, sandbox: RunningSandbox, done: Deployed, exchange: Exchange) -> None:
    status, headers, body = _send(str(done.local_url), exchange)
    trace = sandbox.world.traces.get(headers.get("x-amzn-requestid", ""))
    console.print()
    console.print(f"→ {exchange}", style="bold cyan", markup=False)
    console.print(f"← {status} {_readable(body)}", style="green" if status < 400 else "red", markup=False)
    console.print(f"  {who_decided(trace)}", style="dim" if status < 400 else "", markup=False)


def _send(base: str, exchange: Exchange) -> tuple[int, dict[str, str], str]:
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request(exchange.method, f"{parts.path}{exchange.target}", exchange.body, dict(exchange.headers))
        answer = connection.getresponse()
        return (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read().decode(errors="replace"),
        )
    finally:
        connection.close()


def _readable(body: str) -> str:
    """Format a response body on one line: the greeting without the echoed event, other documents truncated."""
    try:
        document: Any = json.loads(body)
    except ValueError:
        document = body
    if isinstance(document, dict) and "input" in document:
        return json.dumps({**document, "input": "…the event…"}, ensure_ascii=False)
    line = " ".join(body.split())
    return line if len(line) <= _BODY_SHOWN else f"{line[:_BODY_SHOWN]}…"


def _revoke(sandbox: RunningSandbox, done: Deployed, account: dict[str, str]) -> None:
    """Remove every statement from the policy that allows the API's calls, as the function's owner would."""
    session = ProviderSession.from_provider_inputs(
        {
            "region": account["region"],
            "accessKey": "test",
            "secretKey": "test",
            "endpoints": [{"sts": sandbox.endpoint, "lambda": sandbox.endpoint}],
            "assumeRoles": [{"roleArn": f"arn:aws:iam::{account['id']}:role/sandbox-operator"}],
        }
    )
    functions = session.client("lambda")
    uri = str(done.outputs["integrationUri"])
    function = FunctionArn.parse(uri.split("/functions/")[1].removesuffix("/invocations"))
    target = {"FunctionName": function.name, **({"Qualifier": function.qualifier} if function.qualifier else {})}
    for statement in json.loads(functions.get_policy(**target)["Policy"])["Statement"]:
        functions.remove_permission(StatementId=statement["Sid"], **target)
