"""Translate between the API's member names (`IntegrationUri`) and the model's fields (`integration_uri`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

#: Maps that an update merges key by key; an empty value removes the key (apigatewayv2 API reference,
#: UpdateIntegration and UpdateStage). An update replaces all other members as a whole.
_MERGED = frozenset(("request_parameters", "response_parameters", "stage_variables", "route_settings"))


@cache
def field_of(member: str) -> str:
    """Return the field for a member."""
    from botocore import xform_name

    return str(xform_name(member))


@cache
def member_of(field: str) -> str:
    """Return the member for a field."""
    return "".join(part.capitalize() for part in field.split("_"))


def fields_of(kind: type, params: Mapping[str, Any], *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return the parameters that are fields of this model class, by field name."""
    known = {each.name for each in fields(kind)} - set(without)
    named = {field_of(member): value for member, value in params.items()}
    return {name: value for name, value in named.items() if name in known and value is not None}


def update(entity: Any, params: Mapping[str, Any], *, without: Iterable[str] = ()) -> None:
    """Apply an update's members to an entity: empty texts clear the field, and some maps are merged."""
    for name, value in fields_of(type(entity), params, without=without).items():
        if name in _MERGED:
            merged = {**getattr(entity, name), **value}
            setattr(entity, name, {key: held for key, held in merged.items() if held not in ("", {})})
        else:
            setattr(entity, name, None if value == "" else value)


def described(entity: Any, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Format an entity for a response; leave out members that are not set, and empty maps and lists."""
    hidden = set(without)
    return {
        member_of(each.name): value
        for each in fields(entity)
        if each.name not in hidden and (value := getattr(entity, each.name)) is not None and value not in ({}, [])
    }
