"""JSON schema keywords with the limits of bounded work, because a model and a body together can take forever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from cross_account_sandbox.bounded import check, search

_Keyword = Callable[[Any, Any, Any, Any], Any]


@cache
def limited(validator: Any) -> Any:
    """Return a jsonschema validator class whose keywords stop at the limits."""
    from jsonschema.validators import extend

    own: dict[str, _Keyword] = {
        "additionalProperties": _additional_properties,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "uniqueItems": _unique_items,
    }
    keywords = {**validator.VALIDATORS, **own}
    checked = {name: _checked(keyword) for name, keyword in keywords.items()}
    return extend(validator, checked)  # type: ignore[no-untyped-call]


def _checked(keyword: _Keyword) -> _Keyword:
    def stop_at_limits(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        check()
        for problem in keyword(validator, value, instance, schema) or ():
            check(4096)  # about what an error keeps
            yield problem

    return stop_at_limits


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "string") and not search(pattern, instance):
        yield _error(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: Any) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for name, value in instance.items():
            if search(pattern, name):
                yield from validator.descend(value, subschema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    extra = [name for name in instance if name not in known and not any(search(pattern, name) for pattern in patterns)]
    if validator.is_type(allowed, "object"):
        for name in extra:
            yield from validator.descend(instance[name], allowed, path=name)
    elif not allowed and extra:
        names = ", ".join(repr(name) for name in sorted(extra))
        verb = "was" if len(extra) == 1 else "were"
        yield _error(f"Additional properties are not allowed ({names} {verb} unexpected)")


def _unique_items(validator: Any, unique: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if not unique or not validator.is_type(instance, "array"):
        return
    seen = set()
    for item in instance:
        check()
        key = _comparable(item)
        if key in seen:
            yield _error(f"{instance!r} has non-unique elements")
            return
        seen.add(key)


def _comparable(value: Any) -> Any:
    """Return a hashable form of a value in which 1 equals 1.0, but not true."""
    if isinstance(value, dict):
        return "object", frozenset((name, _comparable(member)) for name, member in value.items())
    if isinstance(value, list):
        return "array", tuple(_comparable(member) for member in value)
    return ("boolean", value) if isinstance(value, bool) else value


def _error(message: str) -> Any:
    from jsonschema.exceptions import ValidationError

    return ValidationError(message)
