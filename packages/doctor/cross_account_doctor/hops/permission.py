"""The permission: whether the policy of the URI's qualifier allows API Gateway to invoke the function."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from aws_rules import policies
from aws_rules.arns import FunctionArn
from aws_rules.iam.evaluation import AccessDecision, Mismatch, PolicyOutcome, StatementOutcome
from cross_account_doctor import decisions, role_mend
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Allowed, Finding, HopName, Mend, Said, not_checked, not_opened
from cross_account_doctor.function_calls import FunctionCall, labels, route_calls
from cross_account_doctor.functions import FunctionView
from cross_account_doctor.survey import Survey

#: Up to this number of routes get one statement each; more get one statement for the whole stage.
_STATEMENTS_EACH = 3
#: The size of a statement with long names and a long path. A statement of this program has 381 bytes (41 to 61 fit).
_STATEMENT_BYTES = 500
#: A part of an ARN in a reason: `path users is not none`.
_PART = re.compile(r"(\w+) \S+ is not \S+")
_Refused = list[tuple[FunctionCall, "AccessDecision"]]


def check(survey: Survey) -> Iterator[Said]:
    """Decide every call of an existing function and qualifier as AWS does."""
    yield from check_calls(survey, route_calls(survey), HopName.PERMISSION)


def check_calls(survey: Survey, calls: Sequence[FunctionCall], hop: HopName) -> Iterator[Said]:
    """The same for any calls; the authorization hop uses it for those of authorizers."""
    by_function: dict[FunctionArn, list[FunctionCall]] = defaultdict(list)
    for call in calls:
        if call.arn is not None and not call.passes_caller_on:
            by_function[call.arn].append(call)
    for arn, group in by_function.items():
        try:
            yield from _check_function(survey, arn, group, hop)
        except NotAllowedError as error:
            yield not_checked(hop, f"the policy of {arn}", error.right, error.account)


def _check_function(survey: Survey, arn: FunctionArn, calls: list[FunctionCall], hop: HopName) -> Iterator[Said]:
    view = survey.function(arn)
    if view is None:
        yield not_opened(hop, arn, "lambda:GetPolicy", labels(calls))
        return
    if view.configuration(arn.qualifier) is None:
        return  # the integration hop reports it
    policy = view.policy(arn.qualifier)
    refused: _Refused = []
    for call in calls:
        if not call.credentials:
            decision = decisions.by_service(survey, call, arn, policy)
            if decision.allowed:
                yield Allowed(route=call.label, by=_by(arn, decision.resource))
            else:
                refused.append((call, decision))
    for alike in _alike(refused):
        yield _service_finding(survey, view, arn, alike, hop)
    for role_arn in dict.fromkeys(call.credentials for call in calls if call.credentials):
        mine = [call for call in calls if call.credentials == role_arn]
        yield from _role_findings(survey, arn, role_arn, mine, policy, hop)


def _alike(refused: _Refused) -> Iterator[_Refused]:
    """Refusals grouped by reason: one finding for each."""
    groups: dict[tuple[object, ...], _Refused] = defaultdict(list)
    for call, decision in refused:
        nearest = decision.resource.nearest if decision.resource else None
        differing = tuple(_differing(mismatch) for mismatch in nearest.mismatches) if nearest else ()
        groups[decision.explicit_deny, differing].append((call, decision))
    yield from groups.values()


def _differing(mismatch: Mismatch) -> tuple[str, tuple[str, ...]]:
    """The differing field of a statement and its differing parts, the same for all routes of another stage."""
    return mismatch.field, tuple(_PART.findall(mismatch.reason))


def _service_finding(survey: Survey, view: FunctionView, arn: FunctionArn, refused: _Refused, hop: HopName) -> Finding:
    calls = [call for call, _ in refused]
    decision = refused[0][1]
    commands = tuple(service_mend(survey, arn, calls, denied=decision.resource if decision.explicit_deny else None))
    setting = "with this program: pulumi up --refresh creates the statement (invocation: permission)"
    if not commands and decision.explicit_deny:
        setting = "remove the denying statement from the function's policy"
    elif not commands:
        setting = "the function's policy is full, and none of its statements is for this API: remove unused statements"
    names = labels(calls)
    shown = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more routes"
    return Finding(
        hop=hop,
        cause=(
            f"{policies.API_GATEWAY} is not allowed to invoke {_called(arn)} for {shown}: "
            f"{_why(view, survey, arn, refused)}"
        ),
        evidence={
            "function": str(arn),
            "principal": policies.API_GATEWAY,
            "aws:SourceArn": decisions.source_of(survey, arn, calls[0].tail),
            "aws:SourceAccount": survey.account,
            **decision.evidence,
        },
        mend=Mend(commands=commands, setting=setting),
        routes=names,
    )


def service_mend(
    survey: Survey, arn: FunctionArn, calls: Sequence[FunctionCall], *, denied: PolicyOutcome | None = None
) -> Iterator[str]:
    """The commands that allow API Gateway to invoke the function for these calls."""
    if denied is not None:
        for statement in denied.denying:
            if statement.sid:
                yield survey.commands.remove_permission(arn, statement.sid)
        if denied.allowing:
            return
    tails = list(dict.fromkeys(call.pattern for call in calls))
    if len(tails) > _STATEMENTS_EACH and all(call.authorizer is None for call in calls):
        tails = [survey.stage_pattern]
    if _is_full(survey, arn, len(tails)):
        # One statement for the whole API replaces its many statements.
        own = _own_statements(survey, arn)
        yield from (survey.commands.remove_permission(arn, sid) for sid in own)
        if own:
            yield survey.commands.add_permission(arn, source_arn=decisions.source_of(survey, arn, "*"))
        return
    for tail in tails:
        yield survey.commands.add_permission(arn, source_arn=decisions.source_of(survey, arn, tail))


def _policy(survey: Survey, arn: FunctionArn) -> dict[str, Any]:
    view = survey.function(arn)
    return (view.policy(arn.qualifier) if view and view.configuration(arn.qualifier) else None) or {}


def _is_full(survey: Survey, arn: FunctionArn, statements: int) -> bool:
    """True if this many more statements would not fit into the qualifier's policy."""
    size = len(policies.rendered(_policy(survey, arn)).encode())
    return size + statements * _STATEMENT_BYTES > policies.FUNCTION_POLICY_BYTES


