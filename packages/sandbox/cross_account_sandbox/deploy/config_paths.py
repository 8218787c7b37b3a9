"""`-c apiAccount.region=eu-west-1`: settings by path, as in `pulumi config set --path`.

Paths and types follow pulumi/pulumi sdk/go/common/resource/config (map.go, value.go) and resource.ParsePropertyPath:
`root.nested`, `root["nested"]`, `root[0]`; below the root, `true` and `false` become booleans, and whole numbers
without a leading zero become integers; everything else stays text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from cross_account_sandbox.deploy.errors import UsageError

Step = str | int

_INTEGER = re.compile(r"^[-+]?\d+$")
_STEP = re.compile(
    r"""
    \.?(?P<name>[^.\[\]"]+)           # root, .nested
    | \[(?P<index>\d+)\]              # [0]
    | \.?\["(?P<quoted>(?:[^"\\]|\\.)*)"\]  # ["a.b"]
    """,
    re.VERBOSE,
)


def parse(path: str) -> tuple[Step, ...]:
    """Parse a path into its steps. Raises UsageError for text that is not a path."""
    steps: list[Step] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or (path[position] == "." and not steps):
            raise UsageError(
                f'-c {path}: {path[position:]!r} is not a path: expected key, key.nested, key[0] or key["nested"]'
            )
        if match["index"] is not None:
            steps.append(int(match["index"]))
        elif match["quoted"] is not None:
            steps.append(_unquoted(path, match["quoted"]))
        else:
            steps.append(match["name"])
        position = match.end()
    if not steps or isinstance(steps[0], int):
        raise UsageError(f"-c {path}: a path begins with a key")
    return tuple(steps)


def _unquoted(path: str, text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError as error:
        raise UsageError(f'-c {path}: "{text}" is not a quoted key ({error}): write it as a JSON string') from None


def typed(text: str) -> Any:
    """Convert a value below the root to the type that Pulumi gives it."""
    if text in ("true", "false"):
        return text == "true"
    if len(text) > 1 and text.startswith("0"):
        return text
    return int(text) if _INTEGER.match(text) else text


def assign(values: dict[str, Any], path: str, text: str) -> None:
    """Set the value at a path, creating missing objects and lists. Raises UsageError if it cannot be set."""
    steps = parse(path)
    if len(steps) == 1:
        values[str(steps[0])] = text
        return
    _place(values, steps, typed(text), path)


def _place(container: Any, steps: Sequence[Step], value: Any, path: str) -> None:
    for position, step in enumerate(steps[:-1]):
        following: dict[str, Any] | list[Any] = [] if isinstance(steps[position + 1], int) else {}
        container = _step_into(container, step, following, path)
    last = steps[-1]
    if isinstance(last, int) and isinstance(container, list) and last <= len(container):
        container[last : last + 1] = [value]
    elif isinstance(last, str) and isinstance(container, dict):
        container[last] = value
    else:
        raise _blocked(path, last, container)


def _step_into(container: Any, step: Step, following: dict[str, Any] | list[Any], path: str) -> Any:
    if isinstance(step, int) and isinstance(container, list) and step <= len(container):
        if step == len(container):
            container.append(following)
        return container[step]
    if isinstance(step, str) and isinstance(container, dict):
        return container.setdefault(step, following)
    raise _blocked(path, step, container)


def _blocked(path: str, step: Step, container: object) -> UsageError:
    return UsageError(f"-c {path}: {step!r} cannot be set in {json.dumps(container)}")
