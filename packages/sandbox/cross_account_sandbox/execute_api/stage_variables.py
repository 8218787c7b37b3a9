"""`${stageVariables.name}` in integration URIs and credentials.

Source: API Gateway developer guide, "API Gateway stage variables reference", for REST and for HTTP APIs. Both say that
a function URI with a variable must name a function in the API's own account.
"""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")


def names_foreign_function(uri: str, *, account: str, api_account: str) -> bool:
    """True if a URI uses a variable for a function in another account."""
    # Unconfirmed: the response to a request whose stage variable names a function in another account. Reason: AWS
    # documents that it does not work, but not what the client gets.
    return account != api_account and _REFERENCE.search(uri) is not None


def substituted(text: str, variables: dict[str, str]) -> str:
    """Replace each reference in a text; an undefined variable is empty."""
    if "${" not in text:
        return text
    return _REFERENCE.sub(lambda match: variables.get(match[1], ""), text)
