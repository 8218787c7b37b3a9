"""The caller of an API: the operator, a user, or a session of a role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """The principal behind an access key.

    arn         what GetCallerIdentity returns, and the source of aws:PrincipalArn
                (`arn:aws:sts::…:assumed-role/NAME/SESSION` for a session)
    role_arn    the role of a session; None for other callers
    unique_id   the principal's unique ID (AROA…/AIDA…), to which resource policies are pinned
    administrator  whether it has an administrator's identity policies: conventional keys, and the operator's sessions
                   of roles that do not exist
    operator    whether it is the key `test`, which can also assume every role name in every account
    conventional  whether the key is a conventional one (`test`, an account's ID), whose signature is not checked
    session_policies  documents passed to AssumeRole, each of which must also allow the action
    session_tags      tags of the session: those passed to AssumeRole, and the transitive tags of the previous session
    transitive_tags   the keys of the tags that the next session inherits, in lower case
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
