"""Domain name access associations: the VPC endpoints that can reach a private custom domain.

The association belongs to the endpoint's account. The domain can belong to another account if that account allows it
with its management policy or a resource share (developer guide, "apigateway-private-custom-domains").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_rules.arns import Arn, ArnError, partition_of_region
from aws_rules.iam.evaluation import AccessRequest, Decision, evaluate_policy
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.apigateway.domain_endpoints import domain_arn
from cross_account_sandbox.apigateway.errors import access_denied, bad_request, conflict, not_found
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.model.domain_name import DomainName
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.identities import principal
from cross_account_sandbox.control_plane.service import Call, Operation
from cross_account_sandbox.stores import Stores

_ACTION = "apigateway:CreateAccessAssociation"


def create_access_association(call: Call) -> dict[str, Any]:
    """CreateDomainNameAccessAssociation: create it in the account of the VPC endpoint."""
    store, params = store_of(call), call.params
    kind, source = params["accessAssociationSourceType"], str(params["accessAssociationSource"])
    if not source.startswith("vpce-"):
        raise bad_request(f"Invalid access association source: {source}. Expected the ID of a VPC endpoint")
    arn = str(params.get("domainNameArn") or "")
    domain, owner = private_domain(call.world.apigateway, arn)
    if owner != call.account and not _admitted(call, domain, arn):
        raise access_denied(f"User: {call.caller.arn} is not authorized to perform: {_ACTION} on resource: {arn}")
    key = arn.rpartition("/")[2]
    partition = partition_of_region(call.region)
    association_arn = (
        f"arn:{partition}:apigateway:{call.region}:{call.account}:/domainnameaccessassociations/"
        f"domainname/{key}/vpcesource/{source}"
    )
    if association_arn in store.domain_access:
        raise conflict("Domain name access association already exists")
    store.domain_access[association_arn] = {
        "domainNameAccessAssociationArn": association_arn,
        "domainNameArn": arn,
        "accessAssociationSourceType": kind,
        "accessAssociationSource": source,
        "tags": dict(params.get("tags") or {}),
    }
    return dict(store.domain_access[association_arn])


def get_access_associations(call: Call) -> dict[str, Any]:
    """GetDomainNameAccessAssociations: of the caller's endpoints or, with OTHER_ACCOUNTS, of the caller's domains."""
    if call.params.get("resourceOwner") != "OTHER_ACCOUNTS":
        return page_by_position([dict(one) for one in store_of(call).domain_access.values()], call.params)
    others = [
        dict(one)
        for store in call.world.apigateway.all()
        if store.account != call.account and store.region == call.region
        for one in store.domain_access.values()
        if Arn.parse(one["domainNameArn"]).account == call.account
    ]
    return page_by_position(others, call.params)


def delete_access_association(call: Call) -> None:
    """DeleteDomainNameAccessAssociation: only the account that created it can delete it."""
    arn = str(call.params["domainNameAccessAssociationArn"])
    if store_of(call).domain_access.pop(arn, None) is None:
        raise not_found(_MISSING)


def reject_access_association(call: Call) -> None:
    """RejectDomainNameAccessAssociation: only the domain's owner can reject it."""
    arn, domain = str(call.params["domainNameAccessAssociationArn"]), str(call.params["domainNameArn"])
    for store in call.world.apigateway.all():
        found = store.domain_access.get(arn)
        if found is not None and found["domainNameArn"] == domain and Arn.parse(domain).account == call.account:
            del store.domain_access[arn]
            return
    raise not_found(_MISSING)


def associated(stores: Stores[ApiGatewayStore], domain: DomainName, *, account: str, region: str, vpce: str) -> bool:
    """Return True if a VPC endpoint of any account has an association with this account's private domain."""
    arn = domain_arn(domain, account=account, region=region)
    return any(
        (one["domainNameArn"], one["accessAssociationSource"]) == (arn, vpce)
        for store in stores.all()
        for one in store.domain_access.values()
    )


def private_domain(stores: Stores[ApiGatewayStore], arn: str) -> tuple[DomainName, str]:
    """Look up a private domain and its account by ARN. Raises NotFoundException."""
    try:
        parsed = Arn.parse(arn)
    except ArnError:
        raise bad_request("Invalid ARN specified in the request") from None
    for store in stores.all():
        if (store.account, store.region) != (parsed.account, parsed.region):
            continue
        domain = store.domain_names.get(parsed.resource.removeprefix("/domainnames/"))
        if domain is not None and domain.domain_id is not None:
            return domain, store.account
    raise not_found("Invalid domain name identifier specified")


def _admitted(call: Call, domain: DomainName, arn: str) -> bool:
    if call.world.resource_shares.shared_with(arn, call.account):
        return True
    text = domain.extra.get("managementPolicy")
    if not text:
        return False
    request = AccessRequest(
        principal=principal(call.world.roles, call.caller),
        action=_ACTION,
        resource=arn,
        context=request_keys(call.region, at=utc_now(), client=call.client),
    )
    return evaluate_policy(json.loads(text), request, has_principal=True).decision is Decision.ALLOW


_MISSING = "Invalid domain name access association identifier specified"

OPERATIONS: Mapping[str, Operation] = {
    "CreateDomainNameAccessAssociation": create_access_association,
    "DeleteDomainNameAccessAssociation": delete_access_association,
    "GetDomainNameAccessAssociations": get_access_associations,
    "RejectDomainNameAccessAssociation": reject_access_association,
}
