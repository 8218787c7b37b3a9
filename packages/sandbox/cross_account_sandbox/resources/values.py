"""Conversion of values between Pulumi and AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources.handler import Properties


def plain(value: Any) -> Any:
    """Convert whole numbers to integers: Pulumi's wire format has only floating-point numbers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def renamed(inputs: Mapping[str, Any], names: Mapping[str, str]) -> Properties:
    """Rename the properties that are set by this table, from Pulumi's names to AWS's or back."""
    return {aws: inputs[name] for name, aws in names.items() if inputs.get(name) is not None}


def changed(old: Mapping[str, Any], new: Mapping[str, Any], *names: str) -> bool:
    """True if any of these properties differs."""
    return any(old.get(name) != new.get(name) for name in names)


def document(value: object) -> str:
    """A policy as text; programs pass text or an object."""
    return value if isinstance(value, str) else json.dumps(value)


def kept_document(stated: object, live: str | None) -> Any:
    """The document as the program wrote it if AWS's copy is equivalent; otherwise AWS's copy."""
    if live is None:
        return None
    try:
        same = stated is not None and canonical(json.loads(document(stated))) == canonical(json.loads(live))
    except ValueError:
        same = False
    return stated if same else live


def canonical(value: Any) -> Any:
    """Normalize a policy for comparison: a list with one item equals the item; lists of strings have no order."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [canonical(item) for item in value]
        if len(items) == 1 and not isinstance(items[0], dict):
            return items[0]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value


def date(value: object) -> str:
    """A timestamp in the provider's format (RFC 3339, UTC)."""
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()).replace("+00:00", "Z") if isoformat else str(value)
