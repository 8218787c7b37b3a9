"""aws.apigateway.BasePathMapping: the path of a custom domain at which a stage is served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

#: API Gateway's name for the empty base path.
_NONE = "(none)"


class BasePathMapping(GatewayHandler):
    """A mapping. Its ID is `DOMAIN/BASE-PATH`, followed by `/DOMAIN-NAME-ID` for a private domain."""

    token = "aws:apigateway/basePathMapping:BasePathMapping"  # noqa: S105
    inputs = frozenset({"basePath", "domainName", "domainNameId", "region", "restApi", "stageName"})
    replaces = frozenset({"domainName", "domainNameId", "region"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        names = {"domainName": "domainName", "domainNameId": "domainNameId", "basePath": "basePath"}
        self.client(session, inputs).create_base_path_mapping(
            **renamed(inputs, {**names, "restApi": "restApiId", "stageName": "stage"})
        )
        parts = (inputs["domainName"], inputs.get("basePath") or "", inputs.get("domainNameId"))
        return "/".join(part for part in parts if part is not None), self.outputs(session, inputs, {})

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetBasePathMapping. The import ID is the resource's ID."""
        if not state.get("domainName"):
            domain, _, rest = identity.partition("/")
            base, _, domain_id = rest.partition("/")
            state = {**state, "domainName": domain, "basePath": base or None, "domainNameId": domain_id or None}
        live = or_none(self.client(session, state).get_base_path_mapping, **_target(state))
        if live is None:
            return None
        base = "" if live.get("basePath") == _NONE else live.get("basePath")
        found = {
            "restApi": live["restApiId"],
            "stageName": live.get("stage"),
            "basePath": base or state.get("basePath"),
        }
        return self.outputs(session, state, found)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateBasePathMapping: API, stage and path change in place."""
        operations = patches.replaced(
            old, new, {"basePath": "/basePath", "restApi": "/restapiId", "stageName": "/stage"}
        )
        if operations:
            self.client(session, new).update_base_path_mapping(**_target(old), patchOperations=operations)
        return self.outputs(session, new, {})

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_base_path_mapping, **_target(state))


def _target(state: Mapping[str, Any]) -> Properties:
    names = {"domainName": "domainName", "domainNameId": "domainNameId"}
    return {**renamed(state, names), "basePath": state.get("basePath") or _NONE}
