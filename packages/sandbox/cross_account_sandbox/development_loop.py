"""The development loop of `serve`: a change of a program, its settings or its document is deployed beside what runs.

The new deployment takes the other's place once it succeeds. Where it fails, the one before goes on answering, and the
next change is tried again.
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

#: Milliseconds without a further change that end a burst of saved files, and after which files are looked at in any
#: case: some file systems report nothing.
_QUIET_MS, _LOOK_MS = 50, 1000


class DevelopmentLoop:
    """Deploys the projects of a sandbox again and again.

    read      reads the projects and their settings as they are now
    settings  the files that it reads
    log       prints what programs say
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
        """Deploy at every change from the state in which these files were read, until a signal ends the waiting."""
        while changed := wait_for_change(inputs):
            inputs = self._deploy(changed, inputs)

    def _deploy(self, changed: Sequence[str], before: Inputs) -> Inputs:
        """Deploy, and answer what to watch then."""
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
        # What `serve` has frozen may be the World before, which is garbage once it has ended.
        gc.unfreeze()
        self._say(world.deployments.succeed(begun, resources=worker.resources, projects=described(done)))
        return worker.inputs | Inputs({path: before.files[path] for path in map(str, self._settings)})

    def _say(self, deployment: Deployment) -> None:
        self._sandbox.world.events.publish(DeploymentChanged(deployment=deployment))


def wait_for_change(inputs: Inputs) -> list[str]:
    """The files and folders that differ from these inputs, once one does and the saving of files is over.

    Empty at a signal: watchfiles keeps what its handler raises to itself.
    """
    from watchfiles import watch

    # It would report a signal on stderr.
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
