"""The Automation API's stack without its waits, and the state in its file backend, without calls of the CLI.

A call of the CLI costs 0.13 s of CPU before it does anything. The Automation API makes one to create or select a stack,
and three after each operation, for the outputs and the history.
"""

from __future__ import annotations

import json
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi import automation
from pulumi.automation.events import EngineEvent

if TYPE_CHECKING:
    from collections.abc import Callable

#: The key of a secret value in a state file.
_SECRET = "4dabf18193072939515e22adb298388d"


class AutomationStack(automation.Stack):
    """A stack that exists: it is not selected, and no calls for outputs and history follow its operations."""

    def __init__(self, name: str, workspace: automation.Workspace) -> None:
        self.name = name
        self.workspace = workspace

    def outputs(self) -> automation.OutputMap:
        """No outputs: see StateFile."""
        return {}

    def info(self, show_secrets: bool = True) -> automation.UpdateSummary:  # noqa: ARG002 as in the base class
        """An empty entry of the history."""
        return automation.UpdateSummary("", datetime.now(UTC), "", {}, {}, "")

    def _setup_event_log(self, command: str, on_event: Callable[[EngineEvent], object], pulumi_version: str) -> Any:
        """An event log that is read once the CLI has ended.

        The Automation API polls it every 0.1 s while the CLI runs, and waits 5 s for the last event of an engine that
        was killed.
        """
        del pulumi_version
        folder = tempfile.TemporaryDirectory(prefix=f"events-{command}-")
        log = Path(folder.name) / "log"
        log.touch()
        return str(log), _Reader(log, on_event), None, folder, None


class _Reader(threading.Thread):
    """Takes the place of the thread that polls an event log; it is not started."""

    def __init__(self, log: Path, on_event: Callable[[EngineEvent], object]) -> None:
        super().__init__()
        self._log = log
        self._on_event = on_event

    def join(self, timeout: float | None = None) -> None:  # noqa: ARG002 - as in the base class
        """Read the log; the Automation API calls this when the CLI has ended."""
        *complete, _killed_in_the_middle = self._log.read_text("utf-8").split("\n")
        for line in complete:
            self._on_event(EngineEvent.from_json(json.loads(line)))


class StateFile:
    """A stack's state in a file backend."""

    def __init__(self, backend: Path, *, project: str, stack: str) -> None:
        self.backend = backend
        self._name = f"organization/{project}/{stack}"
        self.path = backend / ".pulumi" / "stacks" / project / f"{stack}.json"

    def create(self) -> None:
        """Write the state of a new stack, as `pulumi stack init` does."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        (self.backend / ".pulumi" / "meta.yaml").write_text("version: 1\n", "utf-8")
        self.path.write_text(json.dumps({"version": 3, "checkpoint": {"stack": self._name}}), "utf-8")

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources; values that are secret are encrypted."""
        latest = json.loads(self.path.read_text("utf-8"))["checkpoint"].get("latest") or {}
        return list(latest.get("resources", []))

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs; none may be secret."""
        root = [each for each in self.resources if each["type"] == "pulumi:pulumi:Stack"]
        found: dict[str, Any] = root[0].get("outputs", {}) if root else {}
        secret = [name for name, value in found.items() if _SECRET in json.dumps(value)]
        assert not secret, f"secret outputs: {secret}"
        return found
