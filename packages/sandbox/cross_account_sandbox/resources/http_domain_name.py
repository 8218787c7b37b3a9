"""aws.apigatewayv2.DomainName: a custom domain through API Gateway's second version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.http_api import HttpGatewayHandler
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import live_tags, tags_all
from cross_account_sandbox.resources.values import given

_CONFIGURATION = {
    "certificateArn": "CertificateArn",
    "endpointType": "EndpointType",
    "securityPolicy": "SecurityPolicy",
    "ipAddressType": "IpAddressType",
    "ownershipVerificationCertificateArn": "OwnershipVerificationCertificateArn",
}
_COMPUTED = {"targetDomainName": "ApiGatewayDomainName", "hostedZoneId": "HostedZoneId"}


class HttpDomainName(HttpGatewayHandler):
    """A Regional custom domain. Its id is its name."""

    token = "aws:apigatewayv2/domainName:DomainName"  # noqa: S105
    inputs = frozenset({"domainName", "domainNameConfiguration", "region", "routingMode", "tags"})
    replaces = frozenset({"domainName", "region"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = _arguments(inputs)
        if wanted := tags_all(session, inputs):
            arguments["Tags"] = wanted
        live = self.client(session, inputs).create_domain_name(DomainName=inputs["domainName"], **arguments)
        return str(inputs["domainName"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        live = or_none(self.client(session, state).get_domain_name, DomainName=identity)
        return None if live is None else self._state(session, {**state, "domainName": identity}, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        client = self.client(session, new)
        client.update_domain_name(DomainName=identity, **_arguments(new))
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, client.get_domain_name(DomainName=identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_domain_name, DomainName=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        configuration = (live.get("DomainNameConfigurations") or [{}])[0]
        block = {name: configuration.get(key) for name, key in {**_CONFIGURATION, **_COMPUTED}.items()}
        return self.outputs(
            session,
            stated,
            {
                "domainNameConfiguration": {name: value for name, value in block.items() if value is not None},
                "apiMappingSelectionExpression": live.get("ApiMappingSelectionExpression"),
                "arn": self.arn(session, stated, f"/domainnames/{stated['domainName']}"),
                **live_tags(session, live.get("Tags"), stated),
            },
        )


def _arguments(inputs: Mapping[str, Any]) -> Properties:
    arguments: Properties = {"DomainNameConfigurations": [given(inputs["domainNameConfiguration"], _CONFIGURATION)]}
    return arguments | given(inputs, {"routingMode": "RoutingMode"})
