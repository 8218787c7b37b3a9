"""aws.apigateway.ClientCertificate: what API Gateway shows to HTTP backends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import live_tags, tags_all
from cross_account_sandbox.resources.values import date, given


class ClientCertificate(GatewayHandler):
    """A certificate that AWS makes."""

    token = "aws:apigateway/clientCertificate:ClientCertificate"  # noqa: S105
    inputs = frozenset({"description", "region", "tags"})
    replaces = frozenset({"region"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = given(inputs, {"description": "description"})
        if wanted := tags_all(session, inputs):
            arguments["tags"] = wanted
        live = self.client(session, inputs).generate_client_certificate(**arguments)
        return str(live["clientCertificateId"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        live = or_none(self.client(session, state).get_client_certificate, clientCertificateId=identity)
        return None if live is None else self._state(session, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateClientCertificate: its description."""
        client = self.client(session, new)
        if operations := patches.replaced(old, new, {"description": "/description"}):
            client.update_client_certificate(clientCertificateId=identity, patchOperations=operations)
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, client.get_client_certificate(clientCertificateId=identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_client_certificate, clientCertificateId=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        return self.outputs(
            session,
            stated,
            {
                "description": live.get("description") or None,
                "arn": self.arn(session, stated, f"/clientcertificates/{live['clientCertificateId']}"),
                "createdDate": date(live.get("createdDate")),
                "expirationDate": date(live.get("expirationDate")),
                "pemEncodedCertificate": live.get("pemEncodedCertificate"),
                **live_tags(session, live.get("tags"), stated),
            },
        )
