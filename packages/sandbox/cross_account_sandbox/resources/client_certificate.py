"""aws.apigateway.ClientCertificate: the certificate that API Gateway presents to HTTP backends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import date


class ClientCertificate(GatewayRecord):
    """A certificate that AWS generates."""

    token = "aws:apigateway/clientCertificate:ClientCertificate"  # noqa: S105
    kind = "client_certificate"
    creation = "generate"
    parameter = member = "clientCertificateId"
    names: ClassVar[Mapping[str, str]] = {"description": "description"}
    patched: ClassVar[Mapping[str, str]] = {"description": "/description"}
    inputs = frozenset({"description", "region", "tags"})
    replaces = frozenset({"region"})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The certificate, its ARN and its dates."""
        return {
            "description": live.get("description") or None,
            "arn": self.arn(session, stated, f"/clientcertificates/{live['clientCertificateId']}"),
            "createdDate": date(live.get("createdDate")),
            "expirationDate": date(live.get("expirationDate")),
            "pemEncodedCertificate": live.get("pemEncodedCertificate"),
        }
