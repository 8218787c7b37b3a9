"""Between the API's member names (`IntegrationUri`) and the model's fields (`integration_uri`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

#: Maps that an update extends key by key; an empty value removes its key (apigatewayv2 API reference,
#: UpdateIntegration and UpdateStage). Every other member is replaced as a whole.
_MERGED = frozenset(("request_parameters", "response_parameters", "stage_variables", "route_settings"))


@cache
def field_of(member: str) -> str:
    """The field that holds a member."""
    from botocore import xform_name

    return str(xform_name(member))


@cache
def member_of(field: str) -> str:
    """The member that a field holds."""
    return "".join(part.capitalize() for part in field.split("_"))


def fields_of(kind: type, params: Mapping[str, Any], *, without: Iterable[str] = ()) -> dict[str, Any]:
    """The parameters that are fields of this model class, under the fields' names."""
    known = {each.name for each in fields(kind)} - set(without)
    named = {field_of(member): value for member, value in params.items()}
    return {name: value for name, value in named.items() if name in known and value is not None}


def update(entity: Any, params: Mapping[str, Any], *, without: Iterable[str] = ()) -> None:
    """Change an entity by what an update names: texts emptied are gone, maps are merged where the API merges them."""
    for name, value in fields_of(type(entity), params, without=without).items():
        if name in _MERGED:
            merged = {**getattr(entity, name), **value}
            setattr(entity, name, {key: held for key, held in merged.items() if held not in ("", {})})
        else:
            setattr(entity, name, None if value == "" else value)


def described(entity: Any, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """An entity as the API answers it: what is not set is left out, and so are empty maps and lists."""
    hidden = set(without)
    return {
        member_of(each.name): value
        for each in fields(entity)
        if each.name not in hidden and (value := getattr(entity, each.name)) is not None and value not in ({}, [])
    }
