"""Formats events as lines of text. Pure.

Rich's Text would take four times as long, and most lines go to pipes and files, where nothing is styled.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from aws_rules.arns import ArnError, FunctionArn
from cross_account_sandbox.deployments import Deployment, DeploymentStatus
from cross_account_sandbox.events import (
    CodeReloaded,
    DeploymentChanged,
    Event,
    FunctionEnded,
    RequestAnswered,
    ResourceChanged,
    SandboxFailed,
)
from cross_account_sandbox.terminal.decision import succeeded, who_decided
from cross_account_sandbox.terminal.output import failure, printed
from cross_account_sandbox.trace import FunctionRun, Trace

#: The path prefix of an API or a domain for clients that cannot set the Host header: not part of the API's own path.
_OWN_PREFIX = re.compile(r"^/_aws/(?:execute-api/[^/?]+(?=[/?]|$)|domain-names(?=/))")
#: Characters shown of an output line: functions often print whole events, which traces contain in full.
_LONGEST = 200
#: A line in parts, each with rich's name of its style, or an empty one.
Line = list[tuple[str, str]]
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), 127)}


def lines_of(event: Event, *, at: float, here: Path) -> list[Line]:
    """The lines for an event that occurred at this time. Paths are relative to `here`."""
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    match event:
        case RequestAnswered():
            return _request(event.trace, clock, here)
        case FunctionEnded():
            head = [(clock, "dim"), (f" {named(event.run.function)} ended", ""), *_took(event.run.duration_ms)]
            return [head, *_run(event.run, here)]
        case CodeReloaded():
            from_where = f"{named(event.function)} from {_path(event.folder, here)}"
            return [[(clock, "dim"), (" reloaded ", "cyan"), (from_where, "")]]
        case ResourceChanged():
            target = f" {clean(event.target)}" if event.target else ""
            where = f" in {event.account} {event.region}"
            what = f" {event.service} {clean(event.operation)}"
            return [[(clock, "dim"), (what, "cyan"), (target, ""), (where, "dim")]]
        case DeploymentChanged():
            return _deployment(event.deployment, clock)
        case SandboxFailed():
            head = [(clock, "dim"), (f" the sandbox failed at {clean(event.request)}", "red")]
            return [head, *(_below(line, "red") for line in event.traceback.splitlines())]


def _request(trace: Trace, clock: str, here: Path) -> list[Line]:
    method, _, target = trace.request.partition(" ")
    colour = "green" if trace.status < 400 else "yellow" if trace.status < 500 else "red"
    shown = clean(_OWN_PREFIX.sub("", target)) or "/"
    head = [
        (clock, "dim"),
        (f" {clean(method)} {shown} ", ""),
        (str(trace.status), colour),
        *_took(trace.duration_ms),
    ]
    if not succeeded(trace):
        head.append((f"  {clean(who_decided(trace))}", ""))
    return [head, *(line for run in trace.runs for line in _run(run, here))]


def _deployment(deployment: Deployment, clock: str) -> list[Line]:
    what = [(clock, "dim")]
    match deployment.status:
        case DeploymentStatus.DEPLOYING:
            what.append((f" deploying: {clean(', '.join(deployment.changed))} changed", "cyan"))
        case DeploymentStatus.LIVE:
            what += [(" deployed", "green"), (f" {deployment.resources} resources", "")]
            what.append((f" in {deployment.seconds or 0:.1f} s", "dim"))
        case DeploymentStatus.FAILED:
            what.append((" the deployment failed; the previous one stays active:", "red"))
            # The message is shown in full, because nothing else gives the reason.
            return [what, *([(f"         {clean(line)}", "red")] for line in (deployment.message or "").splitlines())]
        case DeploymentStatus.REPLACED:
            return []
    return [what]


def _took(duration_ms: float | None) -> Line:
    return [] if duration_ms is None else [(f" {duration_ms:.0f} ms", "dim")]


def _run(run: FunctionRun, here: Path) -> list[Line]:
    return [
        *(_below(line, "") for line in printed(run)),
        *(_below(line, "red") for line in failure(run, here)),
    ]


def _below(line: str, style: str) -> Line:
    left_out = len(line) - _LONGEST
    shown = line if left_out <= 0 else f"{line[:_LONGEST]}… ({left_out} more characters)"
    return [(f"         {clean(shown)}", style)]


def _path(folder: str, here: Path) -> str:
    path = Path(folder)
    return str(path.relative_to(here)) if path.is_relative_to(here) else folder


def named(function: str) -> str:
    """A function's name, qualifier and account."""
    try:
        arn = FunctionArn.parse(function)
    except ArnError:
        return function
    return f"{arn.name}{f':{arn.qualifier}' if arn.qualifier else ''} ({arn.account})"


def clean(text: str) -> str:
    """Escape control characters: text from a client or a function must not control the terminal."""
    return text if text.isprintable() else text.translate(_CONTROL)
