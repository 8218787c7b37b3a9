"""IAM roles and users as decisions need them: ARN, unique ID, trust, policies. Read in-process from moto's IAM."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_rules.arns import Arn, ArnError

#: The user behind the conventional access keys of every account; it is not stored in IAM.
ADMINISTRATOR_NAME = "sandbox-operator"
ADMINISTRATOR_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleView:
    """The current state of a role or user.

    unique_id      AROA… (role) or AIDA… (user); a principal that is deleted and created again has a new one
    trust          the role's trust policy; empty for a user
    trust_pins     the unique IDs, when the trust policy was saved, of the roles and users that it names
    policies       inline policies, then attached managed policies (including those of a user's groups)
    boundary       the permissions boundary's document
    tags           the role's or user's own
    max_session_s  the longest session, in seconds (roles)
    """

    account: str
    name: str
    arn: str
    unique_id: str
    trust: dict[str, Any] = field(default_factory=dict)
    trust_pins: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[dict[str, Any], ...] = ()
    boundary: dict[str, Any] | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    max_session_s: int = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class UserKey:
    """An IAM user's access key."""

    user: RoleView
    access_key: str
    secret_key: str
    active: bool


class RoleDirectory:
    """Looks up principals. Nothing is cached: a newly attached policy applies to the next decision."""

    def role(self, account: str, name: str) -> RoleView | None:
        """The role with this name (without path) in any partition; None if it does not exist."""
        for backend in _backends(account):
            for role in list(backend.roles.values()):
                if role.name == name:
                    return _role(backend, account, role)
        return None

    def accounts(self) -> list[str]:
        """The accounts with IAM data."""
        return _accounts()

    def roles(self, account: str) -> list[RoleView]:
        """Every role of an account."""
        return [
            _role(backend, account, role) for backend in _backends(account) for role in list(backend.roles.values())
        ]

    def users(self, account: str) -> list[RoleView]:
        """Every user of an account."""
        return [
            _user(backend, account, user) for backend in _backends(account) for user in list(backend.users.values())
        ]

    def user(self, account: str, name: str) -> RoleView | None:
        """The user with this name (without path) in any partition; None if it does not exist."""
        for backend in _backends(account):
            user = backend.users.get(name)
            if user is not None:
                return _user(backend, account, user)
        return None

    def by_arn(self, arn: str) -> RoleView | None:
        """The role or user with exactly this ARN (path included); None if there is none, or for another kind of ARN."""
        try:
            parsed = Arn.parse(arn)
        except ArnError:
            return None
        kind, _, path = parsed.resource.partition("/")
        look_up = {"role": self.role, "user": self.user}.get(kind)
        if parsed.service != "iam" or look_up is None:
            return None
        found = look_up(parsed.account, path.rpartition("/")[2])
        if found is None and parsed.resource == f"user/{ADMINISTRATOR_NAME}":
            return administrator_user(arn, parsed.account)
        return found if found is not None and found.arn == arn else None

    def managed_policy(self, account: str, arn: str) -> dict[str, Any] | None:
        """The default version of this account's managed policy, or of an AWS managed policy that is attached there."""
        for backend in _backends(account):
            if arn in backend.managed_policies:
                return _default_version(backend.managed_policies[arn])
        return None

    def user_key(self, access_key: str) -> UserKey | None:
        """The IAM user's access key with this ID, in any account."""
        for account in _accounts():
            for backend in _backends(account):
                for user in list(backend.users.values()):
                    for key in user.access_keys:
                        if key.access_key_id == access_key:
                            return UserKey(
                                user=_user(backend, account, user),
                                access_key=access_key,
                                secret_key=key.secret_access_key,
                                active=key.status == "Active",
                            )
        return None


def administrator_user(arn: str, account: str) -> RoleView:
    """The user behind an account's conventional keys: policies can name it, like any caller's ARN."""
    unique_id = stable_id("AIDA", account, ADMINISTRATOR_NAME)
    return RoleView(
        account=account, name=ADMINISTRATOR_NAME, arn=arn, unique_id=unique_id, policies=(ADMINISTRATOR_POLICY,)
    )


def stable_id(prefix: str, *parts: str) -> str:
    """A unique ID in AWS's form, derived from these parts: for principals that are not stored."""
    digest = hashlib.sha256(":".join(parts).encode()).hexdigest().upper()
    return f"{prefix}{digest[:17]}"


def _accounts() -> list[str]:
    # moto's IAM is imported when the first IAM call arrives; before that there are no roles and nothing to wait for.
    module = sys.modules.get("moto.iam.models")
    return list(getattr(module, "iam_backends", ()))


def _backends(account: str) -> list[Any]:
    if account not in _accounts():
        return []
    return list(sys.modules["moto.iam.models"].iam_backends[account].values())


def _role(backend: Any, account: str, role: Any) -> RoleView:
    return RoleView(
        account=account,
        name=role.name,
        arn=role.arn,
        unique_id=role.id,
        trust=_document(role.assume_role_policy_document),
        trust_pins=getattr(role, "trust_pins", {}),
        policies=_policies(role),
        boundary=_boundary(backend, role.permissions_boundary_arn),
        tags=_tags(role.tags),
        max_session_s=int(role.max_session_duration or 3600),
    )


def _user(backend: Any, account: str, user: Any) -> RoleView:
    groups = backend.get_groups_for_user(user.name)
    policies = (*_policies(user), *(policy for group in groups for policy in _policies(group)))
    return RoleView(
        account=account,
        name=user.name,
        arn=user.arn,
        unique_id=user.id,
        policies=policies,
        boundary=_boundary(backend, user.permissions_boundary_arn),
        tags=_tags(user.tags),
    )


def _policies(principal: Any) -> tuple[dict[str, Any], ...]:
    inline = [_document(getattr(policy, "policy_document", policy)) for policy in list(principal.policies.values())]
    managed = [_default_version(policy) for policy in list(principal.managed_policies.values())]
    return (*inline, *managed)


def _tags(listed: list[dict[str, str]] | None) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in listed or ()}


def _boundary(backend: Any, arn: str | None) -> dict[str, Any] | None:
    if not arn:
        return None
    policy = backend.managed_policies.get(arn)
    # A boundary whose policy has been deleted allows nothing, so the decision is never in the caller's favour.
    return _default_version(policy) if policy is not None else {"Version": "2012-10-17", "Statement": []}


def _default_version(policy: Any) -> dict[str, Any]:
    return _document(next(each.document for each in policy.versions if each.version_id == policy.default_version_id))


def _document(text: str | dict[str, Any] | None) -> dict[str, Any]:
    if isinstance(text, dict):
        return text
    parsed = json.loads(text) if text else {}
    return parsed if isinstance(parsed, dict) else {}
