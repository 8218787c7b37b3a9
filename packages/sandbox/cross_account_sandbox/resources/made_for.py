"""Marks a deployment's calls with their World and resource, from which the sandbox derives IDs that outlive it."""

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
    """Mark every call inside the context as made for the resource with this URN."""
    token = _urn.set(urn)
    try:
        yield
    finally:
        _urn.reset(token)


def deploys_into(instance: str) -> None:
    """Mark every call of this process as made for this World instead of the one that the sandbox's port serves."""
    global _instance  # noqa: PLW0603 - a process runs one deployment
    _instance = instance


def name_purpose(params: dict[str, Any], **_: object) -> None:
    """Add the headers. A listener of botocore's event `before-call`."""
    if _instance:
        params["headers"][DEPLOYMENT_HEADER] = _instance
    if urn := _urn.get():
        # A URN can contain characters that are not allowed in a header.
        params["headers"][RESOURCE_HEADER] = hashlib.sha256(urn.encode()).hexdigest()
