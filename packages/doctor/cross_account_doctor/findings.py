"""What the doctor reports: one finding per cause, each with its evidence and fix."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """The status of a hop, or of one finding at it."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class HopName(StrEnum):
    """The hops of a request, in order; docs/architecture.md describes them."""

    STAGE = "stage"
    DEPLOYMENT = "deployment"
    ROUTE = "route"
    AUTHORIZATION = "authorization"
    INTEGRATION = "integration"
    PERMISSION = "permission"
    CREDENTIALS = "credentials"
    FUNCTION = "function"
    RESULT = "result"
    LOGGING = "logging"
    QUOTA = "quota"
    CALL = "call"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mend:
    """How to fix a fault.

    commands  `aws` commands to run in this order, unchanged
    setting   the same fix with this project's program, or what only a person can do
    """

    commands: tuple[str, ...] = ()
    setting: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A fault, or something that could not be checked.

    cause     one sentence
    evidence  ARN, JSON field, bad value; JSON-serialisable
    routes    the broken routes, such as `GET /pets`; empty: the whole API
    """

    hop: HopName
    cause: str
    status: Status = Status.BROKEN
    evidence: dict[str, Any] = field(default_factory=dict)
    mend: Mend = field(default_factory=Mend)
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something worth knowing that breaks no request."""

    hop: HopName
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """What allows one route's call of its function: `statement invoke-4f of alias live`."""

    route: str
    by: str


#: What a hop reports.
Said = Finding | Note | Allowed


def not_opened(hop: HopName, arn: object, right: str, routes: tuple[str, ...], hint: str = "") -> Finding:
    """The finding for a function in an account without given credentials."""
    account = str(arn).split(":")[4]
    return Finding(
        hop=hop,
        status=Status.UNKNOWN,
        cause=(
            f"{arn} was not checked: this needs {right} in account {account}, but no credentials were given for that "
            f"account{hint}"
        ),
        evidence={"function": str(arn), "account": account, "right": right},
        mend=Mend(setting=f"pass --function-profile or --function-role for account {account}"),
        routes=routes,
    )


def not_checked(hop: HopName, what: str, right: str, account: str) -> Finding:
    """The finding for something that the credentials are not allowed to read."""
    return Finding(
        hop=hop,
        status=Status.UNKNOWN,
        cause=f"{what} was not checked: the credentials for account {account} lack {right}",
        evidence={"right": right, "account": account},
        mend=Mend(setting=f"allow {right} in account {account} (docs/doctor.md has the complete read-only policy)"),
    )
