"""Who makes a call: the operator, a user, or a session of a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """The principal behind an access key.

    arn         what GetCallerIdentity answers and policies see as aws:PrincipalArn is derived from
                (`arn:aws:sts::…:assumed-role/NAME/SESSION` for a session)
    role_arn    the role of a session, else None
    unique_id   the principal's unique id (AROA…/AIDA…): what resource policies are pinned to
    operator    the keys `test`/`test`, and sessions the operator took under a role that does not exist
    session_policies  documents passed to AssumeRole, each of which must allow too
    """

    account: str
    arn: str
    user_id: str
    unique_id: str
    access_key: str
    secret_key: str
    partition: str = "aws"
    session_token: str | None = None
    expires: float | None = None
    role_arn: str | None = None
    session_name: str | None = None
    operator: bool = False
    session_policies: tuple[dict[str, Any], ...] = field(default_factory=tuple)
