"""Function states: creation, updates, and the code that runs during an update.

Source: Lambda developer guide, "Lambda function states"; the values in each response were recorded on AWS.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from cross_account_sandbox.functions.errors import conflict
from cross_account_sandbox.functions.revisions import touch
from cross_account_sandbox.functions.store import Function, FunctionVersion

#: Lambda returns this reason for creations and updates.
_REASON, _REASON_CODE = "The function is being created.", "Creating"
_NOT_NOW = "The operation cannot be performed at this time."
#: The error message (409) for a call of a Pending function.
PENDING = f"{_NOT_NOW} The function is currently in the following state: Pending"


def begin_creation(version: FunctionVersion, *, delay_s: float) -> None:
    """Set the state to Pending, and to Active with a new revision ID after the delay."""
    version.state = "Pending"

    def done() -> None:
        version.state = "Active"
        touch(version)

    _later(delay_s, done)


def begin_update(version: FunctionVersion, *, before: FunctionVersion, delay_s: float) -> None:
    """Set the update to InProgress; after the delay, to Successful with a new revision ID.

    Until then, calls run `before`.
    """
    version.serving = before

    def done() -> None:
        version.serving = None
        touch(version)

    _later(delay_s, done)


def before_update(version: FunctionVersion) -> FunctionVersion:
    """Return a copy of the code and configuration, which calls run until the update is done."""
    return replace(version)


def check_settled(function: Function) -> None:
    """Raise AwsError (409) while $LATEST is being created or updated."""
    check_active(function.latest)
    if function.latest.serving is not None:
        raise conflict(f"{_NOT_NOW} An update is in progress for resource: {function.arn}")


def check_active(version: FunctionVersion) -> None:
    """Raise AwsError (409) for a version that cannot run yet."""
    if version.state == "Pending":
        raise conflict(PENDING)


def described_states(version: FunctionVersion) -> dict[str, Any]:
    """The members of FunctionConfiguration that describe the state."""
    if version.state == "Pending":
        return {"State": "Pending", "StateReason": _REASON, "StateReasonCode": _REASON_CODE}
    if version.serving is None:
        return {"State": "Active", "LastUpdateStatus": "Successful"}
    return {
        "State": "Active",
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": _REASON,
        "LastUpdateStatusReasonCode": _REASON_CODE,
    }


def _later(delay_s: float, done: Any) -> None:
    # Even without a delay, the response is sent first, as on AWS; the next call finds the update complete.
    asyncio.get_running_loop().call_later(delay_s, done)
