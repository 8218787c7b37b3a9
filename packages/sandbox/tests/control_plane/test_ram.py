"""Resource shares between accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

OTHER = "222222222222"
DOMAIN = "arn:aws:apigateway:us-east-1:111111111111:/domainnames/api.internal+abc123"


def test_a_share_is_made_tagged_extended_and_deleted(sandbox: SandboxUnderTest) -> None:
    ram = sandbox.client("ram")
    arn = ram.create_resource_share(name="apis", tags=[{"key": "team", "value": "a"}])["resourceShare"][
        "resourceShareArn"
    ]
    ram.tag_resource(resourceShareArn=arn, tags=[{"key": "stage", "value": "dev"}])
    ram.untag_resource(resourceShareArn=arn, tagKeys=["team"])
    ram.associate_resource_share(resourceShareArn=arn, principals=[OTHER], resourceArns=[DOMAIN])
    share = ram.get_resource_shares(resourceOwner="SELF", resourceShareArns=[arn])["resourceShares"][0]
    assert share["tags"] == [{"key": "stage", "value": "dev"}]
    principals = ram.get_resource_share_associations(associationType="PRINCIPAL", resourceShareArns=[arn])
    assert [each["associatedEntity"] for each in principals["resourceShareAssociations"]] == [OTHER]
    resources = ram.get_resource_share_associations(associationType="RESOURCE", resourceShareArns=[arn])
    assert [each["associatedEntity"] for each in resources["resourceShareAssociations"]] == [DOMAIN]
    assert ram.list_resource_share_permissions(resourceShareArn=arn)["permissions"] == []
    ram.delete_resource_share(resourceShareArn=arn)
    assert ram.get_resource_shares(resourceOwner="SELF")["resourceShares"] == []


def test_a_share_reaches_another_account_once_it_accepts(sandbox: SandboxUnderTest) -> None:
    sandbox.client("ram").create_resource_share(name="apis", principals=[OTHER], resourceArns=[DOMAIN])
    there = sandbox.client("ram", account=OTHER)
    assert not sandbox.world.resource_shares.shared_with(DOMAIN, OTHER)
    invitation = there.get_resource_share_invitations()["resourceShareInvitations"][0]
    there.accept_resource_share_invitation(resourceShareInvitationArn=invitation["resourceShareInvitationArn"])
    assert sandbox.world.resource_shares.shared_with(DOMAIN, OTHER)
    assert [each["name"] for each in there.get_resource_shares(resourceOwner="OTHER-ACCOUNTS")["resourceShares"]] == [
        "apis"
    ]


def test_a_share_of_another_account_cannot_be_changed(sandbox: SandboxUnderTest) -> None:
    arn = sandbox.client("ram").create_resource_share(name="apis")["resourceShare"]["resourceShareArn"]
    with pytest.raises(ClientError, match="UnknownResourceException"):
        sandbox.client("ram", account=OTHER).delete_resource_share(resourceShareArn=arn)


def test_an_account_leaves_a_share_and_takes_nobody_else_out_of_it(sandbox: SandboxUnderTest) -> None:
    own = sandbox.client("ram")
    arn = own.create_resource_share(name="apis", principals=[OTHER, "333333333333"], resourceArns=[DOMAIN])[
        "resourceShare"
    ]["resourceShareArn"]
    there = sandbox.client("ram", account=OTHER)
    invitation = there.get_resource_share_invitations()["resourceShareInvitations"][0]
    there.accept_resource_share_invitation(resourceShareInvitationArn=invitation["resourceShareInvitationArn"])

    with pytest.raises(ClientError, match="UnknownResourceException"):
        there.disassociate_resource_share(resourceShareArn=arn, principals=["333333333333"])
    there.disassociate_resource_share(resourceShareArn=arn, principals=[OTHER])

    assert there.get_resource_shares(resourceOwner="OTHER-ACCOUNTS")["resourceShares"] == []
    left = own.get_resource_share_associations(associationType="PRINCIPAL", resourceShareArns=[arn])
    assert [each["associatedEntity"] for each in left["resourceShareAssociations"]] == ["333333333333"]
