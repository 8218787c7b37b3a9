"""Resource shares (AWS RAM): what one account lets others use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cross_account_sandbox.clock import utc_now


@dataclass(kw_only=True)
class Invitation:
    """What an account outside the organization answers before a share reaches it: PENDING, ACCEPTED, REJECTED."""

    arn: str
    receiver: str
    status: str = "PENDING"
    sent: datetime = field(default_factory=utc_now)


@dataclass(kw_only=True)
class ResourceShare:
    """A share of one account and Region. Every principal is taken as outside the owner's organization."""

    arn: str
    name: str
    owner: str
    region: str
    external: bool = True
    principals: dict[str, datetime] = field(default_factory=dict)
    resources: dict[str, datetime] = field(default_factory=dict)
    permissions: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    created: datetime = field(default_factory=utc_now)
    updated: datetime = field(default_factory=utc_now)

    def reaches(self, account: str) -> bool:
        """Whether an account may use what is shared: it is a principal, and has accepted where it had to."""
        invitation = self.invitations.get(account)
        return account in self.principals and (invitation is None or invitation.status == "ACCEPTED")


@dataclass(kw_only=True)
class ResourceShares:
    """Every share of a sandbox, by ARN."""

    shares: dict[str, ResourceShare] = field(default_factory=dict)

    def shared_with(self, resource_arn: str, account: str) -> bool:
        """Whether an account may use another account's resource by a share."""
        return any(resource_arn in share.resources and share.reaches(account) for share in self.shares.values())

    def visible(self, account: str, region: str, resource_owner: str) -> list[ResourceShare]:
        """An account's own shares (SELF), or those that others share with it (OTHER-ACCOUNTS)."""
        return [
            share
            for share in self.shares.values()
            if share.region == region
            and (share.owner == account if resource_owner == "SELF" else share.reaches(account))
        ]
