"""Read from the engine's events what an operation did to each resource."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi.automation.events import EngineEvent

#: The engine's steps, by the term that its summary uses.
_SAID = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import": "import",
    "read": "read",
}
_QUIET = {"same", "refresh", "read"}


@dataclass(kw_only=True)
class Changes:
    """The resources touched, by `Type name`, and the order of the engine's steps. A refresh touches what drifted.

    inputs  what each resource will have, by the same label; in a preview, a marker of the engine's for an unknown
    """

    touched: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, str]] = field(default_factory=list)
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[EngineEvent]) -> Changes:
        """Read the events of one operation."""
        changes = cls()
        for event in events:
            before = event.resource_pre_event or None
            if before is not None and before.metadata.new and (planned := label_of(before.metadata.urn)):
                changes.inputs[planned] = dict(before.metadata.new.inputs or {})
            done = event.res_outputs_event or None
            if done is None:
                continue
            step = str(done.metadata.op.value)
            label = label_of(done.metadata.urn)
            if label is None:
                continue
            if step not in _QUIET:
                changes.touched[label] = _SAID.get(step, step)
                changes.steps.append((step, label))
        return changes


def label_of(urn: str) -> str | None:
    """The last part of the type and the name: `Function example-function`. None for the stack and for components."""
    kind, name = urn.split("::", 3)[2:]
    token = kind.rpartition("$")[2]
    if not token.startswith(("aws:", "pulumi:providers:")):
        return None
    return f"{token.rpartition(':')[2]} {name}"
