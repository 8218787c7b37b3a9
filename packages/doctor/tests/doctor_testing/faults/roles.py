"""Faults of the `credentials` role."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from doctor_testing.deployments import TRUST_GATEWAY, TRUST_LAMBDA, Deployment
from doctor_testing.faults import uris
from doctor_testing.faults.fault import Fault

ROLE = "gateway"


def with_role(deployment: Deployment) -> None:
    """Let the deployment call through a role of the API's account that can invoke the function; idempotent."""
    if deployment.credentials:
        return
    iam = deployment.iam(deployment.api_account)
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST_GATEWAY))
    _grant(deployment, deployment.arn)
    role = f"arn:aws:iam::{deployment.api_account}:role/{ROLE}"
    deployment.credentials = role

    def permit(*_: Any, **__: Any) -> None:
        policy = deployment.functions.get_paginator  # the statement is created once for all routes
        del policy
        if not deployment.__dict__.get("named"):
            deployment.__dict__["named"] = True
            name_role(deployment, role)

    deployment.permit = permit  # type: ignore[method-assign]


def name_role(deployment: Deployment, role: str) -> None:
    """Allow the role in the function's policy."""
    deployment.functions.add_permission(
        FunctionName=deployment.name,
        Qualifier="live",
        StatementId="role",
        Action="lambda:InvokeFunction",
        Principal=role,
    )


def _grant(deployment: Deployment, function: str) -> None:
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    deployment.iam(deployment.api_account).put_role_policy(
        RoleName=ROLE,
        PolicyName="call",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _role_for_plain_function(deployment: Deployment) -> None:
    _grant(deployment, deployment.arn_of(deployment.name))


def _role_without_right(deployment: Deployment) -> None:
    deployment.iam(deployment.api_account).delete_role_policy(RoleName=ROLE, PolicyName="call")


def _role_trusts_lambda(deployment: Deployment) -> None:
    deployment.iam(deployment.api_account).update_assume_role_policy(
        RoleName=ROLE, PolicyDocument=json.dumps(TRUST_LAMBDA)
    )


def _role_not_named(deployment: Deployment) -> None:
    deployment.functions.remove_permission(FunctionName=deployment.name, Qualifier="live", StatementId="role")


def _role_made_again(deployment: Deployment) -> None:
    iam = deployment.iam(deployment.api_account)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="call")
    iam.delete_role(RoleName=ROLE)
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST_GATEWAY))
    _grant(deployment, deployment.arn)


def _role_limited(deployment: Deployment) -> None:
    iam = deployment.iam(deployment.api_account)
    policy = iam.create_policy(
        PolicyName="limit",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        ),
    )
    iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=policy["Policy"]["Arn"])


def _role_deleted(deployment: Deployment) -> None:
    iam = deployment.iam(deployment.api_account)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="call")
    iam.delete_role(RoleName=ROLE)


def _role_denies_gateway(deployment: Deployment) -> None:
    allowing = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [allowing, allowing | {"Effect": "Deny"}]}
    deployment.iam(deployment.api_account).update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(document))


def _by_role(fault: Fault) -> Fault:
    """The same fault of an integration that calls through a role."""

    def before(deployment: Deployment) -> None:
        fault.before(deployment)
        with_role(deployment)

    return replace(fault, name=f"{fault.name}, by a role", before=before)


def _caller_passed_on(deployment: Deployment) -> None:
    deployment.credentials = "arn:aws:iam::*:user/*"


FAULTS = (
    *(_by_role(fault) for fault in uris.FAULTS),
    Fault(name="role deleted", hop="credentials", cause="does not exist", before=with_role, then=_role_deleted),
    Fault(name="role whose trust denies API Gateway", hop="credentials", cause="does not trust", before=with_role,
          then=_role_denies_gateway),
    Fault(name="caller passed through, unsigned requests", hop="credentials",
          cause="there is no identity to pass through", before=_caller_passed_on),
    Fault(name="role without right", hop="credentials", cause="is not allowed to invoke", before=with_role,
          then=_role_without_right),
    Fault(name="role with a right on the function, URI names the alias", hop="credentials",
          cause="is not allowed to invoke", before=with_role, then=_role_for_plain_function),
    Fault(name="role that does not trust API Gateway", hop="credentials", cause="does not trust", before=with_role,
          then=_role_trusts_lambda),
    Fault(name="role not named by the function", hop="permission", cause="which is another account",
          before=with_role, then=_role_not_named),
    Fault(name="role deleted and created again", hop="permission", cause="AWS shows an ID instead of an ARN",
          before=with_role, then=_role_made_again),
    Fault(name="role limited by a boundary", hop="credentials", cause="boundary", before=with_role, then=_role_limited,
          code=True),
)  # fmt: skip
