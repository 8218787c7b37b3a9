"""The `credentials` role: API Gateway must be able to assume it, and it must be allowed to invoke the function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from aws_rules import policies
from aws_rules.arns import Arn, ArnError, FunctionArn
from aws_rules.iam.evaluation import AccessDecision, Decision
from cross_account_doctor import decisions, role_mend
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Finding, HopName, Mend, Note, not_checked
from cross_account_doctor.function_calls import FunctionCall, function_calls, labels
from cross_account_doctor.hops.permission import service_mend
from cross_account_doctor.roles import RoleView
from cross_account_doctor.survey import Survey

_TRUST = {"Effect": "Allow", "Principal": {"Service": policies.API_GATEWAY}, "Action": "sts:AssumeRole"}


def check(survey: Survey) -> Iterator[Finding | Note]:
    """Account, existence, trust policy and permissions of every role that integrations and authorizers name."""
    by_role: dict[str, list[FunctionCall]] = defaultdict(list)
    for call in function_calls(survey):
        if call.credentials:
            by_role[call.credentials].append(call)
    for credentials, calls in by_role.items():
        if calls[0].passes_caller_on:
            yield from _caller_passed_on(survey, calls)
            continue
        try:
            yield from _check_role(survey, credentials, calls)
        except NotAllowedError as error:
            yield not_checked(HopName.CREDENTIALS, f"the role {credentials}", error.right, error.account)


def _caller_passed_on(survey: Survey, calls: list[FunctionCall]) -> Iterator[Finding | Note]:
    unsigned = [call for call in calls if call.route is not None and call.route.authorization != "AWS_IAM"]
    if not unsigned:
        yield Note(
            hop=HopName.CREDENTIALS,
            text=(
                "the integration passes the caller's identity through: the caller needs lambda:InvokeFunction in "
                "addition to execute-api:Invoke"
            ),
        )
        return
    yield Finding(
        hop=HopName.CREDENTIALS,
        cause=(
            "the integration passes the caller's identity through, but the method does not use AWS_IAM authorization: "
            "there is no identity to pass through"
        ),
        evidence={"credentials": calls[0].credentials},
        mend=Mend(commands=tuple(dict.fromkeys(_without_role(survey, unsigned)))),
        routes=labels(unsigned),
    )


def _check_role(survey: Survey, credentials: str, calls: list[FunctionCall]) -> Iterator[Finding]:
    try:
        arn = Arn.parse(credentials)
    except ArnError as error:
        yield _finding(
            calls,
            f"credentials: {error}",
            {"credentials": credentials},
            tuple(dict.fromkeys(_without_role(survey, calls))),
        )
        return
    if arn.account != survey.account:
        cause = (
            f"the role {credentials} is in account {arn.account}, the API in {survey.account}: cross-account pass role "
            "is not allowed; API Gateway only assumes roles of the API's own account"
        )
        yield _finding(
            calls, cause, {"credentials": credentials, "account": survey.account}, _mend_foreign(survey, calls)
        )
        return
    role = survey.role(credentials)
    if role is None:
        yield _finding(
            calls,
            f"the role {credentials} does not exist",
            {"credentials": credentials},
            tuple(_create(survey, arn, calls)),
        )
        return
    trust = decisions.trusts_gateway(survey, role)
    if not trust.allowed:
        cause = f"the role {role.arn} does not trust {policies.API_GATEWAY}: {trust.reason}"
        yield _finding(
            calls, cause, {"role": role.arn, "trust": role.trust, **trust.evidence}, _mend_trust(survey, role, trust)
        )
    yield from _check_rights(survey, role, calls)


def _check_rights(survey: Survey, role: RoleView, calls: list[FunctionCall]) -> Iterator[Finding]:
    """The role's own policies; the permission hop checks the function's side."""
    missing: list[tuple[FunctionArn, Any]] = []
    for arn in dict.fromkeys(call.arn for call in calls if call.arn is not None):
        view = survey.function(arn)
        if view is not None and view.configuration(arn.qualifier) is None:
            continue  # the integration hop reports which function was meant
        own = decisions.by_role(role, arn, None, across=False)
        if own.allowed:
            continue
        if arn.account == survey.account and not own.explicit_deny:
            policy = view.policy(arn.qualifier) if view else None
            if decisions.by_role(role, arn, policy).allowed:
                continue  # within one account, the function's policy is enough
        missing.append((arn, own))
    for arn, own in missing:
        yield _finding(
            [call for call in calls if call.arn == arn],
            f"the role {role.arn} is not allowed to invoke {arn}: {own.reason}",
            {"role": role.arn, "function": str(arn), **own.evidence},
            _mend_rights(survey, role, [target for target, _ in missing], denied=own.explicit_deny),
            setting="first remove the deny from the role's policies or boundary" if own.explicit_deny else "",
        )


def _mend_rights(survey: Survey, role: RoleView, arns: list[FunctionArn], *, denied: bool) -> tuple[str, ...]:
    within = role.boundary is None or all(
        item.decision is Decision.ALLOW
        for item in [decisions.by_role(role, arn, None, across=False).boundary for arn in arns]
        if item is not None
    )
    if denied or not within:
        return ()
    return (role_mend.grant(survey, role.name, arns),)


def _mend_trust(survey: Survey, role: RoleView, decision: AccessDecision) -> tuple[str, ...]:
    """The present trust policy, without the statements that deny API Gateway and with one that allows it."""
    statements = role.trust.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    denying = {item.index for item in decision.resource.denying} if decision.resource else set()
    kept = [statement for index, statement in enumerate(listed) if index not in denying]
    document = {"Version": policies.VERSION, "Statement": [*kept, _TRUST]}
    return (
        survey.commands.iam(
            survey.account,
            "update-assume-role-policy",
            *("--role-name", role.name, "--policy-document", policies.rendered(document)),
        ),
    )


def _create(survey: Survey, role: Arn, calls: list[FunctionCall]) -> Iterator[str]:
    document = {"Version": policies.VERSION, "Statement": [_TRUST]}
    path, _, name = role.resource.removeprefix("role").rpartition("/")
    yield survey.commands.iam(
        survey.account,
        "create-role",
        *("--role-name", name, *(("--path", f"{path}/") if path else ())),
        *("--assume-role-policy-document", policies.rendered(document)),
    )
    arns = list(dict.fromkeys(call.arn for call in calls if call.arn is not None))
    if arns:
        yield role_mend.grant(survey, name, arns)
    for arn in arns:
        view = survey.function(arn)
        if arn.account != survey.account and view and view.configuration(arn.qualifier):
            yield from role_mend.name_role(survey, arn, calls[0].credentials, view.policy(arn.qualifier))


def _mend_foreign(survey: Survey, calls: list[FunctionCall]) -> tuple[str, ...]:
    """Remove the role: API Gateway calls as a service, and the function's policy allows it."""
    return tuple(dict.fromkeys(_without_role(survey, calls)))


def _without_role(survey: Survey, calls: list[FunctionCall]) -> Iterator[str]:
    for call in calls:
        if call.route is not None:
            yield survey.commands.drop_credentials(call.route)
    for arn in dict.fromkeys(call.arn for call in calls if call.arn is not None):
        mine = [call for call in calls if call.arn == arn]
        view = survey.function(arn)
        policy = view.policy(arn.qualifier) if view else None
        refused = [call for call in mine if not decisions.by_service(survey, call, arn, policy).allowed]
        if refused:
            yield from service_mend(survey, arn, refused)
    yield from survey.commands.deploy()


def _finding(
    calls: list[FunctionCall], cause: str, evidence: dict[str, Any], commands: tuple[str, ...], setting: str = ""
) -> Finding:
    return Finding(
        hop=HopName.CREDENTIALS,
        cause=cause,
        evidence=evidence,
        mend=Mend(commands=commands, setting=setting or "with this program: pulumi up --refresh (invocation: role)"),
        routes=labels(calls),
    )
