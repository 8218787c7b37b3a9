"""Deploys in a separate process, which loads Pulumi's SDK while the sandbox starts.

The server and the programs then use one processor each, and the SDK's memory is freed when the deployment is done.
`worker_main` is the other side; the two exchange lines of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import IO, TYPE_CHECKING, Any, Self

from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from cross_account_sandbox.deploy.inputs import Inputs

if TYPE_CHECKING:
    from cross_account_sandbox.deploy.deployment import Deployed
    from cross_account_sandbox.deploy.project import Project
    from cross_account_sandbox.world import World

_FAILURES: dict[str, type[Exception]] = {"usage": UsageError, "deployment": DeploymentError}


class Worker:
    """The deploying process.

    It ends with this one, however this one ends, because it watches the pipe of its orders.
    """

    def __init__(self) -> None:
        orders, self._orders_end = os.pipe()
        answers_end, answers = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, this module
            [sys.executable, "-m", "cross_account_sandbox.deploy.worker_main", str(orders), str(answers)],
            pass_fds=(orders, answers),
            stdin=subprocess.DEVNULL,
            stdout=2,  # the output of programs must not mix with the sandbox's own stdout
        )
        os.close(orders)
        os.close(answers)
        #: The inputs that the programs read, once they have ended, and the number of resources created so far.
        self.inputs, self.resources = Inputs({}), 0
        self._answers: IO[str] = os.fdopen(answers_end, encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process if it is still running."""
        if self._answers.closed:
            return
        self._process.kill()
        self._process.wait()
        os.close(self._orders_end)
        self._answers.close()

    def deploy(
        self,
        world: World,
        projects: Sequence[Project],
        *,
        log: Callable[[str], None],
        tell: Callable[[str, str], None] = lambda _kind, _name: None,
    ) -> list[Deployed]:
        """Deploy the projects in order; `tell` receives the type and name of each resource.

        Raises as `deployment.deploy`.
        """
        # Imported late, so that starting the deploying process waits for nothing.
        from cross_account_sandbox.deploy.deployment import Deployed
        from cross_account_sandbox.deploy.live_code import bind_sources
        from cross_account_sandbox.deploy.local_url import local_url

        described = [project.as_json() for project in projects]
        self._order({"endpoint": world.endpoint, "instance": world.instance, "projects": described})
        for line in self._answers:
            said: dict[str, Any] = json.loads(line)
            if "log" in said:
                log(said["log"])
            elif "resource" in said:
                self.resources += 1
                tell(*said["resource"])
            elif "failure" in said:
                self.inputs = Inputs.from_json(said["inputs"])
                raise _FAILURES[said["failure"]](said["message"])
            else:
                self.inputs = Inputs.from_json(said["inputs"])
                bind_sources(world.functions, said["sources"])
                return [
                    Deployed(project=project, outputs=outputs, local_url=local_url(world, outputs.get("url")))
                    for project, outputs in zip(projects, said["outputs"], strict=True)
                ]
        raise DeploymentError(f"the deploying process ended with {self._process.wait()} before it was done")

    def _order(self, order: dict[str, Any]) -> None:
        with os.fdopen(os.dup(self._orders_end), "w", encoding="utf-8") as pipe:
            pipe.write(json.dumps(order) + "\n")
