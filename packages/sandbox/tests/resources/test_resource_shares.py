"""The handlers share resources between two accounts: invite, accept, leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.resources import resource_share_accepter
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.table import handler
from sandbox_testing.scene import Scene

if TYPE_CHECKING:
    from sandbox_testing.resources import Login
    from sandbox_testing.server import SandboxUnderTest

OWNER, CLIENT = "111111111111", "333333333333"
DOMAIN = f"arn:aws:apigateway:us-east-1:{OWNER}:/domainnames/inner.example.com+abc123"
ACCEPTER = "aws:ram/resourceShareAccepter:ResourceShareAccepter"
PRINCIPAL = "aws:ram/principalAssociation:PrincipalAssociation"


@pytest.fixture
def share(login: Login) -> str:
    """A resource share of the domain, with an invitation for the client's account."""
    scene = Scene(login(OWNER))
    arn = scene.share()
    scene.make("aws:ram/resourceAssociation:ResourceAssociation", resourceShareArn=arn, resourceArn=DOMAIN)
    scene.make(PRINCIPAL, resourceShareArn=arn, principal=CLIENT)
    return arn


def test_an_invited_account_accepts_and_sees_what_is_shared(login: Login, share: str) -> None:
    session = login(CLIENT)
    row = handler(ACCEPTER)

    identity, made = row.create(session, row.check({"shareArn": share}))

    assert (identity, made["resources"], made["status"]) == (share, [DOMAIN], "ACTIVE")
    assert (made["senderAccountId"], made["receiverAccountId"]) == (OWNER, CLIENT)
    assert made["shareId"] == f"rs-{share.rpartition('/')[2]}"
    assert row.read(session, identity, made) == made


def test_an_account_leaves_a_share_that_it_accepted(login: Login, sandbox: SandboxUnderTest, share: str) -> None:
    session = login(CLIENT)
    row = handler(ACCEPTER)
    identity, made = row.create(session, {"shareArn": share})

    row.delete(session, identity, made)

    assert row.read(session, identity, made) is None
    assert not sandbox.world.resource_shares.shared_with(DOMAIN, CLIENT)
    row.delete(session, identity, made)


def test_an_account_that_nobody_invited_accepts_nothing(
    login: Login, share: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource_share_accepter, "_ARRIVAL_SECONDS", 0.1)
    with pytest.raises(HandlerError, match=f"No pending RAM Resource Share \\({share}\\) invitation found"):
        handler(ACCEPTER).create(login("222222222222"), {"shareArn": share})


def test_who_is_in_a_share_already_is_not_added_again(login: Login, share: str) -> None:
    with pytest.raises(HandlerError, match=f"{CLIENT} is already associated with {share}"):
        handler(PRINCIPAL).create(login(OWNER), {"resourceShareArn": share, "principal": CLIENT})


def test_a_share_is_for_nobody_outside_the_organization_unless_it_says_so(login: Login) -> None:
    scene = Scene(login(OWNER))
    arn, made = scene.make("aws:ram/resourceShare:ResourceShare", name="inner")

    assert made["allowExternalPrincipals"] is False
    with pytest.raises(Exception, match="OperationNotPermittedException"):
        scene.make(PRINCIPAL, resourceShareArn=arn, principal=CLIENT)
