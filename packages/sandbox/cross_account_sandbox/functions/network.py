"""Checks a function's VPC configuration: subnets must exist, and the role must allow Lambda to create interfaces.

Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC". The sandbox does not
model network reachability: on AWS, a function in a VPC cannot reach the internet without a NAT gateway, or anything
that its security groups do not allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.iam.evaluation import evaluate_access
from aws_rules.iam.request import AccessRequest
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.identities import service_session
from cross_account_sandbox.control_plane.roles import RoleView
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.errors import invalid


def network_of(call: Call, config: Mapping[str, Any], role_arn: str) -> dict[str, Any]:
    """Return the VpcConfig for Lambda's response, with its VpcId; empty values if the function leaves its VPC.

    Raises AwsError for an unknown subnet, subnets of different VPCs, missing security groups, or a role without the
    permission.
    """
    subnets = list(config.get("SubnetIds") or [])
    groups = list(config.get("SecurityGroupIds") or [])
    if not subnets and not groups:
        return {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "", "Ipv6AllowedForDualStack": False}
    if not subnets or not groups:
        raise invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
    vpcs = {_vpc_of(call, subnet) for subnet in subnets}
    if len(vpcs) > 1:
        raise invalid(f"The subnets {', '.join(subnets)} belong to different VPCs: {', '.join(sorted(vpcs))}")
    _check_right(call, role_arn)
    return {
        "SubnetIds": subnets,
        "SecurityGroupIds": groups,
        "VpcId": vpcs.pop(),
        "Ipv6AllowedForDualStack": bool(config.get("Ipv6AllowedForDualStack")),
    }


def _vpc_of(call: Call, subnet: str) -> str:
    vpc = call.world.vpc_endpoints.vpc_of_subnet(call.account, call.region, subnet)
    if vpc is None:
        raise invalid(
            "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
            f"EC2 Error Message: The subnet ID '{subnet}' does not exist"
        )
    return vpc


def _check_right(call: Call, role_arn: str) -> None:
    role = call.world.roles.by_arn(role_arn)
    if role is None or not _may_join(call, role):
        raise invalid("The provided execution role does not have permissions to call CreateNetworkInterface on EC2")


def _may_join(call: Call, role: RoleView) -> bool:
    request = AccessRequest(
        principal=service_session(role, "lambda"),
        action="ec2:CreateNetworkInterface",
        resource="*",
        context=request_keys(call.region, at=utc_now()),
    )
    return evaluate_access(
        request,
        resource_account=call.account,
        identity_policies=role.policies,
        resource_policy=None,
        boundary=role.boundary,
    ).allowed
