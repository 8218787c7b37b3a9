"""Reads YAML as the Pulumi CLI does: with the plain values of YAML 1.2, so that `off` and `1:30` stay text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from cross_account_sandbox.deploy.errors import UsageError


class _Loader(yaml.SafeLoader):
    """PyYAML's loader without the implicit types of YAML 1.1."""


def _refuse_ambiguous(_loader: yaml.SafeLoader, node: yaml.Node) -> None:
    """Parsers read a number with leading zeros as octal, decimal or text, so an account ID must be in quotes."""
    raise yaml.constructor.ConstructorError(
        problem=f"{node.value} would lose its leading zeros: put it in quotes", problem_mark=node.start_mark
    )


_Loader.add_constructor("!zeros", _refuse_ambiguous)
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("!zeros", r"^[-+]?0[0-9]+$", "-+0"),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def read_mapping(path: Path) -> dict[str, Any]:
    """Read the mapping in a YAML file. Raises UsageError, naming the file, if it is missing or not a mapping."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - derives from SafeLoader
    except FileNotFoundError:
        raise UsageError(f"{path} is not there") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise UsageError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UsageError(f"{path} holds {type(content).__name__}, not keys and values")
    return content


def as_config_value(value: object) -> str:
    """Convert a value to the form that `pulumi.Config` receives: text unchanged, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
