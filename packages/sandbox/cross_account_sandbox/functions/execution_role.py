"""The role that a function runs as: it must exist, in the function's account, and trust Lambda."""

from __future__ import annotations

from aws_rules.iam.evaluation import evaluate_access
from aws_rules.iam.request import AccessRequest, Principal
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.errors import access_denied, invalid


def check_role(call: Call, role_arn: str) -> None:
    """Raise AwsError if Lambda could not assume the role.

    Pulumi's AWS provider retries CreateFunction on this error for a while, because on AWS a new role takes some seconds
    to become visible.
    """
    if role_arn.split(":")[4] != call.account:
        raise access_denied("Cross-account pass role is not allowed.")
    role = call.world.roles.by_arn(role_arn)
    if role is None or not _trusts_lambda(call, role_arn, role.trust):
        raise invalid("The role defined for the function cannot be assumed by Lambda.")


def _trusts_lambda(call: Call, role_arn: str, trust: dict[str, object]) -> bool:
    request = AccessRequest(
        principal=Principal.of_service("lambda.amazonaws.com"),
        action="sts:AssumeRole",
        resource=role_arn,
        context=request_keys(call.region, at=utc_now()),
    )
    return evaluate_access(
        request,
        resource_account=call.account,
        identity_policies=None,
        resource_policy=trust,
        resource_policy_required=True,
    ).allowed
