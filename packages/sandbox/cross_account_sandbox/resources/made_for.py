"""What a deployment's calls are for: a World, and a resource, from which the sandbox derives ids that outlive it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from cross_account_sandbox.http import DEPLOYMENT_HEADER, RESOURCE_HEADER

_urn = ContextVar("urn", default="")
_instance = ""


@contextmanager
def made_for(urn: str) -> Iterator[None]:
    """Every call inside says that it is for the resource of this URN."""
    token = _urn.set(urn)
    try:
        yield
    finally:
        _urn.reset(token)


def deploys_into(instance: str) -> None:
    """Every call of this process is for this World: another one than the sandbox's port leads to otherwise."""
    global _instance  # noqa: PLW0603 - a deploying process has one order
    _instance = instance


def name_purpose(params: dict[str, Any], **_: object) -> None:
    """Add the headers: a listener of botocore's event `before-call`."""
    if _instance:
        params["headers"][DEPLOYMENT_HEADER] = _instance
    if urn := _urn.get():
        # A URN may hold characters that a header may not.
        params["headers"][RESOURCE_HEADER] = hashlib.sha256(urn.encode()).hexdigest()
