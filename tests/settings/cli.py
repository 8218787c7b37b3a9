"""Apply the fixes of an error message: `pulumi config …` like Pulumi's CLI, `-c` like the sandbox."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

import yaml

from cross_account_sandbox.deploy import config_paths
from tests.projects import ROOT


def fixed(values: Mapping[str, object], message: str) -> dict[str, Any]:
    """The values after all fixes of the message."""
    result: dict[str, Any] = json.loads(json.dumps(values))
    for line in message.splitlines()[1:]:
        run(result, line.partition(" To fix: ")[2])
    return result


def run(values: dict[str, Any], fix: str) -> None:
    """Apply one fix to the values. If a command has no value, the CLI prompts for one, and the user types it."""
    if not fix.startswith("pulumi "):
        _override(values, fix)
        return
    for command in fix.split(" && "):
        words = [word for word in shlex.split(command) if word != "--"]
        assert words[:2] == ["pulumi", "config"]
        if words[3] == "--stack":
            del words[3:5]
        if words[3] in ("--secret", "--plaintext"):
            del words[3]
        assert words[3] == "--path"
        if words[2] == "set":
            path, text = words[4:] if len(words) == 6 else [*words[4:], "typed"]
            config_paths.assign(values, path, text)
        else:
            assert words[2] == "rm"
            _remove(values, *words[4:])


def _override(values: dict[str, Any], fix: str) -> None:
    """`-c key=value -c key=value`, `-c key=value instead of -c key`, `leave out -c key`."""
    given, _, without = fix.removeprefix("leave out ").partition(" instead of ")
    if fix.startswith("leave out "):
        given, without = "", given
    if without:
        _remove(values, *_overrides(without))
    for override in _overrides(given):
        path, _, text = override.partition("=")
        config_paths.assign(values, path, text)


def _overrides(words: str) -> list[str]:
    split = shlex.split(words)
    assert split[::2] == ["-c"] * (len(split) // 2)
    return split[1::2]


def _remove(values: dict[str, Any], path: str) -> None:
    *outer, last = config_paths.parse(path)
    container: Any = values
    for step in outer:
        container = container[step]
    del container[last]


def is_of_declared_type(key: str, value: object) -> bool:
    """True if Pulumi's CLI accepts the value for the type in Pulumi.yaml; it reads text as a number or boolean."""
    kind = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"][key]["type"]
    text = value if isinstance(value, str) else None
    kinds = {
        "object": isinstance(value, dict),
        "array": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "string": text is not None,
        "integer": text is not None and text.isdigit(),
        "boolean": text in ("true", "false"),
    }
    return kinds[kind]
