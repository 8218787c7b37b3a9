"""The outputs of another stack, with a clear error if one is missing."""

from __future__ import annotations

from typing import Any

import pulumi

from cross_account_api.errors import ArgumentError


class OtherStack:
    """Another stack whose outputs this stack reads, by its full name: `organization/project/stack`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._reference = pulumi.StackReference(name)

    def text(self, output: str) -> pulumi.Output[str]:
        """An output that is text. When the stack is read, raises ArgumentError if the output is missing."""
        return self._reference.outputs.apply(lambda outputs: required(self.name, output, outputs))


def required(stack: str, output: str, outputs: dict[str, Any] | None) -> str:
    """One of a stack's outputs. Raises ArgumentError with the names of stack and output. Pure."""
    value = (outputs or {}).get(output)
    if isinstance(value, str) and value:
        return value
    there = ", ".join(sorted(outputs or {})) or "none"
    found = "is missing" if value is None else f"is {value!r}, not text"
    raise ArgumentError(
        f"stack {stack!r}: its output {output!r} {found}; it has {there}. "
        f"Deploy that stack (pulumi up --stack {stack}), or correct the name of stack or output"
    )
