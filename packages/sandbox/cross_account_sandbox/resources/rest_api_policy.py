"""aws.apigateway.RestApiPolicy: the resource policy of an API, as its own resource."""

from __future__ import annotations

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler, unescaped
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import document, kept_document


class RestApiPolicy(GatewayHandler):
    """The policy that determines who can call a REST API. Its ID is the API's ID."""

    token = "aws:apigateway/restApiPolicy:RestApiPolicy"  # noqa: S105
    inputs = frozenset({"policy", "region", "restApiId"})
    replaces = frozenset({"region", "restApiId"})
    read_back = frozenset({"policy"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """UpdateRestApi with the policy."""
        return str(inputs["restApiId"]), self._put(session, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """The API's policy; None when it has none."""
        live = or_none(self.client(session, state).get_rest_api, restApiId=identity)
        policy = unescaped(live.get("policy")) if live else None
        if policy is None:
            return None
        return self.outputs(
            session, {**state, "restApiId": identity}, {"policy": kept_document(state.get("policy"), policy)}
        )

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateRestApi with the new policy."""
        return self._put(session, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Remove the API's policy."""
        or_none(
            self.client(session, state).update_rest_api,
            restApiId=identity,
            patchOperations=[patches.replace("/policy", "")],
        )

    def _put(self, session: ProviderSession, inputs: Properties) -> Properties:
        live = self.client(session, inputs).update_rest_api(
            restApiId=inputs["restApiId"], patchOperations=[patches.replace("/policy", document(inputs["policy"]))]
        )
        policy = kept_document(inputs["policy"], unescaped(live.get("policy")))
        return self.outputs(session, inputs, {"policy": policy})
