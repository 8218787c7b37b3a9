"""Whether AWS allows API Gateway to invoke a function.

The shared evaluator decides about the request that API Gateway sends. aws:SourceArn has the FUNCTION's Region, the
method as defined and the resource's path with its `{names}` (Lambda developer guide, services-apigateway).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_rules import policies
from aws_rules.arns import FunctionArn, source_arn
from aws_rules.iam.evaluation import AccessDecision, evaluate_access
from aws_rules.iam.gateway_invocation import SESSION, role_may_invoke, service_may_invoke
from aws_rules.iam.gateway_role import gateway_may_assume
from aws_rules.iam.request import AccessRequest, Principal
from aws_rules.iam.request_keys import request_keys
from cross_account_doctor.function_calls import FunctionCall
from cross_account_doctor.roles import RoleView
from cross_account_doctor.survey import Survey


def source_of(survey: Survey, arn: FunctionArn, tail: str) -> str:
    """The aws:SourceArn of a call of this function."""
    return source_arn(function_region=arn.region, api_account=survey.account, api_id=survey.target.api_id, tail=tail)


def by_service(survey: Survey, call: FunctionCall, arn: FunctionArn, policy: dict[str, Any] | None) -> AccessDecision:
    """Without `credentials`: the service principal; only the qualifier's policy decides."""
    return service_may_invoke(
        arn,
        api_account=survey.account,
        api_id=survey.target.api_id,
        tail=call.tail,
        policy=policy,
        keys=_keys(arn.region),
    )


def allows(survey: Survey, call: FunctionCall, arn: FunctionArn, policy: dict[str, Any] | None) -> bool:
    """Whether this call, as a service or by its role, is allowed by a qualifier's policy."""
    if not call.credentials:
        return by_service(survey, call, arn, policy).allowed
    role = survey.role(call.credentials)
    return role is not None and by_role(role, arn, policy).allowed


def by_role(
    role: RoleView, arn: FunctionArn, policy: dict[str, Any] | None, *, across: bool | None = None
) -> AccessDecision:
    """With `credentials`: a session of the role. `across=False` evaluates only the role's side."""
    return role_may_invoke(
        role.arn,
        arn,
        unique_id=role.unique_id,
        identity_policies=role.policies,
        boundary=role.boundary,
        policy=policy if across is None else None,
        keys=_keys(arn.region),
        resource_account=None if across is None else role.arn.split(":")[4],
    )


def names_role(role_arn: str, unique_id: str | None, arn: FunctionArn, policy: dict[str, Any] | None) -> AccessDecision:
    """Whether the function's policy alone allows the role, as is required across accounts."""
    everything = {"Version": policies.VERSION, "Statement": [policies.allow("*", "*")]}
    return evaluate_access(
        _role_request(role_arn, arn, unique_id),
        resource_account=arn.account,
        identity_policies=[everything],
        resource_policy=policy or {"Version": policies.VERSION, "Statement": []},
        resource_policy_required=True,
    )


def trusts_gateway(survey: Survey, role: RoleView) -> AccessDecision:
    """Whether API Gateway can assume the role, in the API's Region."""
    return gateway_may_assume(role.arn, role.trust, keys=_keys(survey.region))


def may_log(survey: Survey, role: RoleView) -> AccessDecision:
    """Whether API Gateway's CloudWatch role can write the stage's execution log; the refusing decision of the two."""
    group = f"API-Gateway-Execution-Logs_{survey.target.api_id}/{survey.target.stage}"
    stream = f"arn:{survey.partition}:logs:{survey.region}:{survey.account}:log-group:{group}:log-stream:any"
    principal = Principal.of_role(role.arn, session=SESSION, unique_id=role.unique_id)
    create, put = (
        evaluate_access(
            AccessRequest(principal=principal, action=action, resource=stream, context=_keys(survey.region)),
            resource_account=survey.account,
            identity_policies=role.policies,
            boundary=role.boundary,
            resource_policy=None,
        )
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    )
    return put if create.allowed else create


def _role_request(role_arn: str, arn: FunctionArn, unique_id: str | None) -> AccessRequest:
    principal = Principal.of_role(role_arn, session=SESSION, unique_id=unique_id)
    return AccessRequest(principal=principal, action=policies.INVOKE, resource=str(arn), context=_keys(arn.region))


def _keys(region: str) -> dict[str, str]:
    """The keys of every request, as of now."""
    return request_keys(region, at=datetime.now(tz=UTC))
