"""Invitations to resource shares, as the invited account sees, accepts and rejects them."""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.resource_shares import Invitation, ResourceShare
from cross_account_sandbox.control_plane.service import Call


def get_invitations(call: Call) -> dict[str, Any]:
    """GetResourceShareInvitations: lists the invitations that the caller's account received."""
    shares, arns = call.params.get("resourceShareArns"), call.params.get("resourceShareInvitationArns")
    return {
        "resourceShareInvitations": [
            _describe(share, invitation)
            for share, invitation in _invitations(call)
            if (not shares or share.arn in shares) and (not arns or invitation.arn in arns)
        ]
    }


def accept(call: Call) -> dict[str, Any]:
    return _answer_invitation(call, "ACCEPTED")


def reject(call: Call) -> dict[str, Any]:
    return _answer_invitation(call, "REJECTED")


def _answer_invitation(call: Call, status: str) -> dict[str, Any]:
    arn = str(call.params.get("resourceShareInvitationArn", ""))
    found = next(((share, invitation) for share, invitation in _invitations(call) if invitation.arn == arn), None)
    if found is None:
        raise AwsError("ResourceShareInvitationArnNotFoundException", f"The invitation {arn} could not be found.")
    share, invitation = found
    if invitation.status != "PENDING":
        code = f"ResourceShareInvitationAlready{invitation.status.capitalize()}Exception"
        raise AwsError(code, f"The invitation {arn} was already {invitation.status.lower()}.")
    invitation.status = status
    return {"resourceShareInvitation": _describe(share, invitation)}


def _invitations(call: Call) -> list[tuple[ResourceShare, Invitation]]:
    return [
        (share, invitation)
        for share in call.world.resource_shares.shares.values()
        for invitation in share.invitations.values()
        if invitation.receiver == call.account and share.region == call.region
    ]


def _describe(share: ResourceShare, invitation: Invitation) -> dict[str, Any]:
    return {
        "resourceShareInvitationArn": invitation.arn,
        "resourceShareName": share.name,
        "resourceShareArn": share.arn,
        "senderAccountId": share.owner,
        "receiverAccountId": invitation.receiver,
        "invitationTimestamp": invitation.sent,
        "status": invitation.status,
    }
