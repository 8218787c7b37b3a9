"""`${stageVariables.name}` in the URIs and role ARNs of integrations."""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """The text with the stage's values; a missing variable becomes empty, as on AWS."""
    return _VARIABLE.sub(lambda match: variables.get(match[1], ""), text)


def variables_in(text: str) -> list[str]:
    """The variables in the text."""
    return _VARIABLE.findall(text)


def missing(text: str, variables: Mapping[str, str]) -> list[str]:
    """The variables in the text that the stage does not have."""
    return [name for name in variables_in(text) if name not in variables]
