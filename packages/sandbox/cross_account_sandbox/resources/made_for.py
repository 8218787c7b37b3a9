"""Which resource the calls of a creation are for: the sandbox derives ids from it, so that they outlive a restart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from cross_account_sandbox.http import RESOURCE_HEADER

_urn = ContextVar("urn", default="")


@contextmanager
def made_for(urn: str) -> Iterator[None]:
    """Every call inside says that it is for the resource of this URN."""
    token = _urn.set(urn)
    try:
        yield
    finally:
        _urn.reset(token)


def name_resource(params: dict[str, Any], **_: object) -> None:
    """Add the header: a listener of botocore's event `before-call`."""
    if urn := _urn.get():
        # A URN may hold characters that a header may not.
        params["headers"][RESOURCE_HEADER] = hashlib.sha256(urn.encode()).hexdigest()
