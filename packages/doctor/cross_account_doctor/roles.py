"""A role in AWS: its ID, its trust policy and its policies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aws_rules.arns import Arn
from cross_account_doctor.errors import NotThereError

if TYPE_CHECKING:
    from cross_account_doctor.calls import Reader

#: IAM is global; calls are signed for the partition's first Region.
_MARKER = ("Marker", "Marker")


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleView:
    """A role and all policies that decide what it can do."""

    arn: str
    name: str
    unique_id: str
    trust: dict[str, Any]
    policies: tuple[dict[str, Any], ...]
    boundary: dict[str, Any] | None


def read_role(arn: str, reader: Reader, region: str) -> RoleView | None:
    """The role with this ARN; None if it does not exist. Raises NotAllowedError."""
    name = Arn.parse(arn).resource.rpartition("/")[2]
    try:
        role = reader.ask("iam", region, "get_role", RoleName=name)["Role"]
    except NotThereError:
        return None
    if role["Arn"] != arn:
        return None  # the same name with another path is a different ARN
    inline = [
        _document(reader.ask("iam", region, "get_role_policy", RoleName=name, PolicyName=policy)["PolicyDocument"])
        for policy in reader.pages("iam", region, "list_role_policies", "PolicyNames", _MARKER, RoleName=name)
    ]
    attached = [
        _managed(item["PolicyArn"], reader, region)
        for item in reader.pages(
            "iam", region, "list_attached_role_policies", "AttachedPolicies", _MARKER, RoleName=name
        )
    ]
    boundary = (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    return RoleView(
        arn=role["Arn"],
        name=name,
        unique_id=role["RoleId"],
        trust=_document(role["AssumeRolePolicyDocument"]),
        policies=(*inline, *attached),
        boundary=_managed(boundary, reader, region) if boundary else None,
    )


def _managed(arn: str, reader: Reader, region: str) -> dict[str, Any]:
    version = reader.ask("iam", region, "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
    answer = reader.ask("iam", region, "get_policy_version", PolicyArn=arn, VersionId=version)
    return _document(answer["PolicyVersion"]["Document"])


def _document(raw: Any) -> dict[str, Any]:
    """boto3 decodes documents; some stand-ins return text."""
    return raw if isinstance(raw, dict) else json.loads(unquote(raw))
