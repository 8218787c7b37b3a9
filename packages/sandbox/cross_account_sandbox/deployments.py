"""The deployments of a sandbox: what started each one, how it ended, and which one is live."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count
from typing import Any

from cross_account_sandbox.clock import timestamp
from cross_account_sandbox.feed import Feed

#: Number of deployments that are kept.
_MOST = 50


class DeploymentStatus(StrEnum):
    """The state of a deployment."""

    DEPLOYING = "deploying"
    LIVE = "live"
    REPLACED = "replaced"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """One deployment of all projects.

    changed    the files whose change started it; empty for the first deployment
    resources  how many resources it created
    message    why it failed
    projects   outputs and local URL of each project, once the deployment is live
    """

    number: int
    status: DeploymentStatus
    started: float
    changed: tuple[str, ...] = ()
    seconds: float | None = None
    resources: int = 0
    message: str | None = None
    projects: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The deployment as `/_sandbox/deployments` shows it."""
        return {
            "number": self.number,
            "status": self.status.value,
            "time": timestamp(self.started),
            "seconds": None if self.seconds is None else round(self.seconds, 3),
            "changed": list(self.changed),
            "resources": self.resources,
            "message": self.message,
            "projects": self.projects,
        }


class Deployments:
    """The last deployments, newest first, and every change of a deployment as it happens."""

    def __init__(self) -> None:
        self.changes: Feed[Deployment] = Feed(most=_MOST)
        self._kept: list[Deployment] = []
        self._numbers = count(1)

    def all(self) -> list[Deployment]:
        """The last deployments, newest first."""
        return list(self._kept)

    def begin(self, changed: tuple[str, ...] = ()) -> Deployment:
        """Record that a deployment has started."""
        begun = Deployment(
            number=next(self._numbers), status=DeploymentStatus.DEPLOYING, started=time.time(), changed=changed
        )
        self._kept = [begun, *self._kept][:_MOST]
        self.changes.append(begun)
        return begun

    def succeed(self, deployment: Deployment, *, resources: int, projects: dict[str, Any]) -> Deployment:
        """Record that the deployment is live and has replaced the one before."""
        for before in self._kept:
            if before.status is DeploymentStatus.LIVE:
                self._change(before, status=DeploymentStatus.REPLACED)
        return self._end(deployment, status=DeploymentStatus.LIVE, resources=resources, projects=projects)

    def fail(self, deployment: Deployment, message: str, *, resources: int) -> Deployment:
        """Record that the deployment failed; the one before stays live."""
        return self._end(deployment, status=DeploymentStatus.FAILED, resources=resources, message=message)

    def _end(self, deployment: Deployment, **changes: Any) -> Deployment:
        return self._change(deployment, seconds=time.time() - deployment.started, **changes)

    def _change(self, deployment: Deployment, **changes: Any) -> Deployment:
        changed = replace(deployment, **changes)
        self._kept = [changed if each.number == changed.number else each for each in self._kept]
        self.changes.append(changed)
        return changed
