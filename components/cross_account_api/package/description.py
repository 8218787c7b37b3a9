"""Describes an argument class: its fields, types, defaults and, from the rows of its docstring, descriptions."""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
import types
import typing
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pulumi
from pydantic.alias_generators import to_camel

from cross_account_api.package.texts import COMMON, OWN

_LIBRARY = "cross_account_api."
#: `name` or `name, other`, two spaces, and the first line of the description.
_ROW = re.compile(r"(?P<names>\w+(?:, \w+)*) {2,}(?P<text>\S.*)")
#: A Python name inside a description.
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
#: Names that only Python programs use.
_REFUSALS = re.compile(r"\s*Raises\s+ArgumentError[^.]*\.")
#: Properties of children, which pulumi-aws also accepts as Outputs.
_ADJUST = Mapping[str, Mapping[str, Any | pulumi.Output[Any]]]
#: Arguments that are encrypted in every state.
_SECRET = frozenset({"external_id"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One argument. `key` is its name in the package, in camel case; `default` is None if there is none to show."""

    name: str
    key: str
    hint: Any
    required: bool
    default: Any
    description: str
    secret: bool


@cache
def fields(kind: Any) -> tuple[Field, ...]:
    """The fields of a dataclass, in order."""
    hints, rows = hints_of(kind), described(kind)
    return tuple(
        Field(
            name=each.name,
            key=to_camel(each.name),
            hint=_ADJUST if each.name == "adjust" else hints[each.name],
            required=each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING,
            default=each.default if isinstance(each.default, str | int | float) else None,
            description=rows.get(each.name, ""),
            secret=each.name in _SECRET,
        )
        for each in dataclasses.fields(kind)
    )


def hints_of(kind: type) -> dict[str, Any]:
    """The evaluated annotations of a class and of its base classes in this library."""
    hints: dict[str, Any] = {}
    for each in reversed(kind.__mro__):
        if each.__module__.startswith(_LIBRARY):
            own = type(each.__name__, (), {"__annotations__": inspect.get_annotations(each)})
            hints |= typing.get_type_hints(own, {**_names(), **vars(sys.modules[each.__module__])})
    return hints


def _names() -> dict[str, Any]:
    """Every name of the library, because modules import some names only for type checkers."""
    names: dict[str, Any] = {"Mapping": Mapping, "Sequence": Sequence, "Path": Path}
    for name, module in list(sys.modules.items()):
        if name.startswith(_LIBRARY):
            names |= {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return names | {"Output": pulumi.Output, "T": TypeVar("T")}  # what `pulumi.Input` is made of


def summary(kind: type) -> str:
    """The docstring without its rows, as text that fits every language."""
    lines = (inspect.getdoc(kind) or "").splitlines()
    while lines and (not lines[-1] or _ROW.match(lines[-1]) or lines[-1].startswith(" ")):
        lines.pop()
    return _in_every_language("\n".join(lines))


def described(kind: type) -> dict[str, str]:
    """The description of each name in the rows of the docstrings of a class and its base classes."""
    rows: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if each.__module__.startswith(_LIBRARY):
            rows |= _rows(each.__doc__ or "")
    own = {name.partition(".")[2]: text for name, text in OWN.items() if name.startswith(f"{kind.__name__}.")}
    rows = {**COMMON, **rows, **own}
    return {name: _in_every_language(text) for name, text in rows.items()}


def _rows(docstring: str) -> dict[str, str]:
    rows: dict[str, str] = {}
    names: list[str] = []
    for line in inspect.cleandoc(docstring).splitlines():
        if row := _ROW.fullmatch(line):
            names = row["names"].split(", ")
            rows.update(dict.fromkeys(names, row["text"]))
        elif names and line.startswith("  "):
            rows.update({name: f"{rows[name]} {line.strip()}" for name in names})
        else:
            names = []
    return rows


def takes_outputs(hint: Any) -> bool:
    """Whether the argument can be an Output: it is a `pulumi.Input`."""
    return any(_is_promise(option) for option in _options(hint))


def plain_options(hint: Any) -> list[Any]:
    """The types of a plain value, without None and without the parts of `pulumi.Input`."""
    return [option for option in _options(hint) if option is not type(None) and not _is_promise(option)]


def _options(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)


def _is_promise(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, pulumi.Output | Awaitable)


def _in_every_language(text: str) -> str:
    text = _REFUSALS.sub("", text).replace("None:", "left out:").replace("args.", "")
    return _SNAKE.sub(lambda name: to_camel(name[0]), text).strip()
