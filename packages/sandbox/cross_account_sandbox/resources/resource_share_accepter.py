"""aws.ram.ResourceShareAccepter: the acceptance of a resource share in the other account."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import HandlerError, code_of, or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.resource_share import find_share
from cross_account_sandbox.resources.session import ProviderSession

#: How long to wait for an invitation (the AWS provider waits longer, because AWS is slower).
_ARRIVAL_SECONDS = 2.0


class ResourceShareAccepter(AwsHandler):
    """Belongs to the invited account. Its ID is the share's ARN."""

    token = "aws:ram/resourceShareAccepter:ResourceShareAccepter"  # noqa: S105
    service = "ram"
    inputs = frozenset({"region", "shareArn"})
    replaces = inputs

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """AcceptResourceShareInvitation. Without an invitation, raises HandlerError with the AWS provider's message."""
        client, share = self.client(session, inputs), str(inputs["shareArn"])
        invitation = _invitation(client, share, "PENDING", wait=_ARRIVAL_SECONDS)
        if invitation is None:
            raise HandlerError(
                f"No pending RAM Resource Share ({share}) invitation found\n\nNOTE: If both AWS accounts are in "
                "the same AWS Organization and RAM Sharing with AWS Organizations is enabled, "
                "this resource is not necessary"
            )
        client.accept_resource_share_invitation(resourceShareInvitationArn=invitation["resourceShareInvitationArn"])
        accepted = self.read(session, share, inputs)
        if accepted is None:
            raise HandlerError(f"{self.token}: {session.account} accepted {share}, but cannot find it")
        return share, accepted

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetResourceShares for shares of other accounts, with the shared resources."""
        client = self.client(session, state)
        live = find_share(client, identity, owner="OTHER-ACCOUNTS")
        if live is None:
            return None
        invitation = _invitation(client, identity, "ACCEPTED") or {}
        shared = client.list_resources(resourceOwner="OTHER-ACCOUNTS", resourceShareArns=[identity])["resources"]
        return self.outputs(
            session,
            state,
            {
                "shareArn": identity,
                "shareId": identity.rpartition(":")[2].replace("resource-share/", "rs-"),
                "shareName": live["name"],
                "status": live["status"],
                "senderAccountId": live["owningAccountId"],
                "receiverAccountId": invitation.get("receiverAccountId", session.account),
                "invitationArn": invitation.get("resourceShareInvitationArn"),
                "resources": [resource["arn"] for resource in shared],
            },
        )

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DisassociateResourceShare for the account itself, which some resource types do not allow."""
        try:
            or_none(
                self.client(session, state).disassociate_resource_share,
                resourceShareArn=identity,
                principals=[state.get("receiverAccountId") or session.account],
            )
        except Exception as error:
            if code_of(error) != "OperationNotPermittedException":
                raise


def _invitation(client: Any, share: str, status: str, *, wait: float = 0.0) -> Mapping[str, Any] | None:
    until = time.monotonic() + wait
    while True:
        answer = client.get_resource_share_invitations(resourceShareArns=[share])["resourceShareInvitations"]
        found: Mapping[str, Any] | None = next((each for each in answer if each["status"] == status), None)
        if found is not None or time.monotonic() >= until:
            return found
        time.sleep(0.1)
