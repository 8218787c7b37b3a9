"""Revision IDs of versions, aliases and their policies."""

from __future__ import annotations

import uuid

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.functions.store import Alias, FunctionVersion


def touch(revised: FunctionVersion | Alias) -> None:
    """Assign a new revision ID."""
    revised.revision_id = str(uuid.uuid4())


def check_revision(given: str | None, current: str, *, told_by: str = "GetFunction/GetAlias") -> None:
    """Raise AwsError if the given revision is not the current one; `told_by` names the API that returns the latest."""
    if given is not None and given != current:
        raise AwsError(
            "PreconditionFailedException",
            (
                "The Revision Id provided does not match the latest Revision Id. "
                f"Call the {told_by} API to retrieve the latest Revision Id"
            ),
            412,
        )
