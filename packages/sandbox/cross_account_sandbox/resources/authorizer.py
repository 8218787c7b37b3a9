"""aws.apigateway.Authorizer: a function or user pool that authorizes requests before their integration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession


class Authorizer(GatewayRecord):
    """An authorizer of a REST API. Results are cached for `authorizerResultTtlInSeconds`, 300 by default."""

    token = "aws:apigateway/authorizer:Authorizer"  # noqa: S105
    kind = "authorizer"
    parameter = "authorizerId"
    parent = ("restApi", "restApiId")
    patched: ClassVar[Mapping[str, str]] = {
        "name": "/name",
        "type": "/type",
        "authorizerUri": "/authorizerUri",
        "authorizerCredentials": "/authorizerCredentials",
        "authorizerResultTtlInSeconds": "/authorizerResultTtlInSeconds",
        "identitySource": "/identitySource",
        "identityValidationExpression": "/identityValidationExpression",
    }
    names: ClassVar[Mapping[str, str]] = {**dict(zip(patched, patched, strict=True)), "providerArns": "providerARNs"}
    inputs = frozenset({*names, "region", "restApi"})
    replaces = frozenset({"region", "restApi"})
    auto_name = "name"
    defaults: ClassVar[Mapping[str, Any]] = {
        "type": "TOKEN",
        "authorizerResultTtlInSeconds": 300,
        "identitySource": "method.request.header.Authorization",
    }

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """User pools are added and removed one by one."""
        pools = patches.by_value("/providerARNs", old.get("providerArns"), new.get("providerArns"))
        return super().operations(old, new) + pools

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """GetAuthorizer omits default values and an empty identity source."""
        return {
            "authorizerResultTtlInSeconds": live.get("authorizerResultTtlInSeconds", 300),
            "identitySource": live.get("identitySource") or stated.get("identitySource"),
            "arn": self.arn(session, stated, f"/restapis/{stated['restApi']}/authorizers/{live['id']}"),
        }
