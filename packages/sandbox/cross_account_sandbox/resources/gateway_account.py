"""aws.apigateway.Account: the CloudWatch role of API Gateway, one per account and Region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession


class Account(GatewayHandler):
    """Without this role, AWS rejects a stage with logging. Its ID is the account ID."""

    token = "aws:apigateway/account:Account"  # noqa: S105
    inputs = frozenset({"cloudwatchRoleArn", "region"})
    replaces = frozenset({"region"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        return session.account, self._put(session, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetAccount. The resource always exists."""
        return self._state(session, state, self.client(session, state).get_account())

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        return self._put(session, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Remove the role with a patch to an empty value."""
        self.client(session, state).update_account(patchOperations=[patches.replace("/cloudwatchRoleArn", "")])

    def _put(self, session: ProviderSession, inputs: Properties) -> Properties:
        role = patches.replace("/cloudwatchRoleArn", inputs.get("cloudwatchRoleArn"))
        return self._state(session, inputs, self.client(session, inputs).update_account(patchOperations=[role]))

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        throttle = live.get("throttleSettings") or {}
        return self.outputs(
            session,
            stated,
            {
                "cloudwatchRoleArn": live.get("cloudwatchRoleArn") or None,
                "apiKeyVersion": live.get("apiKeyVersion"),
                "features": live.get("features") or [],
                "throttleSettings": [throttle] if throttle else [],
            },
        )
