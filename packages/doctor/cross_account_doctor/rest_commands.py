"""The commands for a REST API: members are changed by patch operations and take effect with a deployment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cross_account_doctor.authorizers import Authorizer
from cross_account_doctor.commands import Commands
from cross_account_doctor.routes import Route


class RestCommands(Commands):
    """Writes commands for one REST API."""

    def apigateway(self, operation: str, *words: str) -> str:
        """A command for this API."""
        return self.on_api("apigateway", operation, "--rest-api-id", self._api_id, *words)

    def deploy(self) -> tuple[str, ...]:
        """Deploy the edited API to the stage."""
        return (self.apigateway("create-deployment", "--stage-name", self._stage),)

    def set_uri(self, route: Route, uri: str) -> str:
        """Set the function of a route's integration."""
        return self.update_integration(route, uri=uri)

    def set_integration_timeout(self, route: Route, milliseconds: int) -> str:
        """Set the integration timeout of a route."""
        return self.update_integration(route, timeoutInMillis=str(milliseconds))

    def drop_credentials(self, route: Route) -> str:
        """Remove a route's role, so that API Gateway calls the function as a service."""
        return self.update_integration(route, credentials=None)

    def set_authorizer_uri(self, authorizer: Authorizer, uri: str) -> str:
        """Set the function of an authorizer."""
        words = ("--authorizer-id", authorizer.id, "--patch-operations", patch({"authorizerUri": uri}))
        return self.apigateway("update-authorizer", *words)

    def update_stage(self, values: Mapping[str, str | None]) -> str:
        """Set members of the stage by their patch path."""
        return self.apigateway("update-stage", "--stage-name", self._stage, "--patch-operations", patch(values))

    def update_integration(self, route: Route, **values: str | None) -> str:
        """Set members of a route's integration by their patch path; None removes one."""
        where = ("--resource-id", route.id, "--http-method", route.method)
        return self.apigateway("update-integration", *where, "--patch-operations", patch(values))


def patch(values: Mapping[str, str | None]) -> str:
    """Patch operations as JSON: `httpMethod` becomes the path `/httpMethod`; None removes."""
    operations: list[dict[str, Any]] = [
        {"op": "remove", "path": f"/{name}"} if value is None else {"op": "replace", "path": f"/{name}", "value": value}
        for name, value in values.items()
    ]
    return json.dumps(operations)
