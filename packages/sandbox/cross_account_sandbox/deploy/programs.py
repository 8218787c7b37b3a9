"""Runs the programs of several projects in order, each able to refer to the stacks before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cross_account_sandbox.deploy.monitor import Registered, StackOutputs
    from cross_account_sandbox.deploy.project import Project

#: Tells a program which of its settings were given with -c, so that the fix that it prints also uses -c. Part of
#: the interface between the sandbox and programs (docs/sandbox.md); `cross_account_api` reads it.
_OVERRIDES = "cross-account-sandbox:overrides"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A program that ran to completion."""

    project: Project
    exported: StackOutputs
    resources: dict[str, Registered]


def run_programs(
    endpoint: str,
    projects: Sequence[Project],
    *,
    log: Callable[[str], None],
    observer: Callable[[Registered], None] | None,
    repeatable: bool = False,
) -> list[Finished]:
    """Run each project's program in this process, against the sandbox at this address.

    `repeatable` gives resources without a name the same name at every start; a sandbox then accepts a project only
    once.
    """
    # Imported here, because the SDK is slow to load and a process that only serves never needs it.
    from cross_account_sandbox.deploy.monitor import Monitor
    from cross_account_sandbox.deploy.program import run

    done: list[Finished] = []
    for project in projects:
        if project.value("endpoint") is not None:
            project.settings[f"{project.name}:endpoint"] = endpoint
        others = tuple(finished.exported for finished in done)
        monitor = Monitor(
            project=project.name, stack=project.stack, others=others, observer=observer, repeatable=repeatable
        )
        config = project.program_config() | {_OVERRIDES: json.dumps(project.overrides)}
        run(project, monitor, config, log)
        done.append(Finished(project=project, exported=monitor.stack_outputs, resources=monitor.resources))
    return done
