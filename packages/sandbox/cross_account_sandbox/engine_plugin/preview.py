"""What a preview can tell of a resource that is to be created or updated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cross_account_sandbox.engine_plugin.inputs import stated
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN

#: Outputs that an update may change: token → the outputs, and the inputs that leave them alone.
#: A published function gets a new version with its code or configuration, and its alias moves to it.
_MOVING: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "aws:lambda/function:Function": (
        frozenset({"version", "qualifiedArn", "qualifiedInvokeArn", "codeSha256", "lastModified", "sourceCodeSize"}),
        frozenset({"tags", "reservedConcurrentExecutions"}),
    ),
}


def planned_creation(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs known before creation: the inputs. The SDK takes every other output for unknown."""
    return stated(inputs)


def planned_update(
    token: str, outputs: Mapping[str, Any], inputs: Mapping[str, Any], changed: Iterable[str]
) -> dict[str, Any]:
    """The outputs after an update: the old ones under the new inputs, without those that the update moves."""
    planned = {**outputs, **stated(inputs)}
    moving, harmless = _MOVING.get(token, (frozenset(), frozenset()))
    if set(changed) - harmless:
        planned.update(dict.fromkeys(moving & outputs.keys(), UNKNOWN))
    return planned
