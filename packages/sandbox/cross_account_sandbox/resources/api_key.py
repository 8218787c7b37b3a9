"""aws.apigateway.ApiKey: a value that clients send as `x-api-key`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import date


class ApiKey(GatewayRecord):
    """An API key. Its value is secret."""

    token = "aws:apigateway/apiKey:ApiKey"  # noqa: S105
    kind = "api_key"
    parameter = "apiKey"
    names: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "customerId": "customerId",
        "description": "description",
        "enabled": "enabled",
        "value": "value",
    }
    patched: ClassVar[Mapping[str, str]] = {
        "name": "/name",
        "customerId": "/customerId",
        "description": "/description",
        "enabled": "/enabled",
    }
    inputs = frozenset({*names, "region", "tags"})
    replaces = frozenset({"region", "value"})
    auto_name = "name"
    secrets = frozenset({"value"})
    defaults: ClassVar[Mapping[str, Any]] = {"enabled": True, "description": "Managed by Pulumi"}

    def call(self, session: ProviderSession, state: Mapping[str, Any], verb: str, **arguments: Any) -> Any:
        """GetApiKey returns the value only if `includeValue` is set."""
        return super().call(session, state, verb, **arguments, **({"includeValue": True} if verb == "get" else {}))

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The ARN and the dates."""
        return {
            "arn": self.arn(session, stated, f"/apikeys/{live['id']}"),
            "createdDate": date(live.get("createdDate")),
            "lastUpdatedDate": date(live.get("lastUpdatedDate")),
        }
