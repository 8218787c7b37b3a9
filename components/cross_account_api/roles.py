"""Arguments of every IAM role, and checks of the automatic names, `{resource}-{7 hex}`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pulumi

from aws_rules import arns
from cross_account_api.accounts import Account

#: The length that an automatic name adds to the resource's: a hyphen and 7 hexadecimal digits.
ADDED = 8
#: The maximum length of a role's name, and its valid characters (IAM API reference, CreateRole).
MAX_ROLE_NAME = 64
_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_PATH = re.compile(r"/|/[\x21-\x7e]{1,510}/")


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleArgs:
    """What an organization can require of every role.

    permissions_boundary  ARN of a managed policy of the role's account or of AWS; None: no boundary
    path                  of the role, such as `/apis/`; None: `/`
    """

    permissions_boundary: pulumi.Input[str] | None = None
    path: str | None = None

    def named(self, name: str) -> str:
        """The role's path and name, as in the role's ARN."""
        return f"{self.path or '/'}{name}"[1:]


def role_args_faults(where: str, args: RoleArgs, account: Account) -> list[str]:
    """Errors that IAM would report; `where` is the name of the argument."""
    faults = []
    if args.path is not None and not _PATH.fullmatch(args.path):
        faults.append(
            f"{where}.path {args.path!r} must begin and end with a slash, with printable characters between them, such "
            "as '/apis/'"
        )
    boundary = args.permissions_boundary
    if isinstance(boundary, str):
        own = re.escape(f"arn:{account.partition}:iam::") + rf"({account.id}|aws):policy/\S+"
        if not re.fullmatch(own, boundary):
            faults.append(
                f"{where}.permissions_boundary {boundary!r} is not the ARN of a managed policy that a role in account "
                f"{account.id} can have; write one such as arn:{account.partition}:iam::{account.id}:policy/boundary"
            )
    return faults


def role_fault(resource: str, mend: str) -> str | None:
    """Why IAM would refuse the automatic name of the role with this resource name."""
    if not _ROLE_NAME.fullmatch(resource):
        return f"role {resource!r}: a role's name can have only letters, digits and _+=,.@-: {mend}"
    length = len(resource) + ADDED
    if length <= MAX_ROLE_NAME:
        return None
    return (
        f"role {resource!r}: its automatic name would have {length} characters and IAM takes {MAX_ROLE_NAME}: {mend}; "
        f"{length - MAX_ROLE_NAME} characters fewer are enough"
    )


def role_arn(account: Account, name: str) -> str:
    """The ARN of a role of this name, with the path before it."""
    return arns.role_arn(partition=account.partition, account=account.id, name=name)
