"""Faults of logging."""

from __future__ import annotations

import json

from doctor_testing.deployments import TRUST_GATEWAY, Deployment
from doctor_testing.faults.fault import Fault
from doctor_testing.faults.stages import patch_stage


def with_logging(deployment: Deployment) -> None:
    """Turn on execution logging, with the account's role."""
    iam = deployment.iam(deployment.api_account)
    iam.create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps(TRUST_GATEWAY))
    statement = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="logs",
        PolicyName="logs",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    deployment.gateway.update_account(
        patchOperations=[
            {
                "op": "replace",
                "path": "/cloudwatchRoleArn",
                "value": f"arn:aws:iam::{deployment.api_account}:role/logs",
            }
        ]
    )
    patch_stage(deployment, "/*/*/logging/loglevel", "INFO")


def _logs_role_deleted(deployment: Deployment) -> None:
    with_logging(deployment)
    iam = deployment.iam(deployment.api_account)
    iam.delete_role_policy(RoleName="logs", PolicyName="logs")
    iam.delete_role(RoleName="logs")


def _logs_role_without_rights(deployment: Deployment) -> None:
    with_logging(deployment)
    deployment.iam(deployment.api_account).delete_role_policy(RoleName="logs", PolicyName="logs")


FAULTS = (
    Fault(name="logging role without rights", hop="logging", cause="is not allowed to write the stage's log",
          status=None, then=_logs_role_without_rights),
    Fault(name="logging role deleted", hop="logging", cause="does not exist", status=None, then=_logs_role_deleted),
)  # fmt: skip
