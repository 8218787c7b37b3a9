"""Custom domain names: public ones (edge-optimized, Regional) by name, private ones by name and ID."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.certificates import EDGE_REGION, check_certificate
from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.domain_endpoints import domain_arn, domain_key, new_endpoint
from cross_account_sandbox.apigateway.errors import bad_request, must_exist
from cross_account_sandbox.apigateway.identifiers import LONG, new_id
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.model.domain_name import DomainName
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import PatchTable
from cross_account_sandbox.apigateway.resource_policy import stored_policy
from cross_account_sandbox.apigateway.security_policies import check_security_policy
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call, Operation

_NAME = re.compile(r"^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")
_TYPES = ("EDGE", "REGIONAL", "PRIVATE")
#: Members that are stored and returned unchanged.
_KEPT = (
    "certificateName",
    "regionalCertificateName",
    "endpointAccessMode",
    "mutualTlsAuthentication",
    "ownershipVerificationCertificateArn",
    "managementPolicy",
    "routingMode",
)


def create_domain_name(call: Call) -> dict[str, Any]:
    """CreateDomainName. Raises BadRequestException, also if a public name is taken."""
    store, params = store_of(call), call.params
    name = str(params.get("domainName") or "")
    if not _NAME.match(name):
        raise bad_request(f"Invalid domain name: '{name}'")
    configuration = params.get("endpointConfiguration") or {}
    kind = str((configuration.get("types") or ["EDGE"])[0])
    if kind not in _TYPES:
        raise bad_request("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
    private = kind == "PRIVATE"
    domain = DomainName(
        name=name,
        domain_id=new_id(LONG) if private else None,
        endpoint_types=[kind],
        certificate_arn=params.get("certificateArn"),
        regional_certificate_arn=params.get("regionalCertificateArn"),
        security_policy=params.get("securityPolicy") or "TLS_1_2",
        tags=dict(params.get("tags") or {}),
        extra={key: copy.deepcopy(params[key]) for key in _KEPT if params.get(key) is not None},
    )
    if not private and _taken(call, name):
        raise bad_request("The domain name you provided already exists.")
    domain.extra["body"] = bool(params.get("certificateBody"))
    domain.extra["ipAddressType"] = configuration.get("ipAddressType") or ("dualstack" if private else "ipv4")
    _check(call, domain)
    domain.policy = _policy(call, domain, params.get("policy"))
    domain.extra |= new_endpoint(kind, call.region)
    domain.extra["certificateUploadDate"] = utc_now()
    store.domain_names[domain_key(domain)] = domain
    return shown_domain(call, domain)


def get_domain_name(call: Call) -> dict[str, Any]:
    """GetDomainName: a private domain also needs its ID."""
    return {**shown_domain(call, domain_of(call)), "tags": dict(domain_of(call).tags)}


def get_domain_names(call: Call) -> dict[str, Any]:
    """GetDomainNames: return the caller's own domains (`resourceOwner` SELF).

    It never lists domains of other accounts.
    """
    if call.params.get("resourceOwner") == "OTHER_ACCOUNTS":
        return page_by_position([], call.params)
    return page_by_position(
        [shown_domain(call, domain) for domain in store_of(call).domain_names.values()], call.params
    )


def update_domain_name(call: Call) -> dict[str, Any]:
    """UpdateDomainName: apply all patch operations or none."""
    domain = domain_of(call)

    def change_policy(target: DomainName, value: str | None) -> None:
        target.policy = _policy(call, target, value)

    table = PatchTable[DomainName]({**_PATCHES, "/policy": {"replace": change_policy, "remove": change_policy}})
    table.apply(domain, call.params.get("patchOperations"), check=lambda draft: _check(call, draft))
    _refresh_endpoint(call, domain)
    return {**shown_domain(call, domain), "tags": dict(domain.tags)}


def delete_domain_name(call: Call) -> None:
    """DeleteDomainName: delete the domain and its base path mappings."""
    domain = domain_of(call)
    del store_of(call).domain_names[domain_key(domain)]


def domain_of(call: Call) -> DomainName:
    """Look up a call's `domainName` and, for a private domain, `domainNameId`. Raises NotFoundException."""
    name, domain_id = str(call.params["domainName"]), call.params.get("domainNameId")
    return must_exist(
        store_of(call).domain_names.get(f"{name}+{domain_id}" if domain_id else name),
        "Invalid domain name identifier specified",
    )


def shown_domain(call: Call, domain: DomainName) -> dict[str, Any]:
    """Format a domain for a response."""
    extra = domain.extra
    private = domain.domain_id is not None
    return not_none(
        domainName=domain.name,
        domainNameId=domain.domain_id,
        domainNameArn=domain_arn(domain, account=call.account, region=call.region) if private else None,
        certificateArn=domain.certificate_arn,
        certificateName=extra.get("certificateName"),
        certificateUploadDate=extra.get("certificateUploadDate"),
        regionalDomainName=extra.get("regionalDomainName"),
        regionalHostedZoneId=extra.get("regionalHostedZoneId"),
        regionalCertificateArn=domain.regional_certificate_arn,
        regionalCertificateName=extra.get("regionalCertificateName"),
        distributionDomainName=extra.get("distributionDomainName"),
        distributionHostedZoneId=extra.get("distributionHostedZoneId"),
        endpointConfiguration={"types": list(domain.endpoint_types), "ipAddressType": extra.get("ipAddressType")},
        domainNameStatus="AVAILABLE",
        securityPolicy=domain.security_policy,
        endpointAccessMode=extra.get("endpointAccessMode"),
        mutualTlsAuthentication=extra.get("mutualTlsAuthentication"),
        ownershipVerificationCertificateArn=extra.get("ownershipVerificationCertificateArn"),
        managementPolicy=extra.get("managementPolicy"),
        # Plain JSON, unlike a REST API's policy: the AWS provider reads both forms (tested on 2026-11-29).
        policy=domain.policy,
        routingMode=extra.get("routingMode"),
        tags=filled(dict(domain.tags)),
    )


