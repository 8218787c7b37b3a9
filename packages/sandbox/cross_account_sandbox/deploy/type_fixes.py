"""Suggests the fix for a setting that is missing or does not have the type that Pulumi.yaml declares."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

_SAMPLES = {"integer": "1", "number": "1", "boolean": "true"}


def fix(declaration: Mapping[str, Any], key: str, *, stack: str, override: str | None, replaces: bool = True) -> str:
    """Return the command or option that sets the key: -c if `override` is its name there, else Pulumi's CLI.

    With `replaces`, the key already has a value to which a part of an object or list cannot be added.
    """
    kind = str(declaration.get("type") or "string")
    part = {"object": ".NAME", "array": "[0]"}.get(kind, "")
    value = _sample(declaration, kind)
    if override is not None:
        instead = f" instead of -c {shlex.quote(override)}" if part and replaces else ""
        return f"-c {shlex.quote(f'{override}{part}={value}')}{instead}"
    removal = f"pulumi config rm --stack {stack} --path {shlex.quote(key)} && " if part and replaces else ""
    return f"{removal}pulumi config set --stack {stack} --path {shlex.join([f'{key}{part}', value])}"


def _sample(declaration: Mapping[str, Any], kind: str) -> str:
    """The default if there is one, else a value of the type."""
    default = declaration.get("default")
    if default is not None and not isinstance(default, dict | list):
        return default if isinstance(default, str) and default else json.dumps(default)
    return _SAMPLES.get(kind, "VALUE")
