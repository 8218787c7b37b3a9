"""URNs, by which Pulumi names resources."""

from __future__ import annotations

_STACK_TYPE = "pulumi:pulumi:Stack"


def urn(*, stack: str, project: str, parent: str, kind: str, name: str) -> str:
    """A resource's URN: the types of its parents, but for the stack's, stand before its own."""
    parent_types = parent.split("::")[2] if parent else ""
    qualified = kind if parent_types in ("", _STACK_TYPE) else f"{parent_types}${kind}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"
