"""Automatic names for resources without a name."""

from __future__ import annotations

import hashlib
import secrets

from cross_account_sandbox.resources.handler import Handler, Properties


def auto_name(name: str, seed: bytes | None = None) -> str:
    """`{name}-{7 hex digits}`, as in pulumi-aws. A seed makes it repeatable, as the engine requires of Check."""
    digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(4)
    return f"{name}-{digits[:7]}"


def named(handler: Handler, name: str, inputs: Properties, seed: bytes | None = None) -> Properties:
    """Add an automatic name if the type has one and the program sets neither a name nor a prefix."""
    key = handler.auto_name
    if key is None or inputs.get(key) is not None or inputs.get(f"{key}Prefix") is not None:
        return inputs
    return {**inputs, key: auto_name(name, seed)}
