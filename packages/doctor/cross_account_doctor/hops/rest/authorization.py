"""Authorization: the API's resource policy, authorizers, and API keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aws_rules.iam.evaluation import StatementOutcome
from cross_account_doctor.findings import Finding, HopName, Mend, Note, Said
from cross_account_doctor.hops import authorizers
from cross_account_doctor.hops.rest import refusals
from cross_account_doctor.hops.rest.policies import evaluated, execution_arn, statements
from cross_account_doctor.rest_commands import patch
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.routes import Route

_IAM = "AWS_IAM"


def check(survey: RestSurvey) -> Iterator[Said]:
    """Reports what refuses every caller. Whatever depends on the caller is not a fault."""
    yield from _private_without_policy(survey)
    if survey.policy is not None:
        yield from _resource_policy(survey, survey.policy)
    yield from authorizers.check(survey)
    yield from _api_keys(survey)


def _private_without_policy(survey: RestSurvey) -> Iterator[Finding]:
    if survey.private and survey.policy is None:
        yield Finding(
            hop=HopName.AUTHORIZATION,
            cause="the API is private and has no resource policy: it denies every caller, and cannot be deployed",
            evidence={"endpointConfiguration": "PRIVATE", "policy": None},
            mend=Mend(
                setting=(
                    "add a policy that denies every caller outside your VPC endpoints and allows the rest "
                    "(docs/patterns/private.md)"
                )
            ),
        )


# ── the resource policy ──────────────────────────────────────────────────────────────────────────────────────


def _resource_policy(survey: RestSurvey, policy: dict[str, Any]) -> Iterator[Finding | Note]:
    denied: dict[str, list[Route]] = {}
    unnamed: list[Route] = []
    signed: list[Route] = []
    preflights: list[Route] = []
    for route in survey.checked:
        outcome = evaluated(survey, policy, route)
        statement = next((item for item in outcome.denying if _denies_all(policy, item)), None)
        if statement is not None:
            denied.setdefault(statement.label, []).append(route)
        elif route.authorization == "NONE" and not any(_possible(item) for item in outcome.statements):
            if route.method == "OPTIONS":
                preflights.append(route)
                continue
            principals = [item for item in outcome.statements if _differs_in(item) == {"Principal"}]
            (signed if principals else unnamed).append(route)
    for label, routes in denied.items():
        yield _denied(survey, policy, label, routes)
    if signed:
        yield _wants_signatures(survey, policy, signed)
    if unnamed:
        yield _unnamed(survey, policy, unnamed)
    if preflights:
        # Only browsers on other origins send preflights; an API for signed callers need not answer them.
        text = f"the resource policy denies {_shown(preflights)}: browsers cannot call the API from other origins"
        yield Note(hop=HopName.AUTHORIZATION, text=text)
    for text in (*refusals.conditional(policy), *refusals.deleted(policy)):
        yield Note(hop=HopName.AUTHORIZATION, text=text)


def _denies_all(policy: dict[str, Any], outcome: StatementOutcome) -> bool:
    """True if a Deny that applies does so for every caller: it has no conditions and names everybody."""
    listed = statements(policy)
    return outcome.index < len(listed) and not listed[outcome.index].get("Condition")


def _possible(outcome: StatementOutcome) -> bool:
    """True if an Allow applies to some caller: only conditions, which depend on the caller, prevent it."""
    return outcome.effect == "Allow" and not outcome.unresolved and _differs_in(outcome) <= {"Condition"}


def _of_other_routes(outcome: StatementOutcome) -> bool:
    """True if an Allow would allow callers here if its Resource included this route."""
    return not outcome.unresolved and {"Resource"} <= _differs_in(outcome) <= {"Resource", "Condition"}


def _differs_in(outcome: StatementOutcome) -> set[str]:
    if outcome.effect != "Allow":
        return {"Effect"}
    return {mismatch.field.partition(".")[0] for mismatch in outcome.mismatches}


def _denied(survey: RestSurvey, policy: dict[str, Any], label: str, routes: list[Route]) -> Finding:
    kept = [
        item for index, item in enumerate(statements(policy)) if (item.get("Sid") or f"number {index + 1}") != label
    ]
    return Finding(
        hop=HopName.AUTHORIZATION,
        cause=(
            f"statement {label} of the API's resource policy denies {_shown(routes)} to every caller (403, explicit "
            "deny)"
        ),
        evidence={"statement": label, "policy": policy},
        mend=Mend(commands=_set_policy(survey, policy | {"Statement": kept}) if kept else _set_policy(survey, None)),
        routes=_names(routes),
    )


def _wants_signatures(survey: RestSurvey, policy: dict[str, Any], routes: list[Route]) -> Finding:
    commands = tuple(
        survey.commands.apigateway(
            "update-method",
            *("--resource-id", route.id, "--http-method", route.method),
            *("--patch-operations", patch({"authorizationType": _IAM})),
        )
        for route in routes
    )
    return Finding(
        hop=HopName.AUTHORIZATION,
        cause=(
            f"the API's resource policy names AWS principals, but {_shown(routes)} does not require signed requests: "
            "every caller is anonymous there (403 User: anonymous is not authorized)"
        ),
        evidence={"policy": policy, "authorizationType": "NONE"},
        mend=Mend(commands=(*commands, *survey.commands.deploy()), setting="with this program: authorization: AWS_IAM"),
        routes=_names(routes),
    )


def _unnamed(survey: RestSurvey, policy: dict[str, Any], routes: list[Route]) -> Finding:
    resources = [f"execute-api:/{survey.target.stage}/{_pattern(route)}" for route in routes]
    # Only the callers of the closest statement, under its conditions, so that no other caller is allowed.
    nearest = next((item for item in evaluated(survey, policy, routes[0]).statements if _of_other_routes(item)), None)
    statement = {
        **(statements(policy)[nearest.index] if nearest else {}),
        "Sid": "Routes",
        "Resource": sorted(set(resources)) if len(resources) > 1 else resources[0],
    }
    return Finding(
        hop=HopName.AUTHORIZATION,
        cause=(
            f"no statement of the API's resource policy allows {_shown(routes)} on stage {survey.target.stage}: a "
            "policy denies what it does not allow (403 User: anonymous is not authorized)"
        ),
        evidence={"policy": policy, "resource": f"{execution_arn(survey)}/{survey.target.stage}/{_pattern(routes[0])}"},
        mend=Mend(
            commands=_set_policy(survey, policy | {"Statement": [*statements(policy), statement]}) if nearest else (),
            setting="with this program: the API's resource policy; add a statement for the callers to allow",
        ),
        routes=_names(routes),
    )


def _pattern(route: Route) -> str:
    method = "*" if route.method == "ANY" else route.method
    path = "/".join("*" if part.startswith("{") else part for part in route.path.split("/"))
    return f"{method}{path}"


def _set_policy(survey: RestSurvey, policy: dict[str, Any] | None) -> tuple[str, ...]:
    value = json.dumps(policy, separators=(",", ":")) if policy is not None else ""
    return (
        survey.commands.apigateway("update-rest-api", "--patch-operations", patch({"policy": value})),
        *survey.commands.deploy(),
    )


# ── API keys ─────────────────────────────────────────────────────────────────────────────────────────────────


def _api_keys(survey: RestSurvey) -> Iterator[Finding]:
    routes = [route for route in survey.checked if route.api_key_required]
    if not routes:
        return
    served = [
        plan
        for plan in survey.usage_plans
        for stage in plan.get("apiStages") or []
        if (stage.get("apiId"), stage.get("stage")) == (survey.target.api_id, survey.target.stage)
    ]
    if served:
        return
    # The keys in a plan of other stages belong to callers that were never allowed here.
    unused = [plan["id"] for plan in survey.usage_plans if not plan.get("apiStages")]
    chosen = unused if len(survey.usage_plans) == 1 else []
    words = [f'[{{"op": "add", "path": "/apiStages", "value": "{survey.target.api_id}:{survey.target.stage}"}}]']
    commands = tuple(
        survey.commands.aws(
            survey.account,
            survey.region,
            *("apigateway", "update-usage-plan", "--usage-plan-id", plan, "--patch-operations", *words),
        )
        for plan in chosen
    )
    yield Finding(
        hop=HopName.AUTHORIZATION,
        cause=(
            f"{_shown(routes)} requires an API key, but stage {survey.target.stage} is in no usage plan: every key "
            "gets 403 Forbidden"
        ),
        evidence={"apiKeyRequired": True, "usagePlans": [plan["id"] for plan in survey.usage_plans]},
        mend=Mend(commands=commands, setting="add the stage to a usage plan that has the callers' keys"),
        routes=_names(routes),
    )


def _names(routes: list[Route]) -> tuple[str, ...]:
    return tuple(route.name for route in routes)


def _shown(routes: list[Route]) -> str:
    return routes[0].name if len(routes) == 1 else f"{routes[0].name} and {len(routes) - 1} more routes"
