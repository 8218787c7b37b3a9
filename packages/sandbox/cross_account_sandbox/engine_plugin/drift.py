"""Detects changes made on AWS outside of Pulumi by comparing two reads. Pure.

It compares two reads by the same handler, never a read with the program's inputs: AWS reformats many values, which must
not appear as a change. Drifted values are stored in the state's inputs, so that the next `pulumi up` detects the
program's value as a change and restores it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.engine_plugin.differences import same
from cross_account_sandbox.engine_plugin.inputs import defaults_of, stated, with_defaults


def inputs_after(inputs: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The state's inputs after a refresh: AWS's value if it drifted, none if the handler returns none."""
    kept = stated(inputs)
    for key in list(kept):
        if key in now and key in before and not same(before[key], now[key]):
            kept[key] = now[key]
        elif key in before and key not in now and before[key] not in (None, [], {}):
            del kept[key]
    return with_defaults(kept, defaults_of(inputs) & kept.keys())
