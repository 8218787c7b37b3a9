"""Evaluates the API's resource policy for a route."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aws_rules.arns import api_execution_arn
from aws_rules.iam.evaluation import AccessRequest, PolicyOutcome, Principal, evaluate_policy
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.routes import Route, sample_path

#: The condition keys of every request; all other keys depend on the caller.
_CONSTANT: Mapping[str, str] = MappingProxyType({"aws:SecureTransport": "true"})
_ANONYMOUS = Principal.anonymous()


def evaluated(
    survey: RestSurvey,
    policy: dict[str, Any],
    route: Route,
    *,
    principal: Principal = _ANONYMOUS,
    context: Mapping[str, str] = _CONSTANT,
) -> PolicyOutcome:
    """The policy's decision on a call of this route by this principal."""
    method = "GET" if route.method == "ANY" else route.method
    return evaluate_policy(
        _expanded(survey, policy),
        AccessRequest(
            principal=principal,
            action="execute-api:Invoke",
            resource=f"{execution_arn(survey)}/{survey.target.stage}/{method}{sample_path(route.path)}",
            context=context,
        ),
        has_principal=True,
    )


def execution_arn(survey: RestSurvey) -> str:
    """The API's execution ARN, without a stage."""
    return api_execution_arn(
        partition=survey.partition, region=survey.region, account=survey.account, api_id=survey.target.api_id
    )


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The policy's statements; a single statement need not be in a list."""
    found = policy.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _expanded(survey: RestSurvey, policy: dict[str, Any]) -> dict[str, Any]:
    """`execute-api:/stage/…` stands for the API's own ARN (API Gateway developer guide, resource policies)."""

    def full(resource: Any) -> Any:
        if isinstance(resource, list):
            return [full(item) for item in resource]
        short = isinstance(resource, str) and resource.startswith("execute-api:/")
        return f"{execution_arn(survey)}/{resource.removeprefix('execute-api:/')}" if short else resource

    names = ("Resource", "NotResource")
    return policy | {
        "Statement": [item | {name: full(item[name]) for name in names if name in item} for item in statements(policy)]
    }
