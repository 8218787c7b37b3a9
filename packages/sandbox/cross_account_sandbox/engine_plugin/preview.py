"""The outputs that a preview can predict for a resource to be created or updated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cross_account_sandbox.engine_plugin.inputs import stated
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN

#: Outputs that an update can change: token → the outputs, and the inputs that do not affect them.
#: If a published function's code or configuration changes, it gets a new version, and its alias then points to it.
_MOVING: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "aws:lambda/function:Function": (
        frozenset({"version", "qualifiedArn", "qualifiedInvokeArn", "codeSha256", "lastModified", "sourceCodeSize"}),
        frozenset({"tags", "reservedConcurrentExecutions"}),
    ),
}


def planned_creation(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs known before creation: the inputs. The SDK treats every other output as unknown."""
    return stated(inputs)


def planned_update(
    token: str, outputs: Mapping[str, Any], inputs: Mapping[str, Any], changed: Iterable[str]
) -> dict[str, Any]:
    """The outputs after an update: old outputs merged with new inputs. Outputs that the update changes are unknown."""
    planned = {**outputs, **stated(inputs)}
    moving, harmless = _MOVING.get(token, (frozenset(), frozenset()))
    if set(changed) - harmless:
        planned.update(dict.fromkeys(moving & outputs.keys(), UNKNOWN))
    return planned
