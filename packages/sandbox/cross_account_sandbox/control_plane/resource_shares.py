"""Resource shares (AWS RAM): resources that one account allows others to use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cross_account_sandbox.clock import utc_now


@dataclass(kw_only=True)
class Invitation:
    """An invitation to an account outside the organization: PENDING, ACCEPTED or REJECTED.

    Until it is accepted, the account cannot use the share.
    """

    arn: str
    receiver: str
    status: str = "PENDING"
    sent: datetime = field(default_factory=utc_now)


@dataclass(kw_only=True)
class ResourceShare:
    """A share of one account and Region. Every principal is treated as outside the owner's organization."""

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
        """Return True if an account can use the share: it is a principal, and has accepted any invitation."""
        invitation = self.invitations.get(account)
        return account in self.principals and (invitation is None or invitation.status == "ACCEPTED")


@dataclass(kw_only=True)
class ResourceShares:
    """All shares of a sandbox, by ARN."""

    shares: dict[str, ResourceShare] = field(default_factory=dict)

    def shared_with(self, resource_arn: str, account: str) -> bool:
        """Return True if a share allows an account to use another account's resource."""
        return any(resource_arn in share.resources and share.reaches(account) for share in self.shares.values())

    def visible(self, account: str, region: str, resource_owner: str) -> list[ResourceShare]:
        """An account's own shares (SELF), or the shares of other accounts with it (OTHER-ACCOUNTS)."""
        return [
            share
            for share in self.shares.values()
            if share.region == region
            and (share.owner == account if resource_owner == "SELF" else share.reaches(account))
        ]
