"""Which roles a program can assume to log in to an account. Pure."""

from __future__ import annotations

import re

from aws_rules import arns

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+")


def is_role_arn(text: str) -> bool:
    """True if the text is the ARN of an IAM role."""
    return _ROLE.fullmatch(text) is not None


def role_fault(role_arn: str, *, account: str, partition: str) -> str | None:
    """Why a session of this role cannot deploy to the account; None if it can.

    The provider's `allowed_account_ids` refuses the session of a role in another account, and a role's credentials
    are valid only in the role's own partition.
    """
    if not is_role_arn(role_arn):
        return "is not the ARN of an IAM role"
    role = arns.Arn.parse(role_arn)
    if role.account != account:
        return f"is a role in account {role.account}, not in account {account}"
    if role.partition != partition:
        return f"is a role in partition {role.partition}, and the Region is in {partition}"
    return None


def role_in(role_arn: str, *, account: str, partition: str) -> str:
    """The role with the same path and name in the account; an example if the text names no role."""
    resource = arns.Arn.parse(role_arn).resource if is_role_arn(role_arn) else "role/deployer"
    return f"arn:{partition}:iam::{account}:{resource}"
