"""`${stageVariables.name}` in integration URIs and credentials.

Source: API Gateway developer guide, "API Gateway stage variables reference".
"""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")


def substituted(text: str, variables: dict[str, str]) -> str:
    """The text with each reference replaced; an undefined variable is empty."""
    if "${" not in text:
        return text
    return _REFERENCE.sub(lambda match: variables.get(match[1], ""), text)