def _own_statements(survey: Survey, arn: FunctionArn) -> list[str]:
    """The IDs of the statements for this API."""
    statements = _policy(survey, arn).get("Statement", [])
    return [item["Sid"] for item in statements if item.get("Sid") and f":{survey.target.api_id}/" in str(item)]


def _why(view: FunctionView, survey: Survey, arn: FunctionArn, refused: _Refused) -> str:
    call, decision = refused[0]
    outcome = decision.resource
    if decision.explicit_deny:
        return decision.reason
    where = _where(arn)
    elsewhere = _allowed_elsewhere(view, survey, arn, call)
    if elsewhere:
        own = "but each qualifier has its own policy"
        return f"the policy of {where} does not allow it; the policy of {elsewhere} would, {own}"
    nearest = (_wrong_caller(outcome) or outcome.nearest) if outcome else None
    if nearest is None:
        return f"the policy of {where} has no statement that allows anything"
    differences = "; ".join(_reason(item) for item in nearest.mismatches)
    return f"the closest is statement {nearest.label} of {where}, but {differences}"


def _wrong_caller(outcome: PolicyOutcome) -> StatementOutcome | None:
    """A statement with this source but the wrong caller, which is closer than a statement for another route."""
    return next(
        (
            item
            for item in outcome.statements
            if item.effect == "Allow"
            and item.conditions
            and {mismatch.field for mismatch in item.mismatches} == {"Principal"}
        ),
        None,
    )


def _reason(mismatch: Mismatch) -> str:
    return f"{mismatch.reason} [{mismatch.field}]"


def _allowed_elsewhere(view: FunctionView, survey: Survey, arn: FunctionArn, call: FunctionCall) -> str:
    """The qualifier whose policy would allow the call, checked only if the URI's qualifier does not."""
    others = [None] if arn.qualifier else list(view.aliases)
    for qualifier in others:
        other = arn.qualified(qualifier)
        try:
            policy = view.policy(qualifier)
        except NotAllowedError:
            return ""
        if policy and decisions.by_service(survey, call, other, policy).allowed:
            return f"alias {qualifier}" if qualifier else "the unqualified function"
    return ""


def _role_findings(
    survey: Survey,
    arn: FunctionArn,
    role_arn: str,
    calls: list[FunctionCall],
    policy: dict[str, Any] | None,
    hop: HopName,
) -> Iterator[Said]:
    """The function's side of a `credentials` role: across accounts its policy must name the role."""
    if role_arn.count(":") < 5 or role_arn.split(":")[4] != survey.account:
        return
    role = None
    try:
        role = survey.role(role_arn)
        if role is None:
            return  # the credentials hop recreates it, and then updates the function's policy
    except NotAllowedError:
        pass  # the credentials hop reports it; the function's side is decided by the name
    decision = decisions.names_role(role_arn, role.unique_id if role else None, arn, policy)
    own = arn.account == survey.account
    if decision.allowed or own:
        if role is not None and decisions.by_role(role, arn, policy).allowed:
            by = f"role {role_arn}" if own else f"role {role_arn} and {_by(arn, decision.resource)}"
            yield from (Allowed(route=call.label, by=by) for call in calls)
        return
    nearest = decision.resource.nearest if decision.resource else None
    why = decision.reason if decision.explicit_deny or nearest else "its policy has no statement that allows anything"
    yield Finding(
        hop=hop,
        cause=f"the role {role_arn} is not allowed to invoke {_called(arn)}, which is another account: {why}"
        + _left_of_deleted(policy),
        evidence={"function": str(arn), "role": role_arn, **decision.evidence},
        mend=Mend(
            commands=tuple(role_mend.name_role(survey, arn, role_arn, policy)),
            setting="with this program: pulumi up --refresh creates the statement (invocation: role)",
        ),
        routes=labels(calls),
    )


def _left_of_deleted(policy: dict[str, Any] | None) -> str:
    deleted = role_mend.deleted_principals(policy)
    if not deleted:
        return ""
    shown = "; ".join(f"statement {label} names {', '.join(ids)}" for label, ids in deleted.items())
    return f"; {shown}: AWS shows an ID instead of an ARN if the role was deleted, even if it was created again since"


def _by(arn: FunctionArn, policy: PolicyOutcome | None) -> str:
    statement = policy.allowing[0].label if policy and policy.allowing else "none"
    return f"statement {statement} of {_where(arn)}"


def _where(arn: FunctionArn) -> str:
    kind = "version" if (arn.qualifier or "").isdigit() else "alias"
    return f"{kind} {arn.qualifier}" if arn.qualifier else "the unqualified function"


def _called(arn: FunctionArn) -> str:
    return f"{arn.name}{f' ({arn.qualifier})' if arn.qualifier else ''} in account {arn.account}"
