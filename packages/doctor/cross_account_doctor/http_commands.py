"""The commands for an HTTP API: members are set by options, and most stages serve a change immediately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cross_account_doctor.authorizers import Authorizer
from cross_account_doctor.commands import Commands
from cross_account_doctor.routes import Route
from cross_account_doctor.target import Target

if TYPE_CHECKING:
    from cross_account_doctor.accounts import Accounts


class HttpCommands(Commands):
    """Writes commands for one HTTP API."""

    def __init__(self, target: Target, region: str, accounts: Accounts, *, auto_deploy: bool) -> None:
        super().__init__(target, region, accounts)
        self._auto_deploy = auto_deploy

    def apigateway(self, operation: str, *words: str) -> str:
        """A command for this API."""
        return self.on_api("apigatewayv2", operation, "--api-id", self._api_id, *words)

    def deploy(self) -> tuple[str, ...]:
        """Deploy the edited API to the stage; no command if the stage deploys automatically."""
        if self._auto_deploy:
            return ()
        return (self.apigateway("create-deployment", "--stage-name", self._stage),)

    def set_uri(self, route: Route, uri: str) -> str:
        """Set the function of a route's integration, which other routes may share."""
        return self._update_integration(route, "--integration-uri", uri)

    def set_integration_timeout(self, route: Route, milliseconds: int) -> str:
        """Set the integration timeout of a route."""
        return self._update_integration(route, "--timeout-in-millis", str(milliseconds))

    def drop_credentials(self, route: Route) -> str:
        """Remove a route's role, so that API Gateway calls the function as a service."""
        return self._update_integration(route, "--credentials-arn", "")

    def set_authorizer_uri(self, authorizer: Authorizer, uri: str) -> str:
        """Set the function of an authorizer."""
        return self.apigateway("update-authorizer", "--authorizer-id", authorizer.id, "--authorizer-uri", uri)

    def update_stage(self, *words: str) -> str:
        """Set members of the stage."""
        return self.apigateway("update-stage", "--stage-name", self._stage, *words)

    def _update_integration(self, route: Route, *words: str) -> str:
        integration = route.integration.id if route.integration else ""
        return self.apigateway("update-integration", "--integration-id", integration, *words)
