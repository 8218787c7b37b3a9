"""How a wrong setting is reported: the key, the bad value, what is wrong, and the fix. Pure."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from cross_account_api.setting_fixes import Path, Sources, Step, key_of, plaintext_commands, prompt_command
from cross_account_api.setting_types import takes_secret


def fault_line(model: type[BaseModel], details: ErrorDetails, sources: Sources) -> str:
    """One error: key, bad value, what is wrong, and the fix. The value of a secret is not shown."""
    path: Sequence[Step] = details["loc"]
    kind, message, value = details["type"], details["msg"], details["input"]
    context: Mapping[str, Any] = details.get("ctx", {})
    others: list[Sequence[Step]] = []
    if kind == "keys":
        others = [[*path, *key.split(".")] for key in context["others"]]
        path, value = [*path, *context["key"].split(".")], context["value"]
    elif not path:
        # A rule of a program's own model without a key.
        return f"  {message}"
    if kind == "extra_forbidden":
        return _unknown(model, path, value, sources)
    secret = any(sources.is_secret(each) for each in [path, *others])
    if kind == "missing" or (kind == "keys" and value is None):
        reported = f"{key_of(path)} {'is required' if kind == 'missing' else message}"
        others = [[*path[:-1], key] for key in _keys_beside(model, path)]
    else:
        said = "cannot be used" if secret and context.get("quotes") else _said(kind, message)
        reported = f"{key_of(path)}: {_shown(value, secret=secret)} {said}"
    if secret and context.get("fix") is not None:
        # A fix that contains the value, or other values beside it, would show them.
        return f"  {reported}. To fix: {prompt_command(path)}"
    right = context["fix"] if context.get("fix") is not None else _example(model, path)
    # A value that should be an object or a list must be removed before a part of it can be set.
    remove = path if isinstance(right, Mapping | list) and kind != "missing" else None
    fix = sources.fix(remove=remove, put=(path, right), others=others)
    if fix.startswith("pulumi") and _takes_secret(model, path):
        fix = prompt_command(path, "--secret")
    return f"  {reported}. To fix: {fix}"


def secret_line(key: str, value: object) -> str:
    """The error for a key that is stored with `--secret`, although the program passes its value on in plain text."""
    commands = " && ".join(plaintext_commands([key], value))
    return f"  {key}: stored with --secret, but AWS and the state would show its value. To fix: {commands}"


def fields_of(model: type[BaseModel]) -> list[FieldInfo]:
    """The fields in the order in which they are listed: required ones first."""
    return sorted(model.model_fields.values(), key=lambda field: not field.is_required())


def _unknown(model: type[BaseModel], path: Path, value: object, sources: Sources) -> str:
    known = [str(field.alias) for field in fields_of(_model_at(model, path[:-1]))]
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    reported = f"  {key_of(path)}: unknown key, with value {_shown(value, secret=sources.is_secret(path))}"
    if not near:
        return f"{reported}; the keys are {', '.join(known)}. To fix: {sources.fix(remove=path)}"
    right = [*path[:-1], near[0]]
    if sources.is_secret(path):
        flags = ["--secret"] if _takes_secret(model, right) else []
        fix = f"{sources.fix(remove=path)} && {prompt_command(right, *flags)}"
    else:
        fix = sources.fix(remove=path, put=(right, value))
    return f"{reported}; did you mean {key_of(right)}? To fix: {fix}"


_SAID = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "model_attributes_type": "must be an object",
    "model_type": "must be an object",
    "string_type": "must be text",
    "tuple_type": "must be a list",
}


def _said(kind: str, message: str) -> str:
    if kind == "literal_error":
        return "is not one of " + message.removeprefix("Input should be ").replace(" or ", ", ")
    if kind in ("setting", "keys"):
        return message
    message = message.replace("Input should be", "must be").replace("String should", "must")
    return _SAID.get(kind, message if message.startswith("must") else f"cannot be used: {message}")


def _shown(value: object, *, secret: bool) -> str:
    if secret:
        return "[secret]"
    return json.dumps(value) if isinstance(value, dict | list) else repr(value)


def _field(model: type[BaseModel], step: Step) -> FieldInfo | None:
    return next((field for field in model.model_fields.values() if field.alias == step), None)


def _takes_secret(model: type[BaseModel], path: Path) -> bool:
    field = _field(_model_at(model, path[:-1]), path[-1])
    return field is not None and takes_secret(field.annotation)


def _keys_beside(model: type[BaseModel], path: Path) -> list[str]:
    """The keys of the object that contains the path's last step; none at the top level."""
    if len(path) == 1:
        return []
    return [str(field.alias) for field in _model_at(model, path[:-1]).model_fields.values()]


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    for step in path:
        inner = _model_of(_field(model, step))
        if inner is None:
            return model
        model = inner
    return model


def _model_of(field: FieldInfo | None) -> type[BaseModel] | None:
    annotation = field.annotation if field is not None else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _example(model: type[BaseModel], path: Path) -> Any:
    """A value that the key would accept; for a part of an object, that part of the object's example, if any."""
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
    """The value at that path in an example; any item of a list serves for all items."""
    if isinstance(example, list):
        return example[0]
    return example.get(str(step)) if isinstance(example, Mapping) else None
