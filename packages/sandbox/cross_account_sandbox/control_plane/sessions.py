"""Access keys and their holders: the operator, IAM users, and the sessions that STS issues."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import Any

from aws_rules.arns import ArnError, is_account_id, partition_of_region
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.roles import ADMINISTRATOR_NAME, RoleDirectory, RoleView, administrator_user

#: The operator's keys. Anyone can use them, because they give access only to this sandbox.
OPERATOR_ACCESS_KEY = "test"
OPERATOR_SECRET_KEY = "test"  # noqa: S105 - documented, not a secret
#: How long a function's credentials are valid, in seconds.
FUNCTION_SESSION_S = 12 * 3600


class Sessions:
    """Every access key of a sandbox."""

    def __init__(self, *, roles: RoleDirectory, operator_account: str) -> None:
        self._roles = roles
        self._operator_account = operator_account
        self._sessions: dict[str, Caller] = {}

    @property
    def operator(self) -> Caller:
        """The administrator of the API account, who can also assume every role name in every account."""
        return replace(_administrator(self._operator_account, OPERATOR_ACCESS_KEY), operator=True)

    def caller(self, access_key: str) -> Caller | None:
        """The holder of this key; None for an unknown key and for a key whose role or user has been deleted.

        An expired session is still returned (see `expires`), so that the error can report the expiry.
        """
        if access_key == OPERATOR_ACCESS_KEY:
            return self.operator
        if is_account_id(access_key):
            return _administrator(access_key, access_key)
        session = self._sessions.get(access_key)
        if session is not None:
            return session if self._alive(session) else None
        key = self._roles.user_key(access_key)
        if key is None or not key.active:
            return None
        return Caller(
            account=key.user.account,
            arn=key.user.arn,
            user_id=key.user.unique_id,
            unique_id=key.user.unique_id,
            access_key=access_key,
            secret_key=key.secret_key,
            partition=key.user.arn.split(":")[1],
        )

    def secret(self, access_key: str) -> str | None:
        """The secret of a key, for verifying a signature; None for an unknown key."""
        caller = self.caller(access_key)
        return caller.secret_key if caller else None

    def open(self, caller: Caller, *, duration_s: float, **changes: Any) -> Caller:
        """Issue temporary credentials to a caller: new keys and a token, valid for `duration_s` seconds."""
        self._forget_expired()
        session = replace(
            caller,
            access_key=f"ASIA{secrets.token_hex(8).upper()}",
            secret_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(120),
            expires=time.time() + duration_s,
            conventional=False,
            **changes,
        )
        self._sessions[session.access_key] = session
        return session

    def assume(
        self,
        role: RoleView,
        *,
        session_name: str,
        duration_s: float = 3600,
        session_policies: tuple[dict[str, Any], ...] = (),
    ) -> Caller:
        """Create a session of a role. `control_plane.assume_role` has already decided that the caller may have it."""
        return self.open(
            session_caller(role.arn, account=role.account, session_name=session_name, unique_id=role.unique_id),
            duration_s=duration_s,
            session_policies=session_policies,
        )

    def for_function_role(self, role_arn: str, function_name: str) -> Caller | None:
        """Issue the credentials of a function's environment: a session of its role, named after it.

        None if the role does not exist.
        """
        return self.for_service_role(role_arn, function_name, duration_s=FUNCTION_SESSION_S)

    def for_service_role(self, role_arn: str, session_name: str, *, duration_s: float = 3600) -> Caller | None:
        """Create a session for an AWS service that assumes a role passed to it. None if the role does not exist."""
        role = self._roles.by_arn(role_arn)
        return self.assume(role, session_name=session_name, duration_s=duration_s) if role else None

    def expire(self, access_key: str) -> None:
        """End a session now, as if it had expired."""
        self._sessions[access_key] = replace(self._sessions[access_key], expires=time.time())

    def _alive(self, session: Caller) -> bool:
        if session.administrator:
            return True
        principal = self._roles.by_arn(session.role_arn or session.arn)
        return principal is not None and principal.unique_id == session.unique_id

    def _forget_expired(self) -> None:
        # An hour after its expiry, a session is forgotten, so that memory does not grow in a long run.
        limit = time.time() - 3600
        for access_key in [key for key, session in self._sessions.items() if (session.expires or 0) < limit]:
            del self._sessions[access_key]


def in_partition(caller: Caller, region: str) -> Caller:
    """Place the holder of a conventional key in the partition that it calls; other callers keep their own."""
    if not caller.administrator or caller.role_arn is not None:
        return caller
    try:
        partition = partition_of_region(region)
    except ArnError:
        return caller
    return replace(caller, partition=partition, arn=caller.arn.replace("arn:aws:", f"arn:{partition}:", 1))


def _administrator(account: str, access_key: str) -> Caller:
    """The holder of a conventional key."""
    user = administrator_user(f"arn:aws:iam::{account}:user/{ADMINISTRATOR_NAME}", account)
    return Caller(
        account=account,
        arn=user.arn,
        user_id=user.unique_id,
        unique_id=user.unique_id,
        access_key=access_key,
        secret_key=OPERATOR_SECRET_KEY,
        administrator=True,
        conventional=True,
    )


def session_caller(
    role_arn: str, *, account: str, session_name: str, unique_id: str, administrator: bool = False
) -> Caller:
    """The caller of a session of this role; its keys are created later."""
    partition = role_arn.split(":")[1]
    name = role_arn.rpartition("/")[2]
    return Caller(
        account=account,
        arn=f"arn:{partition}:sts::{account}:assumed-role/{name}/{session_name}",
        user_id=f"{unique_id}:{session_name}",
        unique_id=unique_id,
        access_key="",
        secret_key="",
        partition=partition,
        role_arn=role_arn,
        session_name=session_name,
        administrator=administrator,
    )
