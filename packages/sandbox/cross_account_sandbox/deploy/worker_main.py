"""The deploying process: loads what a deployment needs, waits for its order, deploys, reports, and ends."""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import threading
from typing import IO, TYPE_CHECKING, Any

from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from cross_account_sandbox.deploy.inputs import record
from cross_account_sandbox.deploy.live_code import sources
from cross_account_sandbox.deploy.programs import run_programs
from cross_account_sandbox.deploy.project import Project
from cross_account_sandbox.garbage import search_seldom
from cross_account_sandbox.resources.made_for import deploys_into
from cross_account_sandbox.resources.session import warm

if TYPE_CHECKING:
    from cross_account_sandbox.deploy.monitor import Registered

#: Loaded before the order arrives: Pulumi's SDK and the handlers.
_AHEAD = (
    "pulumi",
    "pulumi_aws",
    "cross_account_sandbox.deploy.monitor",
    "cross_account_sandbox.deploy.program",
)
_SERVICES = ("sts", "iam", "lambda", "apigateway", "logs")


class _Answers:
    """The pipe of answers. Several threads write to it, because they register resources."""

    def __init__(self, pipe: IO[str]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def say(self, **answer: Any) -> None:
        """Send one answer."""
        with self._lock:
            self._pipe.write(json.dumps(answer) + "\n")
            self._pipe.flush()

    def log(self, message: str) -> None:
        """Send a message of the program."""
        self.say(log=message)

    def tell(self, resource: Registered) -> None:
        """Report that a resource has been created."""
        if resource.identity:
            self.say(resource=(resource.kind, resource.name))


def load() -> None:
    """Load what every deployment needs."""
    for module in _AHEAD:
        importlib.import_module(module)
    warm(_SERVICES)
    # It stays in memory: a failed deployment searches for garbage, which would take several times as long with it.
    gc.freeze()


def main(orders: int, answers: int) -> None:
    """Carry out the order. `orders` and `answers` are file descriptors of pipes."""
    # A terminal's Ctrl-C reaches this process too. It ignores it, because the process that gave the order ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    search_seldom()
    load()
    with os.fdopen(orders, encoding="utf-8") as incoming, os.fdopen(answers, "w", encoding="utf-8") as outgoing:
        line = incoming.readline()
        if not line:
            return
        threading.Thread(target=_end_with, args=(incoming,), daemon=True).start()
        _obey(json.loads(line), _Answers(outgoing))
        # Not by the interpreter's normal exit, which would wait for the thread that reads the pipe.
        outgoing.flush()
        sys.stderr.flush()
        os._exit(0)


def _obey(order: dict[str, Any], answers: _Answers) -> None:
    projects = [Project.from_json(each) for each in order["projects"]]
    programs = [project.main.parent for project in projects]
    deploys_into(order["instance"])
    recorder = record()
    try:
        done = run_programs(order["endpoint"], projects, log=answers.log, observer=answers.tell, repeatable=True)
    except UsageError as error:
        answers.say(failure="usage", message=str(error), inputs=recorder.inputs(programs).as_json())
    except DeploymentError as error:
        answers.say(failure="deployment", message=str(error), inputs=recorder.inputs(programs).as_json())
    else:
        live = sources(done)
        outputs = [finished.exported.outputs for finished in done]
        answers.say(outputs=outputs, sources=live, inputs=recorder.inputs(programs, live.values()).as_json())


def _end_with(orders: IO[str]) -> None:
    """End at once when the process that gave the order has ended."""
    orders.read()
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
