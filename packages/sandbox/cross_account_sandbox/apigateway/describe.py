"""Responses: like API Gateway's JSON, they leave out optional members that have no value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def not_none(**values: Any) -> dict[str, Any]:
    """Return the members that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def filled(value: Any) -> Any:
    """Return the value, or None if it is empty."""
    return value or None


def given_empty(params: Mapping[str, Any], *members: str) -> frozenset[str]:
    """Return the maps that the call sets to `{}`: API Gateway shows these, but not maps that became empty later."""
    return frozenset(member for member in members if params.get(member) == {})


def shown_map(member: str, value: Mapping[str, Any], empty: frozenset[str]) -> dict[str, Any] | None:
    """Format a map for a response: leave it out if it is empty, unless the caller set it to `{}`."""
    return dict(value) if value or member in empty else None


def shown_templates(member: str, templates: Mapping[str, str], empty: frozenset[str]) -> dict[str, Any] | None:
    """Format templates by content type; an empty template is null (recorded for integration responses)."""
    return shown_map(member, {kind: template or None for kind, template in templates.items()}, empty)
