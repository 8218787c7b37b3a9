"""Searches every account and Region of a stack for resources that are not in its state."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cross_account_doctor.commands import aws_command
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.leftovers import parts, resources
from cross_account_doctor.leftovers.look import INTERRUPTED, Leftover, Look
from cross_account_doctor.leftovers.state import State

if TYPE_CHECKING:
    from cross_account_doctor.accounts import Accounts

_Listing = Callable[[Look], Iterator[Leftover]]
#: In the order in which they can be removed. A listing is skipped if none of its types is in the state, so that a stack
#: without networks needs no permission to list them; an empty tuple is always listed.
_LISTINGS: tuple[tuple[_Listing, tuple[str, ...]], ...] = (
    (parts.mappings, ("aws:apigateway/basePathMapping", "aws:apigatewayv2/apiMapping")),
    (parts.rest_stages, ("aws:apigateway/restApi",)),
    (parts.rest_deployments, ("aws:apigateway/restApi",)),
    (parts.http_parts, ("aws:apigatewayv2/api",)),
    (parts.statements, ("aws:lambda/",)),
    (parts.aliases, ("aws:lambda/function",)),
    (parts.logging_role, ("aws:apigateway/account",)),
    (resources.usage_plans, ("aws:apigateway/usagePlan",)),
    (resources.api_keys, ("aws:apigateway/apiKey",)),
    (resources.access_associations, ("aws:apigateway/domainNameAccessAssociation",)),
    (resources.domain_names, ("aws:apigateway/domainName", "aws:apigatewayv2/domainName")),
    (resources.rest_apis, ()),
    (resources.http_apis, ("aws:apigatewayv2/",)),
    (resources.functions, ()),
    (parts.role_policies, ("aws:iam/role",)),
    (resources.roles, ()),
    (resources.log_groups, ()),
    (resources.resource_shares, ("aws:ram/",)),
    (resources.vpc_endpoints, ("aws:ec2/vpcEndpoint",)),
    (resources.security_groups, ("aws:ec2/securityGroup",)),
    (resources.subnets, ("aws:ec2/subnet",)),
    (resources.vpcs, ("aws:ec2/vpc:",)),
    (resources.certificates, ("aws:acm/",)),
    (resources.zones, ("aws:route53/",)),
)
#: They have no Region, and are listed once for each account.
_GLOBAL = {resources.roles, resources.zones}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found.

    leftovers  in an order in which they can be removed
    unchecked  what could not be read, one line each
    """

    leftovers: tuple[Leftover, ...]
    unchecked: tuple[str, ...]


def search(state: State, accounts: Accounts) -> Found:
    """Search both accounts; reads only."""
    unchecked = [
        f"{each.type} {each.name}: its provider does not set an account and a Region (allowedAccountIds, region)"
        for each in (*state.resources, *state.pending)
        if each.place is None and each.type.startswith("aws:")
    ]
    looks: list[Look] = []
    for place in state.places:
        reader = accounts.of(place.account)
        if reader is None:
            unchecked.append(f"{place}: no credentials were given for this account: pass its --function-profile")
        else:
            looks.append(Look(state, place, reader))
    leftovers: list[Leftover] = []
    for listing, types in _LISTINGS:
        if types and not any(kind.startswith(types) for kind in state.types):
            continue
        seen: set[str] = set()
        for look in looks:
            if listing in _GLOBAL and look.place.account in seen:
                continue
            seen.add(look.place.account)
            try:
                leftovers += listing(look)
            except NotAllowedError as error:
                unchecked.append(f"{look.place}: {error}")
    return Found(leftovers=tuple(leftovers), unchecked=tuple(dict.fromkeys(unchecked)))


def removal(leftover: Leftover, accounts: Accounts) -> list[str]:
    """The commands that remove it."""
    place = leftover.place
    return [aws_command(accounts, place.account, place.region, *words) for words in leftover.remove]


def adoption(leftover: Leftover, found: Found, state: State) -> str | None:
    """The command that imports it into the state, if only one interrupted creation can have made it."""
    taken = {each.urn for each in state.resources}
    creations = {
        each.urn: each
        for each in state.pending
        if each.type == leftover.type and each.place == leftover.place and each.urn not in taken
    }
    alike = [each for each in found.leftovers if (each.type, each.place) == (leftover.type, leftover.place)]
    if leftover.reason != INTERRUPTED or len(creations) != 1 or len(alike) != 1:
        return None
    (creation,) = creations.values()
    given = (
        *(("--parent", f"parent={creation.parent}") if creation.parent else ()),
        *(("--provider", f"provider={creation.provider}") if creation.provider else ()),
    )
    words = (creation.type, creation.name, leftover.identity, *given, "--protect=false", "--generate-code=false")
    return shlex.join(("pulumi", "import", "--yes", *words))
