"""The Automation API's stack and the state in its file backend, read without a call of the CLI.

A call of the CLI takes 0.3 s, most of it to derive the key of the stack's secrets. After each operation, the Automation
API makes three, for the outputs and the history, which take longer than most operations of a test.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pulumi import automation

#: The key of a secret value in a state file.
_SECRET = "4dabf18193072939515e22adb298388d"


class AutomationStack(automation.Stack):
    """A stack whose operations are not followed by calls for outputs and history."""

    def outputs(self) -> automation.OutputMap:
        """No outputs: see StateFile."""
        return {}

    def info(self, show_secrets: bool = True) -> automation.UpdateSummary:  # noqa: ARG002 as in the base class
        """An empty entry of the history."""
        return automation.UpdateSummary("", datetime.now(UTC), "", {}, {}, "")


class StateFile:
    """A stack's state in a file backend."""

    def __init__(self, backend: Path, *, project: str, stack: str) -> None:
        self.path = backend / ".pulumi" / "stacks" / project / f"{stack}.json"

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources; values that are secret are encrypted."""
        latest = json.loads(self.path.read_text("utf-8"))["checkpoint"]["latest"] or {}
        return list(latest.get("resources", []))

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs; none may be secret."""
        root = [each for each in self.resources if each["type"] == "pulumi:pulumi:Stack"]
        found: dict[str, Any] = root[0].get("outputs", {}) if root else {}
        secret = [name for name, value in found.items() if _SECRET in json.dumps(value)]
        assert not secret, f"secret outputs: {secret}"
        return found
