"""aws.apigatewayv2.DomainName: a custom domain, created with version 2 of API Gateway's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import HttpGatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_CONFIGURATION = {
    "certificateArn": "CertificateArn",
    "endpointType": "EndpointType",
    "securityPolicy": "SecurityPolicy",
    "ipAddressType": "IpAddressType",
    "ownershipVerificationCertificateArn": "OwnershipVerificationCertificateArn",
}
_COMPUTED = {"targetDomainName": "ApiGatewayDomainName", "hostedZoneId": "HostedZoneId"}


class HttpDomainName(HttpGatewayRecord):
    """A Regional custom domain. Its ID is its name."""

    token = "aws:apigatewayv2/domainName:DomainName"  # noqa: S105
    kind = "domain_name"
    parameter = member = "DomainName"
    names: ClassVar[Mapping[str, str]] = {"domainName": "DomainName", "routingMode": "RoutingMode"}
    inputs = frozenset({*names, "domainNameConfiguration", "region", "tags"})
    replaces = frozenset({"domainName", "region"})

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, with the single configuration as a list."""
        configuration = renamed(inputs["domainNameConfiguration"], _CONFIGURATION)
        return super().arguments(inputs) | {"DomainNameConfigurations": [configuration]}

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The configuration as a block, with the target names for DNS records."""
        configuration = (live.get("DomainNameConfigurations") or [{}])[0]
        block = {name: configuration.get(key) for name, key in {**_CONFIGURATION, **_COMPUTED}.items()}
        return {
            "domainNameConfiguration": {name: value for name, value in block.items() if value is not None},
            "routingMode": stated.get("routingMode"),
            "apiMappingSelectionExpression": live.get("ApiMappingSelectionExpression"),
            "arn": self.arn(session, stated, f"/domainnames/{live['DomainName']}"),
        }
