"""Turns the plain inputs of a program in any language into the arguments of a component.

Numbers arrive as floating point, objects as dictionaries with camelCase keys, and values of other resources and secrets
as Outputs at any depth. The protocol gives objects no order: each is read in the order of its keys, so that the same
program always has the same errors and registers the same.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import pulumi
from pulumi.output import Unknown
from pydantic.alias_generators import to_snake

from cross_account_api.accounts import Account
from cross_account_api.errors import ArgumentError
from cross_account_api.package.description import Field, fields, plain_options, takes_outputs
from cross_account_api.package.known_outputs import Known

T = TypeVar("T")

_OUTPUTS = (pulumi.Output, Unknown)
_HOLDERS = (Known, Mapping, list)
_LATE = "must be known before anything is created, but it is an output of another resource, or a secret"
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class Accounts(Protocol):
    """Accounts by name."""

    def fault(self, name: str) -> str | None:
        """The error if there is no account with this name, or None."""

    def __getitem__(self, name: str) -> Account:
        """The account, with its provider."""


def arguments(kind: type[T], inputs: Mapping[str, Any], *, title: str, accounts: Accounts) -> T:
    """The argument object.

    Raises ArgumentError with a line for each error; `title` names the component. Everything is read twice, so that no
    provider is created before all arguments are known to be valid.
    """
    reader = _Reader(accounts, checking=True)
    reader.read_object(kind, inputs, "")
    if reader.faults:
        raise ArgumentError(f"{title} cannot be created:\n" + "\n".join(f"  {fault}" for fault in reader.faults))
    return typing.cast("T", _Reader(accounts, checking=False).read_object(kind, inputs, ""))


class _Reader:
    """Reads values according to the types of the arguments, and collects errors."""

    def __init__(self, accounts: Accounts, *, checking: bool) -> None:
        self.faults: list[str] = []
        self._accounts = accounts
        self._checking = checking

    def read_object(self, kind: type, value: object, place: str) -> Any:
        """An object of a dataclass; None if it has errors."""
        if not isinstance(value, Mapping):
            return self._fault(place, value, "an object")
        known = {field.key: field for field in fields(kind)}
        given = {key: item for key, item in sorted(value.items()) if item is not None}
        before = len(self.faults)
        for key in sorted(given.keys() - known.keys()):
            self.faults.append(f"{_inside(place, key)}: unknown argument; the arguments are {', '.join(known)}")
        for key, field in known.items():
            if field.required and key not in given:
                self.faults.append(f"{_inside(place, key)}: is required: {field.description}")
        values = {
            known[key].name: self.read(known[key].hint, item, _inside(place, key))
            for key, item in given.items()
            if key in known
        }
        if isinstance(values.get("adjust"), Mapping):
            values["adjust"] = {child: _in_snake_case(changes) for child, changes in values["adjust"].items()}
        return None if self._checking or len(self.faults) > before else kind(**values)

    def read(self, hint: Any, value: Any, place: str) -> Any:
        """The value, converted to the type."""
        outputs = takes_outputs(hint)
        if isinstance(value, Known) and not outputs:
            value = value.value
        if isinstance(value, _OUTPUTS) or (outputs and isinstance(value, _HOLDERS)):
            found = self._json(value, place, outputs=outputs)
            return pulumi.Output.from_input(found) if _holds_output(found) else found
        plain = plain_options(hint)
        if len(plain) > 1:
            return self._one_of(plain, value, place)
        return self._plain(plain[0], value, place)

    def _json(self, value: Any, place: str, *, outputs: bool) -> Any:
        """A value of any shape; Outputs inside it are kept, or refused."""
        if isinstance(value, Known):
            return value.output if outputs else value.value
        if isinstance(value, _OUTPUTS):
            if not outputs:
                self.faults.append(f"{place}: {_LATE}")
            return pulumi.Output.from_input(value).apply(_whole)
        if isinstance(value, Mapping):
            return {key: self._json(item, _inside(place, key), outputs=outputs) for key, item in sorted(value.items())}
        if isinstance(value, list):
            return [self._json(item, f"{place}[{index}]", outputs=outputs) for index, item in enumerate(value)]
        return _whole(value)

    def _one_of(self, kinds: Sequence[Any], value: Any, place: str) -> Any:
        for kind in kinds:
            if isinstance(kind, type) and not dataclasses.is_dataclass(kind) and isinstance(value, kind):
                return value
        objects = [kind for kind in kinds if dataclasses.is_dataclass(kind)]
        if objects and isinstance(value, Mapping):
            return self.read_object(_best(objects, value), value, place)
        return self._plain(kinds[0], value, place)

    def _plain(self, hint: Any, value: Any, place: str) -> Any:
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if hint is Any:
            return self._json(value, place, outputs=False)
        if hint is Account:
            return self._account(value, place)
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self.read_object(hint, value, place)
        if origin is Literal:
            if value not in inner:
                self.faults.append(f"{place}: {value!r} is not one of {', '.join(map(str, inner))}")
            return value
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(inner[1], value, place)
        if origin is tuple:
            return self._pair(inner, value, place)
        if origin is not None and issubclass(origin, Sequence):
            return self._list(inner[0], value, place)
        return self._scalar(hint, value, place)

    def _account(self, value: object, place: str) -> Account | None:
        if fault := self._accounts.fault(str(value)):
            self.faults.append(f"{place}: {fault}")
        return None if self._checking else self._accounts[str(value)]

    def _mapping(self, hint: Any, value: object, place: str) -> Any:
        if not isinstance(value, Mapping):
            return self._fault(place, value, "an object")
        return {key: self.read(hint, item, _inside(place, key)) for key, item in sorted(value.items())}

    def _list(self, hint: Any, value: object, place: str) -> Any:
        if isinstance(value, str) or not isinstance(value, Sequence):
            return self._fault(place, value, "a list")
        return tuple(self.read(hint, item, f"{place}[{index}]") for index, item in enumerate(value))

    def _pair(self, hints: Sequence[Any], value: object, place: str) -> Any:
        if not isinstance(value, list) or len(value) != len(hints):
            return self._fault(place, value, f"a list of {len(hints)}")
        return tuple(self.read(hint, item, place) for hint, item in zip(hints, value, strict=True))

    def _scalar(self, hint: Any, value: Any, place: str) -> Any:
        if hint is Path:
            hint = str
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if hint is int and number and float(value).is_integer():
            return int(value)
        if hint is str and number and float(value).is_integer():
            return str(int(value))  # the engine passes settings that look like numbers as numbers
        if (hint is float and number) or (hint in (str, bool) and isinstance(value, hint)):
            return value
        if isinstance(hint, type) and hint not in _WORDS and isinstance(value, hint):
            return value
        return self._fault(place, value, _WORDS.get(hint, getattr(hint, "__name__", str(hint))))

    def _fault(self, place: str, value: object, wanted: str) -> None:
        self.faults.append(f"{place}: {_whole(value)!r} is not {wanted}")


def _holds_output(value: Any) -> bool:
    if isinstance(value, Mapping | list):
        return any(map(_holds_output, value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, pulumi.Output)


def _in_snake_case(changes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Properties with pulumi-aws's Python names."""
    return {to_snake(key): value for key, value in (changes or {}).items()}


def _best(kinds: Sequence[Any], value: Mapping[str, Any]) -> Any:
    """The one of several classes that matches the given arguments: all required ones, or most of them."""

    def fits(kind: Any) -> tuple[bool, int, int]:
        own: tuple[Field, ...] = fields(kind)
        required = {field.key for field in own if field.required}
        return required <= value.keys(), len(required & value.keys()), -len(value.keys() - {each.key for each in own})

    return max(kinds, key=fits)


def _whole(value: Any) -> Any:
    """Whole numbers as integers, because the protocol has only floating point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value


def _inside(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
