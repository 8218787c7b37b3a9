"""aws.apigateway.DomainName: a custom domain, public or (with a policy and an id) private."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import live_tags, tags_all
from cross_account_sandbox.resources.values import document, given, kept_document

_CREATE = {
    "domainName": "domainName",
    "certificateArn": "certificateArn",
    "regionalCertificateArn": "regionalCertificateArn",
    "securityPolicy": "securityPolicy",
    "endpointAccessMode": "endpointAccessMode",
    "ownershipVerificationCertificateArn": "ownershipVerificationCertificateArn",
    "routingMode": "routingMode",
}
_PATCHED = {name: f"/{name}" for name in _CREATE if name != "domainName"}
_MUTUAL_TLS = {"truststoreUri": "truststoreUri", "truststoreVersion": "truststoreVersion"}


class DomainName(GatewayHandler):
    """A custom domain name. Its id is the name; a private one's is `NAME/DOMAIN-NAME-ID`."""

    token = "aws:apigateway/domainName:DomainName"  # noqa: S105
    inputs = frozenset({*_CREATE, "endpointConfiguration", "mutualTlsAuthentication", "policy", "region", "tags"})
    replaces = frozenset({"domainName", "region"})
    read_back = frozenset({"policy"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = given(inputs, _CREATE)
        if endpoint := inputs.get("endpointConfiguration"):
            address_type = given(endpoint, {"ipAddressType": "ipAddressType"})
            arguments["endpointConfiguration"] = {"types": [endpoint["types"]], **address_type}
        if inputs.get("mutualTlsAuthentication"):
            arguments["mutualTlsAuthentication"] = given(inputs["mutualTlsAuthentication"], _MUTUAL_TLS)
        if inputs.get("policy"):
            arguments["policy"] = document(inputs["policy"])
        if wanted := tags_all(session, inputs):
            arguments["tags"] = wanted
        live = self.client(session, inputs).create_domain_name(**arguments)
        identity = "/".join(filter(None, (inputs["domainName"], live.get("domainNameId"))))
        return identity, self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        live = or_none(self.client(session, state).get_domain_name, **_target(identity))
        return None if live is None else self._state(session, {**state, **_target(identity)}, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateDomainName: certificates, TLS policy, endpoint type and policy change in place."""
        client = self.client(session, new)
        operations = patches.replaced(old, {**old, **new}, _PATCHED)
        before, after = (side.get("endpointConfiguration") or {} for side in (old, new))
        if after.get("types") not in (None, before.get("types")):
            operations.append(patches.replace(f"/endpointConfiguration/types/{before.get('types')}", after["types"]))
        if new.get("policy") is not None and old.get("policy") != new["policy"]:
            operations.append(patches.replace("/policy", document(new["policy"])))
        operations += patches.replaced(
            old.get("mutualTlsAuthentication") or {},
            new.get("mutualTlsAuthentication") or {},
            {name: f"/mutualTlsAuthentication/{name}" for name in _MUTUAL_TLS},
        )
        if operations:
            client.update_domain_name(**_target(identity), patchOperations=operations)
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, client.get_domain_name(**_target(identity)))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_domain_name, **_target(identity))

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        name = stated["domainName"]
        endpoint = live.get("endpointConfiguration") or {}
        flat = {"types": (endpoint.get("types") or ["EDGE"])[0], **given(endpoint, {"ipAddressType": "ipAddressType"})}
        found: Properties = {key: live.get(aws) for key, aws in _CREATE.items()}
        mutual = live.get("mutualTlsAuthentication") or {}
        return self.outputs(
            session,
            stated,
            {
                **found,
                "endpointConfiguration": flat,
                "mutualTlsAuthentication": given(mutual, _MUTUAL_TLS) or None,
                "policy": kept_document(stated.get("policy"), live.get("policy")),
                "arn": live.get("domainNameArn") or self.arn(session, stated, f"/domainnames/{name}"),
                "domainNameId": live.get("domainNameId"),
                "regionalDomainName": live.get("regionalDomainName"),
                "regionalZoneId": live.get("regionalHostedZoneId"),
                "cloudfrontDomainName": live.get("distributionDomainName"),
                "cloudfrontZoneId": live.get("distributionHostedZoneId"),
                **live_tags(session, live.get("tags"), stated),
            },
        )


def _target(identity: str) -> dict[str, str]:
    name, _, domain_id = identity.partition("/")
    return {"domainName": name, **({"domainNameId": domain_id} if domain_id else {})}
