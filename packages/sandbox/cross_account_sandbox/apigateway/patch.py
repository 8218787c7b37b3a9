"""Patch operations of the Update… calls: the part of JSON Patch (RFC 6902) that API Gateway takes.

A table says for each path template and operation what changes. `{name}` in a template stands for one
segment of the path, with `~1` and `~0` undone (RFC 6901). Either all operations of a call apply or none.
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
    """API Gateway words the refusal of a path or operation in two ways, by resource."""

    SHORT = "short"
    LISTING = "listing"


def segments(path: str) -> list[str]:
    """The segments of a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def truth(value: str | None) -> bool:
    """A boolean as patch values carry it: anything but `true` is false."""
    return (value or "").lower() == "true"


def patch_description(record: dict[str, Any], operations: Sequence[Mapping[str, Any]] | None) -> None:
    """Replace the description of what has nothing else to patch. Raises BadRequestException."""
    for operation in operations or ():
        verb, path = operation.get("op"), operation.get("path")
        if (verb, path) != ("replace", "/description"):
            raise bad_request(f"Invalid patch path  '{path}' specified for op '{verb}'. Must be one of: [/description]")
        record["description"] = operation.get("value")


@dataclass(frozen=True)
class PatchTable(Generic[T]):
    """What may be patched on one kind of resource.

    rules      path template → operation → change
    wording    how refusals are worded
    raw        templates whose captures keep their `~1` (method settings' keys)
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
        """Change the target, or nothing at all.

        `check` sees the outcome before it counts. Raises BadRequestException for a path or operation
        that the resource does not have, and whatever a change or the check raises.
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
    """A change that puts the value into one attribute."""

    def change(target: object, value: str | None) -> None:
        setattr(target, attribute, read(value))

    return change


def clearer(attribute: str, empty: Any = None) -> Callable[..., None]:
    """A change that empties one attribute."""

    def change(target: object, _value: str | None) -> None:
        setattr(target, attribute, copy.copy(empty))

    return change


def entries(
    attribute: str, read: Callable[[str | None], Any] = lambda value: value, *, missing: str
) -> dict[str, Callable[..., None]]:
    """Changes of one key of a mapping: `add` and `replace` set it, `replace` and `remove` need it to be there.

    `missing` is the message of the NotFoundException where it is not.
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
    """Changes of a list whose items the operation's value names."""

    def add(target: object, value: str | None) -> None:
        if value and value not in getattr(target, attribute):
            getattr(target, attribute).append(value)

    def remove(target: object, value: str | None) -> None:
        setattr(target, attribute, [one for one in getattr(target, attribute) if one != value])

    def replace(target: object, value: str | None) -> None:
        setattr(target, attribute, [one.strip() for one in (value or "").split(",") if one.strip()])

    return {"add": add, "remove": remove, "replace": replace}


def optional(attribute: str) -> dict[str, Callable[..., None]]:
    """Changes of a text that may be missing: an empty value and `remove` both leave None."""
    empty = clearer(attribute)
    put = setter(attribute, lambda value: value or None)
    return {"replace": put, "add": put, "remove": empty}
