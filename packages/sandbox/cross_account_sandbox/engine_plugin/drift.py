"""What changed on AWS behind Pulumi's back, found by comparing two readings. Pure.

Two readings of the same handler are compared, never a reading with the program's inputs: AWS writes many
values in its own form, and that must not look like a change. What drifted then goes into the state's
inputs, so that the next `up` sees the program's value as a change and puts it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.engine_plugin.differences import same
from cross_account_sandbox.engine_plugin.inputs import defaults_of, stated, with_defaults


def inputs_after(inputs: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The state's inputs after a refresh: AWS's value where it drifted, none where the handler answers with none."""
    kept = stated(inputs)
    for key in list(kept):
        if key in now and key in before and not same(before[key], now[key]):
            kept[key] = now[key]
        elif key in before and key not in now and before[key] not in (None, [], {}):
            del kept[key]
    return with_defaults(kept, defaults_of(inputs) & kept.keys())
