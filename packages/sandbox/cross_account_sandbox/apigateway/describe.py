"""Answers: optional members appear only where there is something to say, as in API Gateway's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def not_none(**values: Any) -> dict[str, Any]:
    """The members that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def filled(value: Any) -> Any:
    """The value, or None where it is empty."""
    return value or None


def given_empty(params: Mapping[str, Any], *members: str) -> frozenset[str]:
    """Those of the call's maps that it gives as `{}`: API Gateway shows them, but not a map that became empty."""
    return frozenset(member for member in members if params.get(member) == {})


def shown_map(member: str, value: Mapping[str, Any], empty: frozenset[str]) -> dict[str, Any] | None:
    """A map as answers show it: left out when empty, unless it was given so."""
    return dict(value) if value or member in empty else None


def shown_templates(member: str, templates: Mapping[str, str], empty: frozenset[str]) -> dict[str, Any] | None:
    """Templates by content type; an empty one is null (recorded for integration responses)."""
    return shown_map(member, {kind: template or None for kind, template in templates.items()}, empty)
