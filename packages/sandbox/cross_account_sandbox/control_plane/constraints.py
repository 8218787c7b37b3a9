"""Checks a call's parameters against the service's model, before anything is looked up.

Required members, enums, patterns, lengths and ranges are botocore's; documented_constraints lists what AWS checks in
addition or words differently. One message reports all violated constraints.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cross_account_sandbox.control_plane.documented_constraints import (
    ENUM_ORDER,
    LONGEST,
    NULL_IS_CHECKED_IN,
    UNCHECKED,
)
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service_model import service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

_NOT_NULL = "Member must not be null"


def check_parameters(service: str, operation: OperationModel, params: Mapping[str, Any]) -> None:
    """Raise ValidationException (ValidationError in the query protocol) that lists every violated constraint."""
    shape = operation.input_shape
    if shape is None:
        return
    broken = list(_broken_members(service, shape, params, _Place(operation=operation)))
    if not broken:
        return
    count = "1 validation error" if len(broken) == 1 else f"{len(broken)} validation errors"
    query = service_model(service).metadata["protocol"] == "query"
    raise AwsError("ValidationError" if query else "ValidationException", f"{count} detected: {'; '.join(broken)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """A member's path in messages: `vpcConfig.subnetIds`, `updateStageInput.patchOperations.1.member.op`."""

    operation: OperationModel
    path: str = ""

    def member(self, name: str, shape: Shape) -> _Place:
        """The place of a member of this structure; API Gateway names its bodies by the operation."""
        spelled = name[0].lower() + name[1:]
        prefix = f"{self.path}." if self.path else ""
        service = self.operation.service_model.service_name
        if not self.path and service in ("apigateway", "apigatewayv2") and "location" not in shape.serialization:
            # Unconfirmed: that the v2 API names its bodies in "validation errors" as the v1 API does. Reason: only v1
            # is recorded.
            prefix = f"{self.operation.name[0].lower()}{self.operation.name[1:]}Input."
        return _Place(operation=self.operation, path=f"{prefix}{spelled}")

    def item(self, key: object) -> _Place:
        """The place of an item of this list or map."""
        return _Place(operation=self.operation, path=f"{self.path}.{key}.member")

    def broken(self, value: Any, constraint: str, *, shape: Shape) -> str:
        """The sentence about a constraint that the value at this place violates; a sensitive value is not shown."""
        shown = " null" if value is None else "" if shape.metadata.get("sensitive") else f" '{_java_text(value)}'"
        return f"Value{shown} at '{self.path}' failed to satisfy constraint: {constraint}"


def _broken_members(service: str, shape: Any, value: Mapping[str, Any], place: _Place) -> Iterator[str]:
    # Violations in the body come before those in the path and the query (recorded: UpdateMethodResponse).
    for name, member in sorted(shape.members.items(), key=lambda item: "location" in item[1].serialization):
        here = place.member(name, member)
        given = value.get(name)
        if given is not None:
            yield from _broken(service, member, given, here)
        elif name in shape.required_members:
            yield here.broken(None, _NOT_NULL, shape=member)


def _broken(service: str, shape: Any, value: Any, place: _Place) -> Iterator[str]:
    if f"{service}.{shape.name}" in UNCHECKED:
        return
    yield from (
        place.broken(value, constraint.text, shape=shape)
        for constraint in _constraints(service, shape)
        if not constraint.holds(value)
    )
    if shape.type_name == "structure" and isinstance(value, Mapping):
        yield from _broken_members(service, shape, value, place)
    elif shape.type_name == "list":
        yield from _broken_items(service, shape, shape.member, list(enumerate(value, start=1)), value, place, "Member")
    elif shape.type_name == "map":
        keys = [(key, key) for key in value]
        yield from _broken_items(service, shape, shape.key, keys, value, place, "Map keys")
        yield from _broken_items(service, shape, shape.value, list(value.items()), value, place, "Map value")


def _broken_items(
    service: str, shape: Any, member: Any, items: Iterable[tuple[object, Any]], whole: Any, place: _Place, what: str
) -> Iterator[str]:
    """Check the items of a list or map: structures one by one, scalars in one sentence with all their constraints."""
    if member.type_name in ("structure", "list", "map"):
        for key, item in items:
            if item is not None:
                yield from _broken(service, member, item, place.item(key))
        return
    constraints = _constraints(service, member)
    checks_null = service in NULL_IS_CHECKED_IN
    if all(checks_null <= (item is not None) and _all_hold(constraints, item) for _, item in items):
        return
    texts = [constraint.text for constraint in constraints] + [_NOT_NULL] * checks_null
    yield place.broken(whole, f"{what} must satisfy constraint: [{', '.join(texts)}]", shape=shape)


def _all_hold(constraints: Iterable[_Constraint], value: Any) -> bool:
    return value is None or all(constraint.holds(value) for constraint in constraints)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Constraint:
    """One constraint of a shape: `enum` (allowed values), `pattern`, `most` and `least` (of a length or a value)."""

    kind: str
    bound: Any
    measured: bool
    text: str

    def holds(self, value: Any) -> bool:
        if self.kind == "enum":
            return value in self.bound
        if self.kind == "pattern":
            return self.bound.fullmatch(str(value)) is not None
        size = len(value) if self.measured else value
        return bool(size <= self.bound if self.kind == "most" else size >= self.bound)


def _constraints(service: str, shape: Shape) -> tuple[_Constraint, ...]:
    return _constraints_of(service, shape.name, shape.type_name)


@functools.cache
def _constraints_of(service: str, name: str, type_name: str) -> tuple[_Constraint, ...]:
    shape = service_model(service).shape_for(name)
    key = f"{service}.{name}"
    found: list[_Constraint] = []

    def add(kind: str, bound: Any, text: str, *, measured: bool = False) -> None:
        found.append(_Constraint(kind=kind, bound=bound, measured=measured, text=f"Member must {text}"))

    # Unconfirmed: the order of the constraints of one member. Reason: recordings only show that a pattern and a length
    # come before others.
    if pattern := shape.metadata.get("pattern"):
        add("pattern", _compiled(pattern), f"satisfy regular expression pattern: {pattern}")
    measured = type_name not in ("integer", "long", "float", "double")
    what = "length" if measured else "value"
    most, least = LONGEST.get(key, shape.metadata.get("max")), shape.metadata.get("min")
    decimal = float if type_name in ("float", "double") else int
    if most is not None:
        add("most", most, f"have {what} less than or equal to {decimal(most)}", measured=measured)
    if least is not None:
        add("least", least, f"have {what} greater than or equal to {decimal(least)}", measured=measured)
    if allowed := ENUM_ORDER.get(key, shape.metadata.get("enum")):
        add("enum", frozenset(allowed), f"satisfy enum value set: [{', '.join(allowed)}]")
    return tuple(found)


def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a model's pattern as Java reads it on AWS.

    The whole value must match, and digits and word characters are only ASCII's.
    """
    if r"\p{" not in pattern:
        return re.compile(pattern, re.ASCII)
    # The models use \p only for tags: any letter, separator or digit, and signs.
    signs = re.search(r"\[(?:\\p\{\w\})+(.*)\]", pattern)
    assert signs is not None, pattern  # noqa: S101 - a model's pattern, not an input
    return re.compile(pattern.replace(signs[0], rf"(?:[^\W_]|[\s{signs[1]}])"))


def _java_text(value: Any) -> str:
    """A value as Java prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_java_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_java_text(item) for item in value) + "]"
    return "null" if value is None else str(value)
