"""Whether API Gateway can assume a role that an integration or authorizer names in `credentials`.

Whether API Gateway sends aws:SourceAccount when it assumes the role is not documented. So the trust policy must allow
it both with and without the key: `StringEqualsIfExists` does, a plain `StringEquals` may fail on AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules import policies
from aws_rules.iam.evaluation import AccessDecision, evaluate_access
from aws_rules.iam.request import AccessRequest, Principal


def gateway_may_assume(role_arn: str, trust: Mapping[str, Any], *, keys: Mapping[str, str]) -> AccessDecision:
    """The decision on sts:AssumeRole; if it depends on the key, the refusal.

    keys  the condition keys that every request has (`request_keys`)
    """
    account = role_arn.split(":")[4]
    without, with_account = (
        evaluate_access(
            AccessRequest(
                principal=Principal.of_service(policies.API_GATEWAY),
                action="sts:AssumeRole",
                resource=role_arn,
                context={**keys, **source},
            ),
            resource_account=account,
            identity_policies=None,
            resource_policy=trust,
            resource_policy_required=True,
        )
        for source in ({}, {"aws:SourceAccount": account})
    )
    return with_account if without.allowed else without
