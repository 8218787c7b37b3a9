"""The development loop of `serve`: deploys a changed program, setting or document beside the running deployment.

The new deployment replaces the running one once it succeeds. If it fails, the running one stays live, and the loop
deploys the next change.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cross_account_sandbox.deploy.deployment import described, operator_account
from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from cross_account_sandbox.deploy.inputs import Inputs
from cross_account_sandbox.deploy.project import Project
from cross_account_sandbox.deploy.worker import Worker
from cross_account_sandbox.deployments import Deployment
from cross_account_sandbox.events import DeploymentChanged

if TYPE_CHECKING:
    from cross_account_sandbox.server import RunningSandbox

#: Milliseconds without a further change that end a burst of saved files. Files are also checked at this interval,
#: because some file systems report no changes.
_QUIET_MS, _LOOK_MS = 50, 1000


class DevelopmentLoop:
    """Redeploys the projects of a sandbox at every change.

    read      reads the current projects and their settings
    settings  the files that `read` reads
    log       prints the messages of programs
    """

    def __init__(
        self,
        sandbox: RunningSandbox,
        *,
        read: Callable[[], Sequence[Project]],
        settings: Sequence[Path],
        log: Callable[[str], None],
    ) -> None:
        self._sandbox = sandbox
        self._read = read
        self._settings = settings
        self._log = log

    def follow(self, inputs: Inputs) -> None:
        """Deploy whenever a file differs from the state in which it was read, until a signal arrives."""
        while changed := wait_for_change(inputs):
            inputs = self._deploy(changed, inputs)

    def _deploy(self, changed: Sequence[str], before: Inputs) -> Inputs:
        """Deploy, and return the inputs to watch next."""
        world = self._sandbox.world
        here, before = Path.cwd(), before.now()
        begun = world.deployments.begin(tuple(_shown(path, here) for path in changed))
        self._say(begun)
        candidate = None
        with Worker() as worker:
            try:
                projects = self._read()
                candidate = self._sandbox.beside(operator_account=operator_account(projects))
                done = worker.deploy(candidate.world, projects, log=self._log)
            except (UsageError, DeploymentError) as error:
                if candidate is not None:
                    self._sandbox.discard(candidate)
                self._say(world.deployments.fail(begun, str(error), resources=worker.resources))
                return before | worker.inputs
        self._sandbox.replace(candidate)
        # `serve` has frozen objects of the previous World, which are garbage once that World has ended.
        gc.unfreeze()
        self._say(world.deployments.succeed(begun, resources=worker.resources, projects=described(done)))
        return worker.inputs | Inputs({path: before.files[path] for path in map(str, self._settings)})

    def _say(self, deployment: Deployment) -> None:
        self._sandbox.world.events.publish(DeploymentChanged(deployment=deployment))


def wait_for_change(inputs: Inputs) -> list[str]:
    """Wait until files or folders differ from these inputs and no more files are being saved, and return them.

    Returns an empty list at a signal, because watchfiles does not propagate what its handler raises.
    """
    from watchfiles import watch

    # Otherwise watchfiles reports a signal on stderr.
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    watching = watch(
        *inputs.places(),
        watch_filter=None,
        recursive=False,
        step=_QUIET_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for _ in watching:
        if changed := inputs.changed():
            return changed
    return []


def _shown(path: str, here: Path) -> str:
    return str(Path(path).relative_to(here)) if path.startswith(f"{here}{os.sep}") else path
