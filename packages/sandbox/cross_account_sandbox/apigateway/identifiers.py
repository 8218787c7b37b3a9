"""Identifiers as API Gateway makes them: lower-case letters and digits."""

from __future__ import annotations

import secrets
import string
from collections.abc import Container

_LETTERS = string.ascii_lowercase + string.digits
#: APIs, API keys, VPC links, domain name ids.
LONG = 10
#: Resources, models, deployments, authorizers, validators, usage plans, certificates.
SHORT = 6


def new_id(length: int = SHORT, *, taken: Container[str] = ()) -> str:
    """An identifier that is not taken. It begins with a letter, as a host name's label may."""
    while True:
        text = secrets.choice(string.ascii_lowercase) + "".join(secrets.choice(_LETTERS) for _ in range(length - 1))
        if text not in taken:
            return text
