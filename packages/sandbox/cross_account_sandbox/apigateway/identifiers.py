"""Identifiers in API Gateway's form: lowercase letters and digits."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Container, Iterator
from itertools import count

_LETTERS = string.ascii_lowercase + string.digits
#: APIs, API keys, VPC links, domain name IDs.
LONG = 10
#: Resources, models, deployments, authorizers, validators, usage plans, certificates.
SHORT = 6


def new_id(length: int = SHORT, *, taken: Container[str] = ()) -> str:
    """Return an unused identifier. It begins with a letter, so that it can be a host name label."""
    while True:
        text = secrets.choice(string.ascii_lowercase) + "".join(secrets.choice(_LETTERS) for _ in range(length - 1))
        if text not in taken:
            return text


def stable_id(resource: str, length: int = SHORT, *, taken: Container[str] = ()) -> str:
    """Return the resource's first unused identifier, the same in every sandbox; a random one without a resource."""
    if not resource:
        return new_id(length, taken=taken)
    return next(text for text in _derived(resource, length) if text not in taken)


def _derived(resource: str, length: int) -> Iterator[str]:
    for attempt in count():
        number = int.from_bytes(hashlib.sha256(f"{resource} {attempt}".encode()).digest())
        number, first = divmod(number, len(string.ascii_lowercase))
        text = string.ascii_lowercase[first]
        while len(text) < length:
            number, digit = divmod(number, len(_LETTERS))
            text += _LETTERS[digit]
        yield text
