"""Evaluates one statement for one request. Every element is checked, so an explanation names all differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aws_rules.iam import patterns
from aws_rules.iam.conditions import check_conditions
from aws_rules.iam.outcome import PASSED, Check, Mismatch, StatementOutcome, Truth
from aws_rules.iam.principals import Grant, check_not_principal, check_principal
from aws_rules.iam.request import AccessRequest, ContextValue

_ELEMENTS = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)


def evaluate_statement(
    statement: object,
    index: int,
    request: AccessRequest,
    keys: Mapping[str, ContextValue],
    *,
    version: str,
    pinned: Mapping[str, str],
    has_principal: bool,
) -> StatementOutcome:
    """Whether the statement applies. Whatever cannot be decided counts against the caller."""
    if not isinstance(statement, Mapping):
        broken = Mismatch(field="Statement", wanted=statement, got=None, reason="the statement is not a JSON object")
        return StatementOutcome(index=index, sid=None, effect="Deny", matched=True, unresolved=(broken,))
    # A statement with an unknown effect counts as a Deny, because AWS would not have saved it.
    effect = "Allow" if statement.get("Effect") == "Allow" else "Deny"
    grant: Grant | None = None
    checks: list[Check] = [_check_elements(statement)]
    if has_principal:
        check, grant = _check_principal(statement, request, pinned, effect)
        checks.append(check)
    elif "Principal" in statement or "NotPrincipal" in statement:
        checks.append(_unknown("Principal", statement.get("Principal"), "an identity policy names no principal"))
    checks.append(_check_action(statement, request.action))
    checks.append(_check_resource(statement, request, keys, version, has_principal=has_principal))
    conditions = (
        list(check_conditions(statement["Condition"], keys, version=version)) if "Condition" in statement else []
    )
    outcome = _outcome(statement, index, effect, [*checks, *conditions], grant)
    return replace(outcome, conditions=len(conditions)) if conditions else outcome


def _outcome(
    statement: Mapping[str, Any], index: int, effect: str, checks: Sequence[Check], grant: Grant | None
) -> StatementOutcome:
    refused = tuple(check.mismatch for check in checks if check.truth is Truth.NO and check.mismatch)
    unresolved = tuple(check.mismatch for check in checks if check.truth is Truth.UNKNOWN and check.mismatch)
    sid = statement.get("Sid")
    return StatementOutcome(
        index=index,
        sid=str(sid) if sid else None,
        effect=effect,
        matched=not refused and (effect == "Deny" or not unresolved),
        mismatches=refused + unresolved if effect == "Allow" else refused,
        unresolved=unresolved,
        grant=grant.value if grant else "",
    )


def _check_elements(statement: Mapping[str, Any]) -> Check:
    unknown = sorted(str(name) for name in statement if name not in _ELEMENTS)
    if unknown:
        return _unknown(unknown[0], statement[unknown[0]], f"{', '.join(unknown)}: unknown in a statement")
    if statement.get("Effect") not in ("Allow", "Deny"):
        return _unknown("Effect", statement.get("Effect"), "Effect is neither Allow nor Deny")
    return PASSED


def _check_principal(
    statement: Mapping[str, Any], request: AccessRequest, pinned: Mapping[str, str], effect: str
) -> tuple[Check, Grant | None]:
    if "Principal" in statement and "NotPrincipal" not in statement:
        return check_principal(statement["Principal"], request.principal, pinned)
    if "NotPrincipal" in statement and "Principal" not in statement:
        # Every principal that is not excluded is allowed, as with "*".
        return check_not_principal(statement["NotPrincipal"], request.principal, effect=effect), Grant.ANYONE
    return _unknown("Principal", None, "a resource policy's statement has one of Principal and NotPrincipal"), None


def _check_action(statement: Mapping[str, Any], action: str) -> Check:
    element = _only(statement, "Action", "NotAction")
    if element is None:
        return _unknown("Action", None, "a statement has one of Action and NotAction")
    wanted = _strings(statement[element])
    covered = any(patterns.action_matches(pattern, action) for pattern in wanted)
    if covered == (element == "Action"):
        return PASSED
    verb = "does not list" if element == "Action" else "excludes"
    reason = f"the action is {action}, which {element} {verb}"
    return Check(truth=Truth.NO, mismatch=Mismatch(field=element, wanted=statement[element], got=action, reason=reason))


def _check_resource(
    statement: Mapping[str, Any],
    request: AccessRequest,
    keys: Mapping[str, ContextValue],
    version: str,
    *,
    has_principal: bool,
) -> Check:
    element = _only(statement, "Resource", "NotResource")
    if element is None:
        # A role's trust policy has no Resource: it applies to the role itself.
        if has_principal and "Resource" not in statement and request.action.lower().startswith("sts:"):
            return PASSED
        return _unknown("Resource", None, "a statement has one of Resource and NotResource")
    without_value = Truth.NO if element == "Resource" else Truth.UNKNOWN
    results = [
        _resource(pattern, request.resource, keys, version, without_value=without_value)
        for pattern in _strings(statement[element])
    ]
    covered = Truth.YES if Truth.YES in results else Truth.UNKNOWN if Truth.UNKNOWN in results else Truth.NO
    wanted = statement[element]
    if covered is Truth.UNKNOWN:
        return _unknown(
            element, wanted, "a variable there has no value, or stands before the ARN's fifth colon", request
        )
    if (covered is Truth.YES) == (element == "Resource"):
        return PASSED
    verb = "excludes" if element == "NotResource" else "does not list"
    reason = f"the resource is {request.resource}, which {element} {verb}"
    detail = patterns.difference(wanted, request.resource) if isinstance(wanted, str) else ""
    mismatch = Mismatch(
        field=element, wanted=wanted, got=request.resource, reason=f"{reason} ({detail})" if detail else reason
    )
    return Check(truth=Truth.NO, mismatch=mismatch)


def _resource(
    pattern: str, resource: str, keys: Mapping[str, ContextValue], version: str, *, without_value: Truth
) -> Truth:
    """A variable may stand after the fifth colon only; without a value "it will not match any resource"."""
    # Unconfirmed: that NotResource with a variable without a value allows nothing. Reason: taken literally the guide's
    # sentence would allow everything.
    if version == patterns.VARIABLES_SINCE and pattern.count(":") >= 5 and "${" in ":".join(pattern.split(":", 5)[:5]):
        return Truth.UNKNOWN
    try:
        text = patterns.expand(pattern, keys, version=version)
    except patterns.NoValueError:
        return without_value
    return Truth.YES if patterns.resource_matches(text, resource) else Truth.NO


def _only(statement: Mapping[str, Any], *names: str) -> str | None:
    """The one of these elements that the statement has; None if it has none or both."""
    present = [name for name in names if name in statement]
    return present[0] if len(present) == 1 else None


def _strings(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list | tuple) else [value]:
        yield str(item)


def _unknown(field: str, wanted: Any, reason: str, request: AccessRequest | None = None) -> Check:
    got = request.resource if request else None
    return Check(truth=Truth.UNKNOWN, mismatch=Mismatch(field=field, wanted=wanted, got=got, reason=reason))
