"""Deploys projects into a running sandbox in order; later projects can refer to earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cross_account_sandbox.deploy.local_url import local_url
from cross_account_sandbox.deploy.programs import run_programs
from cross_account_sandbox.world import DEFAULT_API_ACCOUNT, DEFAULT_FUNCTION_ACCOUNT, DEFAULT_REGION, World

if TYPE_CHECKING:
    from cross_account_sandbox.deploy.monitor import Registered
    from cross_account_sandbox.deploy.project import Project


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """A deployed project: its resources and its outputs (secrets in plain text, because they stay on this machine)."""

    project: Project
    outputs: dict[str, Any]
    local_url: str | None
    resources: dict[str, Registered] = field(default_factory=dict)


def deploy(
    world: World,
    projects: Sequence[Project],
    *,
    log: Callable[[str], None] = lambda _message: None,
    observer: Callable[[Registered], None] | None = None,
    repeatable: bool = False,
) -> list[Deployed]:
    """Run each project's program in order, as `run_programs` does.

    Raises what `program.run` raises, and UsageError for settings.
    """
    return [
        Deployed(
            project=finished.project,
            outputs=finished.exported.outputs,
            local_url=local_url(world, finished.exported.outputs.get("url")),
            resources=finished.resources,
        )
        for finished in run_programs(world.endpoint, projects, log=log, observer=observer, repeatable=repeatable)
    ]


def described(done: Sequence[Deployed]) -> dict[str, Any]:
    """Outputs and local URL of each project, by its name."""
    return {entry.project.name: {"outputs": entry.outputs, "localUrl": entry.local_url} for entry in done}


def operator_account(projects: Sequence[Project]) -> str:
    """The account that the keys `test`/`test` administer: the API account of the last project that configures one."""
    return accounts(projects)["api"]["id"]


def accounts(projects: Sequence[Project]) -> dict[str, dict[str, str]]:
    """The two accounts, each from the last project that configures it, else the sandbox's default."""
    return {
        "api": _account(projects, "apiAccount", DEFAULT_API_ACCOUNT),
        "function": _account(projects, "functionAccount", DEFAULT_FUNCTION_ACCOUNT),
    }


def _account(projects: Sequence[Project], key: str, default: str) -> dict[str, str]:
    named = (project.value(key) for project in reversed(projects))
    described = next((value for value in named if isinstance(value, dict)), {})
    return {"id": str(described.get("id") or default), "region": str(described.get("region") or DEFAULT_REGION)}
