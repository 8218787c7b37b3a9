"""The Principal and NotPrincipal elements of resource-based policies.

Source: IAM user guide, reference_policies_elements_principal and reference_policies_elements_notprincipal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from aws_rules.arns import is_account_id
from aws_rules.iam.outcome import Check, Mismatch, Truth
from aws_rules.iam.request import Principal


class Grant(StrEnum):
    """By which name a statement matches the caller, which decides which other policies must allow as well.

    SESSION   the role session or user itself: boundary and session policies do not limit it
    ROLE      the session's role: boundary and session policies limit it
    ACCOUNT   the caller's account, which must also allow it with an identity policy
    ANYONE    `*`
    SERVICE   an AWS service, or an identity provider
    """

    SESSION = "session"
    ROLE = "role"
    ACCOUNT = "account"
    ANYONE = "anyone"
    SERVICE = "service"


_RANK = (Grant.SESSION, Grant.SERVICE, Grant.ROLE, Grant.ANYONE, Grant.ACCOUNT)
_SHAPE = 'Principal takes "*" or an object of AWS, Service, Federated or CanonicalUser'


def check_principal(element: object, principal: Principal, pinned: Mapping[str, str]) -> tuple[Check, Grant | None]:
    """Whether a Principal element names the caller, and by which of the caller's names (the strongest one)."""
    entries = _entries(element)
    if entries is None:
        return _result(Truth.UNKNOWN, "Principal", element, principal, _SHAPE), None
    found: list[Grant] = []
    reasons: list[str] = []
    for kind, name in entries:
        grant, reason = _names(kind, name, principal, pinned)
        if grant is not None:
            found.append(grant)
        elif reason:
            reasons.append(reason)
    if found:
        return Check(truth=Truth.YES), min(found, key=_RANK.index)
    reason = reasons[0] if len(reasons) == 1 else f"the caller is {principal}, which the statement does not name"
    return _result(Truth.NO, "Principal", element, principal, reason), None


def check_not_principal(element: object, principal: Principal, *, effect: str) -> Check:
    """Whether a NotPrincipal element covers the caller: it covers everybody whom it does not list.

    A Deny exempts a caller only if all of the caller's names are listed: session, role and account ("the policy might
    deny access to the entire account containing the principal"). An Allow excludes a caller if any of them is listed.
    """
    entries = _entries(element)
    if entries is None:
        return _result(Truth.UNKNOWN, "NotPrincipal", element, principal, _SHAPE)
    listed = [_listed(name, principal, entries) for name in principal.identities or (principal.service or "anonymous",)]
    spared = any(listed) if effect == "Allow" else all(listed)
    if spared:
        return _result(Truth.NO, "NotPrincipal", element, principal, f"{principal} is exempt from the statement")
    return Check(truth=Truth.YES)


def _listed(identity: str, principal: Principal, entries: list[tuple[str, str]]) -> bool:
    for kind, name in entries:
        if name == "*" and kind in ("*", "AWS"):
            return True
        if kind == "Service" and name == principal.service:
            return True
        if kind in ("AWS", "Federated") and name == identity:
            return True
        if kind == "AWS" and is_account_id(name) and identity.endswith(f"::{name}:root"):
            return True
    return False


def _entries(element: object) -> list[tuple[str, str]] | None:
    """(kind, name) of each listed principal; None if the element has another form."""
    if element == "*":
        return [("*", "*")]
    if not isinstance(element, Mapping) or not element:
        return None
    return list(_pairs(element))


def _pairs(element: Mapping[object, object]) -> Iterator[tuple[str, str]]:
    for kind, names in element.items():
        for name in names if isinstance(names, list | tuple) else [names]:
            yield str(kind), str(name)


def _names(kind: str, name: str, principal: Principal, pinned: Mapping[str, str]) -> tuple[Grant | None, str]:
    """How one entry matches the caller, or why it does not."""
    if name == "*" and kind in ("*", "AWS"):
        return Grant.ANYONE, ""
    if kind == "Service":
        if principal.kind == "service" and name == principal.service:
            return Grant.SERVICE, ""
        return None, f"the statement names the service {name}, the caller is {principal}"
    if kind == "Federated":
        if principal.kind == "federated" and name == principal.arn:
            return Grant.SERVICE, ""
        return None, f"the statement names the identity provider {name}, the caller is {principal}"
    if kind != "AWS":
        return None, f"principals of the kind {kind} do not apply here; the caller is {principal}"
    return _names_identity(name, principal, pinned)


def _names_identity(name: str, principal: Principal, pinned: Mapping[str, str]) -> tuple[Grant | None, str]:
    if principal.kind == "service":
        return None, (
            f"the statement names {name}, but the caller is the service {principal.service}: "
            "an account or role in Principal never stands for a service"
        )
    if principal.kind != "aws":
        return None, f"the statement names {name}, the caller is {principal}"
    account = f"arn:{principal.partition}:iam::{principal.account}:root"
    if name in (principal.account, account):
        return (Grant.SESSION if principal.is_root else Grant.ACCOUNT), ""
    if principal.unique_id is not None and name == principal.unique_id:
        return (Grant.ROLE if principal.role_arn else Grant.SESSION), ""
    if name not in (principal.arn, principal.role_arn):
        return None, f"the statement names {name}, the caller is {principal}"
    was = pinned.get(name)
    if was is not None and principal.unique_id is not None and was != principal.unique_id:
        return None, (
            f"the statement names {name} as it was ({was}) when the policy was saved; "
            f"it has been deleted and created again since ({principal.unique_id})"
        )
    return (Grant.ROLE if name == principal.role_arn else Grant.SESSION), ""


def _result(truth: Truth, field: str, wanted: object, principal: Principal, reason: str) -> Check:
    return Check(truth=truth, mismatch=Mismatch(field=field, wanted=wanted, got=str(principal), reason=reason))
