"""How a wrong setting is told: the key, the bad value, what is wrong, and the command that mends it. Pure."""

from __future__ import annotations

import difflib
import json
import shlex

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails


def fault_line(model: type[BaseModel], details: ErrorDetails) -> str:
    """One fault: key, bad value, what is wrong, the command that mends it."""
    path = [str(part) for part in details["loc"]]
    kind, message, value = details["type"], details["msg"], details["input"]
    if kind == "extra_forbidden":
        return _unknown(model, path, value)
    mend = None
    if kind == "keys":
        context = details["ctx"]
        path, value, mend = context["key"].split("."), context["value"], context["mend"]
    key = ".".join(path)
    command = f"pulumi config set --path {_word(key)} {_word(mend or _example(model, path))}"
    if kind == "missing":
        return f"  {key}: missing. Mend: {command}"
    return f"  {key}: {_shown(value)} {_said(message, kind)}. Mend: {command}"


def fields_of(model: type[BaseModel]) -> list[FieldInfo]:
    """The fields in the order in which they are told: those that must be set first."""
    return sorted(model.model_fields.values(), key=lambda field: not field.is_required())


def _unknown(model: type[BaseModel], path: list[str], value: object) -> str:
    known = [str(field.alias) for field in fields_of(_model_at(model, path[:-1]))]
    near = difflib.get_close_matches(path[-1], known, n=1)
    key = ".".join(path)
    remove = f"pulumi config rm --path {_word(key)}"
    if not near:
        return f"  {key}: unknown key, with value {_shown(value)}; the keys are {', '.join(known)}. Mend: {remove}"
    right = ".".join([*path[:-1], near[0]])
    shown = value if isinstance(value, str) else json.dumps(value)
    return (
        f"  {key}: unknown key, with value {_shown(value)}; did you mean {right}? "
        f"Mend: {remove} && pulumi config set --path {_word(right)} {_word(shown)}"
    )


def _said(message: str, kind: str) -> str:
    if kind == "literal_error":
        return "is none of " + message.removeprefix("Input should be ").replace(" or ", ", ")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "must be an object"
    message = message.replace("Input should be", "must be")
    return message if message.startswith(("must", "is ", "lies", "has ")) else f"cannot be used: {message}"


def _shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else repr(value)


def _word(text: str) -> str:
    """One word of a shell's command line."""
    return shlex.quote(text)


def _field(model: type[BaseModel], path: list[str]) -> FieldInfo | None:
    fields = _model_at(model, path[:-1]).model_fields.values()
    return next((field for field in fields if field.alias == path[-1]), None)


def _model_at(model: type[BaseModel], path: list[str]) -> type[BaseModel]:
    for part in path:
        field = next((field for field in model.model_fields.values() if field.alias == part), None)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return model
        model = field.annotation
    return model


def _example(model: type[BaseModel], path: list[str]) -> str:
    """A value that the key would accept; a part of an object's example where there is one."""
    if len(path) > 1 and (outer := _example(model, path[:-1])).startswith(("{", "[")):
        inner = json.loads(outer)
        if isinstance(inner, list):
            return str(inner[0])
        if path[-1] in inner:
            return str(inner[path[-1]])
    field = _field(model, path)
    return str(field.examples[0]) if field is not None and field.examples else "VALUE"
