"""The commands that fix a setting at its source: `pulumi config …`, or the sandbox's `-c KEY=VALUE`. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: A step to a value within a setting: the key in an object, or the position in a list.
Step = str | int
Path = Sequence[Step]

#: The setting by which the sandbox tells a program which settings were given with -c: a JSON list of their keys.
OVERRIDES = "cross-account-sandbox:overrides"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Where a project's settings come from.

    secrets    the keys that are stored with `--secret`; of an object, Pulumi does not say which part is
    overrides  the settings given to the sandbox with -c, as on the command line
    stack      the stack to name in commands if no stack is selected, as in the sandbox
    """

    project: str
    stack: str | None = None
    secrets: frozenset[str] = frozenset()
    overrides: tuple[str, ...] = ()

    def is_secret(self, path: Path) -> bool:
        """True if the value at the path may be a secret."""
        return bool(path) and path[0] in self.secrets

    def fix(
        self, *, remove: Path | None = None, put: tuple[Path, object] | None = None, others: Sequence[Path] = ()
    ) -> str:
        """The command that removes a setting, sets one, or both, in the form in which the setting was given.

        `others` are the other settings of the same rule: if one was given with -c, the fix can use -c.
        """
        paths = [path for path in (remove, put[0] if put else None, *others) if path is not None]
        prefix = next((prefix for path in paths if (prefix := self._override_prefix(path)) is not None), None)
        if prefix is None:
            stack = ["--stack", self.stack] if self.stack else []
            removal = [shlex.join(["pulumi", "config", "rm", *stack, "--path", key_of(remove)])] if remove else []
            return " && ".join(removal + (setting_commands(*put, stack=stack) if put else []))
        words = " ".join(
            f"-c {shlex.quote(f'{prefix}{key_of(leaf)}={text}')}" for leaf, text in (_leaves(*put) if put else ())
        )
        if remove is None:
            return words
        removed = f"-c {shlex.quote(f'{prefix}{key_of(remove)}')}"
        return f"{words} instead of {removed}" if words else f"leave out {removed}"

    def _override_prefix(self, path: Path) -> str | None:
        """The namespace, if any, of the override of the value at the path, a part of it, or an object around it."""
        key = key_of(path)
        for override in self.overrides:
            prefix = f"{self.project}:" if override.startswith(f"{self.project}:") else ""
            given = override.removeprefix(prefix)
            if given == key or _within(given, key) or _within(key, given):
                return prefix
        return None


def _within(inner: str, outer: str) -> bool:
    return inner.startswith((f"{outer}.", f"{outer}["))


def setting_commands(path: Path, value: object, *, stack: Sequence[str] = ()) -> list[str]:
    """The commands that set a value: one for each leaf, because the CLI stores an object given as a whole as text."""
    return [
        # Everything after `--` is a value, even if it begins with a hyphen.
        shlex.join(
            ["pulumi", "config", "set", *stack, "--path", *(["--"] if text.startswith("-") else []), key_of(leaf), text]
        )
        for leaf, text in _leaves(path, value)
    ]


def plaintext_commands(path: Path, value: object) -> list[str]:
    """The commands that store each leaf in plain text."""
    return [prompt_command(leaf, "--plaintext") for leaf, _ in _leaves(path, value)]


def prompt_command(path: Path, *flags: str) -> str:
    """The command with which the CLI prompts for the value, so that it is not shown."""
    return shlex.join(["pulumi", "config", "set", *flags, "--path", key_of(path)])


def key_of(path: Path) -> str:
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


def _leaves(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping | list):
        items = enumerate(value) if isinstance(value, list) else value.items()
        for step, inner in items:
            yield from _leaves([*path, step], inner)
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value)
