"""A resource shared by AWS RAM: the share in the owner's account and its acceptance in the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from cross_account_api.accounts import Account
from cross_account_api.children import Child, Children, Known

#: `invitation`: the other account is outside the owner's organization, or sharing is off there; it accepts an
#: invitation. `organization`: both are in one organization with sharing enabled, and there is no invitation.
Sharing = Literal["invitation", "organization"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShareArgs:
    """A resource of `owner`, shared with the account `client` in the same Region."""

    owner: Account
    client: Account
    resource_arn: pulumi.Input[str]
    sharing: Sharing = "invitation"
    tags: Mapping[str, str] = field(default_factory=dict)


def share_children(sharing: Sharing) -> Known:
    """All resources that `share` creates. Pure."""
    known = {
        "share": Child(aws.ram.ResourceShare),
        "shared-resource": Child(aws.ram.ResourceAssociation),
        "shared-with": Child(aws.ram.PrincipalAssociation),
    }
    return known if sharing == "organization" else {**known, "share-accepted": Child(aws.ram.ResourceShareAccepter)}


def share(name: str, args: ShareArgs, *, children: Children) -> list[pulumi.Resource]:
    """Share the resource; returns the resources to wait for before the client's account uses it.

    An invitation is valid for 12 hours (API Gateway developer guide, apigateway-private-custom-domains-provider-share)
    and accepted in the same deployment. RAM attaches the resource type's default permission.
    """
    invited = args.sharing == "invitation"
    made = aws.ram.ResourceShare(
        f"{name}-share",
        allow_external_principals=invited,
        tags=dict(args.tags),
        opts=children.options(args.owner),
    )
    resource = aws.ram.ResourceAssociation(
        f"{name}-shared-resource",
        resource_share_arn=made.arn,
        resource_arn=args.resource_arn,
        opts=children.options(args.owner),
    )
    principal = aws.ram.PrincipalAssociation(
        f"{name}-shared-with",
        resource_share_arn=made.arn,
        principal=args.client.id,
        opts=children.options(args.owner),
    )
    if not invited:
        return [resource, principal]
    # Associating the principal sends the invitation, so it comes first.
    accepted = aws.ram.ResourceShareAccepter(
        f"{name}-share-accepted",
        share_arn=made.arn,
        opts=children.options(args.client, depends_on=[resource, principal]),
    )
    return [resource, accepted]
