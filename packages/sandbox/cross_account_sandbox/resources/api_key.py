"""aws.apigateway.ApiKey: a value that clients send as `x-api-key`."""

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

_CREATE = {
    "name": "name",
    "customerId": "customerId",
    "description": "description",
    "enabled": "enabled",
    "value": "value",
}


class ApiKey(GatewayHandler):
    """A key. Its value is secret."""

    token = "aws:apigateway/apiKey:ApiKey"  # noqa: S105
    inputs = frozenset({*_CREATE, "region", "tags"})
    replaces = frozenset({"region", "value"})
    auto_name = "name"
    secrets = frozenset({"value"})

    def check(self, inputs: Mapping[str, Any]) -> Properties:
        """Adds the provider's defaults."""
        return {"enabled": True, "description": "Managed by Pulumi", **super().check(inputs)}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = given(inputs, _CREATE)
        if wanted := tags_all(session, inputs):
            arguments["tags"] = wanted
        client = self.client(session, inputs)
        identity = str(client.create_api_key(**arguments)["id"])
        return identity, self._state(session, inputs, client.get_api_key(apiKey=identity, includeValue=True))

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetApiKey with its value."""
        live = or_none(self.client(session, state).get_api_key, apiKey=identity, includeValue=True)
        return None if live is None else self._state(session, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        client = self.client(session, new)
        paths = {name: f"/{name}" for name in _CREATE if name != "value"}
        if operations := patches.replaced(old, new, paths):
            client.update_api_key(apiKey=identity, patchOperations=operations)
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, client.get_api_key(apiKey=identity, includeValue=True))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_api_key, apiKey=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        return self.outputs(
            session,
            stated,
            {
                **{name: live.get(key) for name, key in _CREATE.items()},
                "arn": self.arn(session, stated, f"/apikeys/{live['id']}"),
                "createdDate": date(live.get("createdDate")),
                "lastUpdatedDate": date(live.get("lastUpdatedDate")),
                **live_tags(session, live.get("tags"), stated),
            },
        )
