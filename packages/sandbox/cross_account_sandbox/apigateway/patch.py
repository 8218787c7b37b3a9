"""Patch operations of the Update… calls: the part of JSON Patch (RFC 6902) that API Gateway supports.

A table maps each path template and operation to a change. `{name}` in a template matches one segment of the path, with
`~1` and `~0` unescaped (RFC 6901). A call applies all of its operations or none.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from cross_account_sandbox.apigateway.errors import bad_request, not_found

T = TypeVar("T")


class Wording(Enum):
    """The two forms of message with which API Gateway refuses a path or operation, depending on the resource."""

    SHORT = "short"
    LISTING = "listing"


def segments(path: str) -> list[str]:
    """Split a JSON Pointer into its segments."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def truth(value: str | None) -> bool:
    """Parse a boolean patch value: everything except `true` is false."""
    return (value or "").lower() == "true"


def patch_description(record: dict[str, Any], operations: Sequence[Mapping[str, Any]] | None) -> None:
    """Patch an item that supports only changes of its description. Raises BadRequestException."""
    for operation in operations or ():
        verb, path = operation.get("op"), operation.get("path")
        if (verb, path) != ("replace", "/description"):
            raise bad_request(f"Invalid patch path  '{path}' specified for op '{verb}'. Must be one of: [/description]")
        record["description"] = operation.get("value")


@dataclass(frozen=True)
class PatchTable(Generic[T]):
    """The supported patch operations of one kind of resource.

    rules      path template → operation → change
    wording    the form of error messages
    raw        templates whose captured segments keep `~1` (keys of method settings)
    """

    rules: Mapping[str, Mapping[str, Callable[..., None]]]
    wording: Wording = Wording.SHORT
    raw: frozenset[str] = field(default_factory=frozenset)

    def apply(
        self,
        target: T,
        operations: Sequence[Mapping[str, Any]] | None,
        *,
        draft_of: Callable[[T], T] = copy.deepcopy,
        check: Callable[[T], None] | None = None,
    ) -> None:
        """Apply all operations to the target, or none.

        `check` validates the result before it takes effect. Raises BadRequestException for a path or operation that the
        resource does not support, and any error of a change or the check.
        """
        draft = draft_of(target)
        for operation in operations or ():
            self._apply_one(draft, operation)
        if check is not None:
            check(draft)
        vars(target).update(vars(draft))

    def _apply_one(self, draft: T, operation: Mapping[str, Any]) -> None:
        verb, path = str(operation.get("op")), operation.get("path")
        if not path:
            raise bad_request("Invalid patch path null")
        for template, changes in self.rules.items():
            captured = _captures(template, path, raw=template in self.raw)
            if captured is None:
                continue
            if verb not in changes:
                raise self._wrong_operation(path, verb, changes)
            changes[verb](draft, operation.get("value"), *captured)
            return
        raise self._wrong_path(path, verb)

    def _wrong_operation(self, path: str, verb: str, changes: Mapping[str, Any]) -> Exception:
        if self.wording is Wording.LISTING:
            return bad_request(
                f"Invalid patch path  '{path}' specified for op '{verb}'. Please choose supported operations"
            )
        return bad_request(f"Invalid patch operation specified. Must be one of: [{', '.join(sorted(changes))}]")

    def _wrong_path(self, path: str, verb: str) -> Exception:
        if self.wording is Wording.SHORT:
            return bad_request(f"Invalid patch path {path}")
        known = [template for template, changes in self.rules.items() if verb in changes]
        if not known:
            return bad_request(
                f"Invalid patch path  '{path}' specified for op '{verb}'. Please choose supported operations"
            )
        return bad_request(
            f"Invalid patch path  '{path}' specified for op '{verb}'. Must be one of: [{', '.join(known)}]"
        )


def _captures(template: str, path: str, *, raw: bool) -> list[str] | None:
    wanted = template.split("/")[1:]
    got = path.split("/")[1:]
    if len(wanted) != len(got):
        return None
    found: list[str] = []
    for want, have in zip(wanted, got, strict=True):
        if want.startswith("{"):
            found.append(have if raw else have.replace("~1", "/").replace("~0", "~"))
        elif want != have:
            return None
    return found


def setter(attribute: str, read: Callable[[str | None], Any] = lambda value: value) -> Callable[..., None]:
    """Return a change that sets one attribute to the value."""

    def change(target: object, value: str | None) -> None:
        setattr(target, attribute, read(value))

    return change


def clearer(attribute: str, empty: Any = None) -> Callable[..., None]:
    """Return a change that resets one attribute."""

    def change(target: object, _value: str | None) -> None:
        setattr(target, attribute, copy.copy(empty))

    return change


def entries(
    attribute: str, read: Callable[[str | None], Any] = lambda value: value, *, missing: str
) -> dict[str, Callable[..., None]]:
    """Return the changes of one key of a mapping.

    `add` and `replace` set the key; `replace` and `remove` require that it exists. `missing` is the message of the
    NotFoundException for a missing key.
    """

    def add(target: object, value: str | None, key: str) -> None:
        getattr(target, attribute)[key] = read(value)

    def replace(target: object, value: str | None, key: str) -> None:
        if key not in getattr(target, attribute):
            raise not_found(missing)
        add(target, value, key)

    def remove(target: object, _value: str | None, key: str) -> None:
        if key not in getattr(target, attribute):
            raise not_found(missing)
        del getattr(target, attribute)[key]

    return {"add": add, "replace": replace, "remove": remove}


def listed(attribute: str) -> dict[str, Callable[..., None]]:
    """Return the changes of a list whose items are given by the operation's value."""

    def add(target: object, value: str | None) -> None:
        if value and value not in getattr(target, attribute):
            getattr(target, attribute).append(value)

    def remove(target: object, value: str | None) -> None:
        setattr(target, attribute, [one for one in getattr(target, attribute) if one != value])

    def replace(target: object, value: str | None) -> None:
        setattr(target, attribute, [one.strip() for one in (value or "").split(",") if one.strip()])

    return {"add": add, "remove": remove, "replace": replace}


def optional(attribute: str) -> dict[str, Callable[..., None]]:
    """Return the changes of an optional text: an empty value and `remove` both set it to None."""
    empty = clearer(attribute)
    put = setter(attribute, lambda value: value or None)
    return {"replace": put, "add": put, "remove": empty}