def _taken(call: Call, name: str) -> bool:
    """Return True if the name is taken. A public name is unique across accounts and Regions."""
    return any(
        domain.domain_id is None and domain.name == name
        for store in call.world.apigateway.all()
        for domain in store.domain_names.values()
    )


def _check(call: Call, domain: DomainName) -> None:
    kind = domain.endpoint_types[0]
    if kind == "REGIONAL":
        arn, region = domain.regional_certificate_arn, call.region
    else:
        arn, region = domain.certificate_arn, EDGE_REGION if kind == "EDGE" else call.region
    named = domain.extra.get("certificateName") or domain.extra.get("regionalCertificateName")
    if not arn and not named and not domain.extra.get("body"):
        raise bad_request(f"A certificate must be provided for a domain name of type {kind}")
    if arn:
        check_certificate(arn, domain.name, account=call.account, region=region)
    check_security_policy(
        domain.security_policy,
        domain.extra.get("endpointAccessMode"),
        endpoint_type=kind,
        mutual_tls=bool(domain.extra.get("mutualTlsAuthentication")),
    )


def _policy(call: Call, domain: DomainName, text: str | None) -> str | None:
    if text and domain.domain_id is None:
        raise bad_request("Resource policies are only supported for private custom domain names")
    arn = domain_arn(domain, account=call.account, region=call.region).replace(":apigateway:", ":execute-api:", 1)
    return stored_policy(text, roles=call.world.roles, execution_arn=arn)


def _refresh_endpoint(call: Call, domain: DomainName) -> None:
    kind = domain.endpoint_types[0]
    wanted = "distributionDomainName" if kind == "EDGE" else "regionalDomainName"
    if kind != "PRIVATE" and wanted not in domain.extra:
        domain.extra |= new_endpoint(kind, call.region)


def _change_type(domain: DomainName, value: str | None, _slot: str) -> None:
    if value not in _TYPES:
        raise bad_request("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
    if "PRIVATE" in (value, domain.endpoint_types[0]) and value != domain.endpoint_types[0]:
        raise bad_request("Cannot change a domain name between public and private")
    domain.endpoint_types = [str(value)]


def _extra(key: str) -> dict[str, Any]:
    def put(domain: DomainName, value: str | None) -> None:
        if value:
            domain.extra[key] = value
        else:
            domain.extra.pop(key, None)

    return {"replace": put, "add": put, "remove": lambda domain, _value: put(domain, None)}


def _truststore(member: str) -> dict[str, Any]:
    def put(domain: DomainName, value: str | None) -> None:
        store = dict(domain.extra.get("mutualTlsAuthentication") or {})
        store[member] = value
        kept = {key: one for key, one in store.items() if one}
        if kept.get("truststoreUri"):
            domain.extra["mutualTlsAuthentication"] = kept
        else:
            domain.extra.pop("mutualTlsAuthentication", None)

    return {"replace": put, "add": put, "remove": lambda domain, _value: put(domain, None)}


def _attribute(name: str) -> dict[str, Any]:
    def put(domain: DomainName, value: str | None) -> None:
        setattr(domain, name, value or None)

    return {"replace": put, "add": put, "remove": lambda domain, _value: put(domain, None)}


_PATCHES: Mapping[str, Mapping[str, Any]] = {
    "/certificateArn": _attribute("certificate_arn"),
    "/regionalCertificateArn": _attribute("regional_certificate_arn"),
    "/securityPolicy": _attribute("security_policy"),
    "/certificateName": _extra("certificateName"),
    "/regionalCertificateName": _extra("regionalCertificateName"),
    "/endpointAccessMode": _extra("endpointAccessMode"),
    "/ownershipVerificationCertificateArn": _extra("ownershipVerificationCertificateArn"),
    "/managementPolicy": _extra("managementPolicy"),
    "/routingMode": _extra("routingMode"),
    "/mutualTlsAuthentication/truststoreUri": _truststore("truststoreUri"),
    "/mutualTlsAuthentication/truststoreVersion": _truststore("truststoreVersion"),
    "/endpointConfiguration/types/{type}": {"replace": _change_type, "add": _change_type},
    "/endpointConfiguration/ipAddressType": _extra("ipAddressType"),
}

OPERATIONS: Mapping[str, Operation] = {
    "CreateDomainName": create_domain_name,
    "DeleteDomainName": delete_domain_name,
    "GetDomainName": get_domain_name,
    "GetDomainNames": get_domain_names,
    "UpdateDomainName": update_domain_name,
}
