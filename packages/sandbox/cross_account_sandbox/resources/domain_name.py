"""aws.apigateway.DomainName: a custom domain, public or private (with a policy and a domain name ID)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import document, kept_document, renamed

_MUTUAL_TLS = {"truststoreUri": "truststoreUri", "truststoreVersion": "truststoreVersion"}


class DomainName(GatewayRecord):
    """A custom domain name. Its ID is the name, or `NAME/DOMAIN-NAME-ID` for a private domain."""

    token = "aws:apigateway/domainName:DomainName"  # noqa: S105
    kind = "domain_name"
    names: ClassVar[Mapping[str, str]] = {
        "domainName": "domainName",
        "certificateArn": "certificateArn",
        "regionalCertificateArn": "regionalCertificateArn",
        "securityPolicy": "securityPolicy",
        "endpointAccessMode": "endpointAccessMode",
        "ownershipVerificationCertificateArn": "ownershipVerificationCertificateArn",
        "routingMode": "routingMode",
    }
    patched: ClassVar[Mapping[str, str]] = {
        "certificateArn": "/certificateArn",
        "regionalCertificateArn": "/regionalCertificateArn",
        "securityPolicy": "/securityPolicy",
        "endpointAccessMode": "/endpointAccessMode",
        "ownershipVerificationCertificateArn": "/ownershipVerificationCertificateArn",
        "routingMode": "/routingMode",
    }
    inputs = frozenset({*names, "endpointConfiguration", "mutualTlsAuthentication", "policy", "region", "tags"})
    replaces = frozenset({"domainName", "region"})
    read_back = frozenset({"policy"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateDomainName; a private domain also has a domain name ID."""
        live = self.call(session, inputs, "create", **self.creating(session, inputs))
        identity = "/".join(filter(None, (inputs["domainName"], live.get("domainNameId"))))
        return identity, self.state(session, inputs, live)

    def target(self, identity: str, state: Mapping[str, Any]) -> Properties:
        """The name, and the ID of a private domain."""
        name, _, domain_id = identity.partition("/")
        return {"domainName": name, **({"domainNameId": domain_id} if domain_id else {})}

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, with the blocks and the policy in AWS's form."""
        arguments = super().arguments(inputs)
        if endpoint := inputs.get("endpointConfiguration"):
            address_type = renamed(endpoint, {"ipAddressType": "ipAddressType"})
            arguments["endpointConfiguration"] = {"types": [endpoint["types"]], **address_type}
        if inputs.get("mutualTlsAuthentication"):
            arguments["mutualTlsAuthentication"] = renamed(inputs["mutualTlsAuthentication"], _MUTUAL_TLS)
        if inputs.get("policy"):
            arguments["policy"] = document(inputs["policy"])
        return arguments

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """Certificates, TLS policy, endpoint type and policy change in place."""
        operations = super().operations(old, {**old, **new})
        before, after = (side.get("endpointConfiguration") or {} for side in (old, new))
        if after.get("types") not in (None, before.get("types")):
            operations.append(patches.replace(f"/endpointConfiguration/types/{before.get('types')}", after["types"]))
        if new.get("policy") is not None and old.get("policy") != new["policy"]:
            operations.append(patches.replace("/policy", document(new["policy"])))
        return operations + patches.replaced(
            old.get("mutualTlsAuthentication") or {},
            new.get("mutualTlsAuthentication") or {},
            {name: f"/mutualTlsAuthentication/{name}" for name in _MUTUAL_TLS},
        )

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The blocks, the policy as the program wrote it, and the target names for DNS records."""
        endpoint = live.get("endpointConfiguration") or {}
        return {
            "endpointConfiguration": {
                "types": (endpoint.get("types") or ["EDGE"])[0],
                **renamed(endpoint, {"ipAddressType": "ipAddressType"}),
            },
            "mutualTlsAuthentication": renamed(live.get("mutualTlsAuthentication") or {}, _MUTUAL_TLS) or None,
            "policy": kept_document(stated.get("policy"), live.get("policy")),
            "arn": live.get("domainNameArn") or self.arn(session, stated, f"/domainnames/{live['domainName']}"),
            "domainNameId": live.get("domainNameId"),
            "regionalDomainName": live.get("regionalDomainName"),
            "regionalZoneId": live.get("regionalHostedZoneId"),
            "cloudfrontDomainName": live.get("distributionDomainName"),
            "cloudfrontZoneId": live.get("distributionHostedZoneId"),
        }
