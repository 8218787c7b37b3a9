"""May API Gateway invoke a function: as the service, or in a session of a role that `credentials` name.

aws:SourceArn carries the FUNCTION's Region, the method as it is defined and the resource's path with its
`{names}` (Lambda developer guide, services-apigateway).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aws_rules import policies
from aws_rules.arns import FunctionArn, source_arn
from aws_rules.iam.evaluation import AccessDecision, evaluate_access
from aws_rules.iam.request import AccessRequest, Principal

#: The session of a `credentials` role, as CloudTrail shows it.
SESSION = "BackplaneAssumeRoleSession"
#: How `credentials` end that pass the caller's own identity on to Lambda (API Gateway API reference, Integration).
CALLER_PASSED_ON = ":iam::*:user/*"

Document = Mapping[str, Any]


def service_may_invoke(
    function: FunctionArn, *, api_account: str, api_id: str, tail: str, policy: Document | None, keys: Mapping[str, str]
) -> AccessDecision:
    """Without `credentials`: the service principal, by the policy of the function's qualifier alone.

    tail  what follows the API's id in the aws:SourceArn
    keys  the condition keys that every request has (`request_keys`)
    """
    source = source_arn(function_region=function.region, api_account=api_account, api_id=api_id, tail=tail)
    context = {**keys, "aws:SourceArn": source, "aws:SourceAccount": api_account}
    principal = Principal.of_service(policies.API_GATEWAY)
    return evaluate_access(
        AccessRequest(principal=principal, action=policies.INVOKE, resource=str(function), context=context),
        resource_account=function.account,
        identity_policies=None,
        resource_policy=policy,
    )


def role_may_invoke(
    role: str,
    function: FunctionArn,
    *,
    unique_id: str | None,
    identity_policies: Iterable[Document],
    boundary: Document | None,
    policy: Document | None,
    keys: Mapping[str, str],
    resource_account: str | None = None,
) -> AccessDecision:
    """With `credentials`: a session of the role, by its own policies and, across accounts, the function's.

    resource_account  another one than the function's, to ask for the role's own side alone
    """
    principal = Principal.of_role(role, session=SESSION, unique_id=unique_id)
    return evaluate_access(
        AccessRequest(principal=principal, action=policies.INVOKE, resource=str(function), context=keys),
        resource_account=resource_account or function.account,
        identity_policies=identity_policies,
        boundary=boundary,
        resource_policy=policy,
    )
