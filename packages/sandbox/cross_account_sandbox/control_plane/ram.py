"""AWS Resource Access Manager: resource shares, their principals, resources, invitations and tags.

The sandbox implements RAM itself, because moto lacks associate, tag, permissions and invitations. The resource policy
that AWS writes for a shared resource is created where that resource's policies are evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from aws_rules.arns import is_account_id, partition_of_region
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane import ram_invitations
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.ram_answers import associations, describe
from cross_account_sandbox.control_plane.resource_shares import Invitation, ResourceShare
from cross_account_sandbox.control_plane.service import Call, Service


def _create(call: Call) -> dict[str, Any]:
    share = ResourceShare(
        arn=f"{_prefix(call)}:resource-share/{uuid4()}",
        name=str(call.params.get("name", "")),
        owner=call.account,
        region=call.region,
        external=bool(call.params.get("allowExternalPrincipals", True)),
        permissions=[_checked_arn(str(arn)) for arn in call.params.get("permissionArns", [])],
        tags=_tags(call),
    )
    _associate(call, share)
    call.world.resource_shares.shares[share.arn] = share
    return {"resourceShare": describe(share)}


def _get(call: Call) -> dict[str, Any]:
    owner = str(call.params.get("resourceOwner", ""))
    if owner not in ("SELF", "OTHER-ACCOUNTS"):
        raise AwsError(
            "InvalidParameterException",
            f"{owner} is not a valid resource owner. Specify either SELF or OTHER-ACCOUNTS and try again.",
        )
    wanted = call.params.get("resourceShareArns")
    shares = call.world.resource_shares.visible(call.account, call.region, owner)
    if wanted:
        known = {share.arn for share in shares}
        missing = next((arn for arn in wanted if arn not in known), None)
        if missing:
            raise _unknown(missing)
        shares = [share for share in shares if share.arn in wanted]
    if call.params.get("name"):
        shares = [share for share in shares if share.name == call.params["name"]]
    if call.params.get("resourceShareStatus", "ACTIVE") != "ACTIVE":
        shares = []
    return {"resourceShares": [describe(share) for share in shares]}


def _update(call: Call) -> dict[str, Any]:
    share = _own(call)
    share.name = str(call.params.get("name", share.name))
    share.external = bool(call.params.get("allowExternalPrincipals", share.external))
    share.updated = utc_now()
    return {"resourceShare": describe(share)}


def _delete(call: Call) -> dict[str, Any]:
    del call.world.resource_shares.shares[_own(call).arn]
    return {"returnValue": True}


def _associate_share(call: Call) -> dict[str, Any]:
    share = _own(call)
    principals, resources = _associate(call, share)
    return {"resourceShareAssociations": associations(share, principals, resources, "ASSOCIATED")}


def _disassociate_share(call: Call) -> dict[str, Any]:
    share = _left(call) or _own(call)
    principals = {
        name: share.principals.pop(name) for name in _entities(call, "principals") if name in share.principals
    }
    resources = {arn: share.resources.pop(arn) for arn in _entities(call, "resourceArns") if arn in share.resources}
    for name in principals:
        share.invitations.pop(name, None)
    return {"resourceShareAssociations": associations(share, principals, resources, "DISASSOCIATED")}


def _get_associations(call: Call) -> dict[str, Any]:
    kind = str(call.params.get("associationType", ""))
    if kind not in ("PRINCIPAL", "RESOURCE"):
        raise AwsError(
            "InvalidParameterException",
            f"{kind} is not a valid association type. Specify either PRINCIPAL or RESOURCE and try again.",
        )
    wanted = call.params.get("resourceShareArns")
    shares = call.world.resource_shares.visible(call.account, call.region, "SELF")
    found: list[dict[str, Any]] = []
    for share in shares:
        if wanted and share.arn not in wanted:
            continue
        entities = share.principals if kind == "PRINCIPAL" else share.resources
        named = call.params.get("principal" if kind == "PRINCIPAL" else "resourceArn")
        chosen = {name: since for name, since in entities.items() if named in (None, name)}
        found += associations(
            share, chosen if kind == "PRINCIPAL" else {}, chosen if kind == "RESOURCE" else {}, "ASSOCIATED"
        )
    if call.params.get("associationStatus", "ASSOCIATED") != "ASSOCIATED":
        found = []
    return {"resourceShareAssociations": found}


def _tag(call: Call) -> dict[str, Any]:
    _own(call).tags.update(_tags(call))
    return {}


def _tags(call: Call) -> dict[str, str]:
    tags: list[dict[str, str]] = call.params.get("tags", [])
    if any("key" not in tag for tag in tags):
        # Unconfirmed: the code and message for a tag without a key. Reason: the service's model does not require the
        # key.
        raise AwsError("InvalidParameterException", "A tag has no key. Give every tag a key and try again.")
    return {tag["key"]: tag.get("value", "") for tag in tags}


def _untag(call: Call) -> dict[str, Any]:
    share = _own(call)
    for key in call.params.get("tagKeys", []):
        share.tags.pop(key, None)
    return {}


def _list_permissions(call: Call) -> dict[str, Any]:  # noqa: ARG001 - the same for every caller
    # AWS's managed permissions for each resource type are not modelled: shares work without naming one.
    return {"permissions": []}


def _list_share_permissions(call: Call) -> dict[str, Any]:
    share = _own(call)
    return {
        "permissions": [
            {
                "arn": arn,
                "name": arn.rpartition("/")[2],
                "version": "1",
                "defaultVersion": True,
                "status": "ASSOCIATED",
                "permissionType": "AWS_MANAGED" if arn.split(":")[4] in ("aws", "") else "CUSTOMER_MANAGED",
                "featureSet": "STANDARD",
            }
            for arn in share.permissions
        ]
    }


def _associate_permission(call: Call) -> dict[str, Any]:
    share = _own(call)
    arn = _checked_arn(str(call.params.get("permissionArn", "")))
    if call.params.get("replace"):
        share.permissions = []
    if arn not in share.permissions:
        share.permissions.append(arn)
    return {"returnValue": True}


def _disassociate_permission(call: Call) -> dict[str, Any]:
    share = _own(call)
    share.permissions = [arn for arn in share.permissions if arn != call.params.get("permissionArn")]
    return {"returnValue": True}


def _list_principals(call: Call) -> dict[str, Any]:
    shares = _listed(call)
    return {
        "principals": [
            {
                "id": name,
                "resourceShareArn": share.arn,
                "creationTime": since,
                "lastUpdatedTime": since,
                "external": True,
            }
            for share in shares
            for name, since in share.principals.items()
        ]
    }


def _list_resources(call: Call) -> dict[str, Any]:
    return {
        "resources": [
            {
                "arn": arn,
                "resourceShareArn": share.arn,
                "status": "AVAILABLE",
                "creationTime": since,
                "lastUpdatedTime": since,
            }
            for share in _listed(call)
            for arn, since in share.resources.items()
            if arn in call.params.get("resourceArns", [arn])
        ]
    }


def _listed(call: Call) -> list[ResourceShare]:
    wanted = call.params.get("resourceShareArns")
    shares = call.world.resource_shares.visible(
        call.account, call.region, str(call.params.get("resourceOwner", "SELF"))
    )
    return [share for share in shares if not wanted or share.arn in wanted]


def _associate(call: Call, share: ResourceShare) -> tuple[dict[str, datetime], dict[str, datetime]]:
    moment = utc_now()
    principals = dict.fromkeys(_entities(call, "principals"), moment)
    resources = dict.fromkeys(_entities(call, "resourceArns"), moment)
    for arn in resources:
        _checked_arn(arn)
    if principals and not share.external and any(name != share.owner for name in principals):
        raise AwsError(
            "OperationNotPermittedException",
            "The resource share does not allow principals outside of the organization.",
        )
    share.principals |= principals
    share.resources |= resources
    for name in principals:
        if is_account_id(name) and name not in share.invitations:
            arn = f"{_prefix(call)}:resource-share-invitation/{uuid4()}"
            share.invitations[name] = Invitation(arn=arn, receiver=name)
    share.updated = moment
    return principals, resources


def _checked_arn(arn: str) -> str:
    if not arn.startswith("arn:") or arn.count(":") < 5:
        text = f"The specified resource ARN {arn} is not valid. Verify the ARN and try again."
        raise AwsError("MalformedArnException", text)
    return arn


def _entities(call: Call, member: str) -> Iterable[str]:
    return [str(entity) for entity in call.params.get(member, [])]


def _own(call: Call) -> ResourceShare:
    arn = str(call.params.get("resourceShareArn") or call.params.get("resourceArn") or "")
    share = call.world.resource_shares.shares.get(arn)
    if share is None or share.owner != call.account:
        raise _unknown(arn)
    return share


def _left(call: Call) -> ResourceShare | None:
    """The share that another account leaves: it can name only itself (RAM user guide, "Leaving a share")."""
    share = call.world.resource_shares.shares.get(str(call.params.get("resourceShareArn")))
    itself = list(_entities(call, "principals")) == [call.account] and not list(_entities(call, "resourceArns"))
    return share if share is not None and itself and share.reaches(call.account) else None


def _unknown(arn: str) -> AwsError:
    return AwsError("UnknownResourceException", f"ResourceShare {arn} could not be found.")


def _prefix(call: Call) -> str:
    return f"arn:{partition_of_region(call.region)}:ram:{call.region}:{call.account}"


SERVICE = Service(
    name="ram",
    operations={
        "AcceptResourceShareInvitation": ram_invitations.accept,
        "AssociateResourceShare": _associate_share,
        "AssociateResourceSharePermission": _associate_permission,
        "CreateResourceShare": _create,
        "DeleteResourceShare": _delete,
        "DisassociateResourceShare": _disassociate_share,
        "DisassociateResourceSharePermission": _disassociate_permission,
        "GetResourceShareAssociations": _get_associations,
        "GetResourceShareInvitations": ram_invitations.get_invitations,
        "GetResourceShares": _get,
        "ListPermissions": _list_permissions,
        "ListPrincipals": _list_principals,
        "ListResourceSharePermissions": _list_share_permissions,
        "ListResources": _list_resources,
        "RejectResourceShareInvitation": ram_invitations.reject,
        "TagResource": _tag,
        "UntagResource": _untag,
        "UpdateResourceShare": _update,
    },
)
