"""How a wrong setting is told: the key, the bad value, what is wrong, and the command that mends it. Pure."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

#: A step to a value within a setting: the key in an object, or the position in a list.
Step = str | int


def fault_line(model: type[BaseModel], details: ErrorDetails) -> str:
    """One fault: key, bad value, what is wrong, the command that mends it."""
    path: Sequence[Step] = details["loc"]
    kind, message, value = details["type"], details["msg"], details["input"]
    if kind == "extra_forbidden":
        return _unknown(model, path, value)
    if not path and kind != "keys":
        # A rule of an own project's model that names no key.
        return f"  {message}"
    if kind == "keys":
        context = details["ctx"]
        path, value, mend = context["key"].split("."), context["value"], context["mend"]
    else:
        mend = _example(model, path)
    commands = setting_commands(path, mend)
    if kind == "missing":
        return f"  {_key(path)}: missing. Mend: {commands}"
    if isinstance(mend, Mapping | list):
        # What is there is no object or list, so nothing can be put into it.
        commands = f"{_removal(path)} && {commands}"
    return f"  {_key(path)}: {_shown(value)} {_said(message, kind)}. Mend: {commands}"


def fields_of(model: type[BaseModel]) -> list[FieldInfo]:
    """The fields in the order in which they are told: those that must be set first."""
    return sorted(model.model_fields.values(), key=lambda field: not field.is_required())


def setting_commands(path: Sequence[Step], value: object) -> str:
    """The command line that sets a value; one command for each leaf, as the CLI keeps an object given whole as text."""
    return " && ".join(_setting(leaf, text) for leaf, text in _leaves(path, value))


def _setting(path: Sequence[Step], text: str) -> str:
    # Everything after `--` is a value, whatever it begins with.
    end = "-- " if text.startswith("-") else ""
    return f"pulumi config set --path {end}{shlex.quote(_key(path))} {shlex.quote(text)}"


def _removal(path: Sequence[Step]) -> str:
    return f"pulumi config rm --path {shlex.quote(_key(path))}"


def _leaves(path: Sequence[Step], value: object) -> Iterator[tuple[Sequence[Step], str]]:
    if isinstance(value, Mapping | list):
        items = enumerate(value) if isinstance(value, list) else value.items()
        for step, inner in items:
            yield from _leaves([*path, step], inner)
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value)


def _key(path: Sequence[Step]) -> str:
    """The path as `pulumi config --path` reads it: key.nested, key[0], key["a.b"]."""
    steps = [
        f"[{step}]"
        if isinstance(step, int)
        else f".{step}"
        if _PLAIN.fullmatch(step)
        else f"[{json.dumps(step, ensure_ascii=False)}]"
        for step in path
    ]
    return "".join(steps).removeprefix(".")


_PLAIN = re.compile(r'[^.\[\]"]+')


def _unknown(model: type[BaseModel], path: Sequence[Step], value: object) -> str:
    known = [str(field.alias) for field in fields_of(_model_at(model, path[:-1]))]
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    told = f"  {_key(path)}: unknown key, with value {_shown(value)}"
    if not near:
        return f"{told}; the keys are {', '.join(known)}. Mend: {_removal(path)}"
    right = [*path[:-1], near[0]]
    commands = " && ".join(part for part in (_removal(path), setting_commands(right, value)) if part)
    return f"{told}; did you mean {_key(right)}? Mend: {commands}"


def _said(message: str, kind: str) -> str:
    if kind == "literal_error":
        return "is none of " + message.removeprefix("Input should be ").replace(" or ", ", ")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "must be an object"
    if kind in ("tuple_type", "list_type"):
        return "must be a list"
    message = message.replace("Input should be", "must be")
    return message if message.startswith(("must", "is ", "lies", "has ")) else f"cannot be used: {message}"


def _shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else repr(value)


def _field(model: type[BaseModel], step: Step) -> FieldInfo | None:
    return next((field for field in model.model_fields.values() if field.alias == step), None)


def _model_at(model: type[BaseModel], path: Sequence[Step]) -> type[BaseModel]:
    for step in path:
        inner = _model_of(_field(model, step))
        if inner is None:
            return model
        model = inner
    return model


def _model_of(field: FieldInfo | None) -> type[BaseModel] | None:
    annotation = field.annotation if field is not None else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _example(model: type[BaseModel], path: Sequence[Step]) -> Any:
    """A value that the key would accept; of an object's part, the part of the object's example where there is one."""
    field = _field(model, path[0])
    example = field.examples[0] if field is not None and field.examples else None
    for step in path[1:]:
        example = _part(example, step)
    if example is not None:
        return example
    inner = _model_of(field)
    if inner is None:
        return "VALUE"
    if len(path) > 1:
        return _example(inner, path[1:])
    return {
        str(each.alias): _example(inner, [str(each.alias)]) for each in fields_of(inner) if each.is_required()
    } or "VALUE"


def _part(example: object, step: Step) -> object:
    """What stands there in an example; any item of a list serves for every other."""
    if isinstance(example, list):
        return example[0]
    return example.get(str(step)) if isinstance(example, Mapping) else None
