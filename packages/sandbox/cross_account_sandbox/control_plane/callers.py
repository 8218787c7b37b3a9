"""Who makes a call: the operator, a user, or a session of a role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """The principal behind an access key.

    arn         what GetCallerIdentity answers and policies see as aws:PrincipalArn is derived from
                (`arn:aws:sts::…:assumed-role/NAME/SESSION` for a session)
    role_arn    the role of a session, else None
    unique_id   the principal's unique id (AROA…/AIDA…): what resource policies are pinned to
    administrator  an administrator's identity policies: the keys that are conventions, and sessions that the operator
                   took under a role that does not exist
    operator    the key `test`, which may also assume every role name in every account
    conventional  whether the key is a convention (`test`, an account's id): its signature is not checked
    session_policies  documents passed to AssumeRole, each of which must allow too
    session_tags      tags of the session: those passed to AssumeRole, and the transitive ones of the session before
    transitive_tags   the keys of those that the next session inherits, in lower case
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
    administrator: bool = False
    operator: bool = False
    conventional: bool = False
    session_policies: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    session_tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    transitive_tags: frozenset[str] = frozenset()
