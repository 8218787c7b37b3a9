"""aws.apigatewayv2.Stage: the name under which an HTTP API answers; `$default` has no path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import api_execution_arn, dns_suffix
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.http_api import HttpGatewayHandler
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import live_tags, tags_all
from cross_account_sandbox.resources.values import given

_MEMBERS = {
    "autoDeploy": "AutoDeploy",
    "clientCertificateId": "ClientCertificateId",
    "deploymentId": "DeploymentId",
    "description": "Description",
    "stageVariables": "StageVariables",
}
_LOGS = {"destinationArn": "DestinationArn", "format": "Format"}
_ROUTE_SETTINGS = {
    "dataTraceEnabled": "DataTraceEnabled",
    "detailedMetricsEnabled": "DetailedMetricsEnabled",
    "loggingLevel": "LoggingLevel",
    "throttlingBurstLimit": "ThrottlingBurstLimit",
    "throttlingRateLimit": "ThrottlingRateLimit",
}
_DEFAULT_STAGE = "$default"


class HttpStage(HttpGatewayHandler):
    """A stage of an HTTP API. Its id is its name."""

    token = "aws:apigatewayv2/stage:Stage"  # noqa: S105
    inputs = frozenset(
        {*_MEMBERS, "accessLogSettings", "apiId", "defaultRouteSettings", "name", "region", "routeSettings", "tags"}
    )
    replaces = frozenset({"apiId", "name", "region"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = _arguments(inputs)
        if wanted := tags_all(session, inputs):
            arguments["Tags"] = wanted
        live = self.client(session, inputs).create_stage(ApiId=inputs["apiId"], StageName=inputs["name"], **arguments)
        return str(inputs["name"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetStage. Imported by `API-ID/STAGE`."""
        if "/" in identity:
            api, _, identity = identity.partition("/")
            state = {**state, "apiId": api}
        live = or_none(self.client(session, state).get_stage, ApiId=state["apiId"], StageName=identity)
        return None if live is None else self._state(session, {**state, "name": identity}, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The stage's name without the API's id."""
        del given
        return str(outputs["name"])

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateStage; logs and settings of routes that are gone are deleted by calls of their own."""
        client = self.client(session, new)
        target = {"ApiId": new["apiId"], "StageName": identity}
        if old.get("accessLogSettings") and not new.get("accessLogSettings"):
            client.delete_access_log_settings(**target)
        wanted = {entry["routeKey"] for entry in new.get("routeSettings") or []}
        for entry in old.get("routeSettings") or []:
            if entry["routeKey"] not in wanted:
                client.delete_route_settings(**target, RouteKey=entry["routeKey"])
        client.update_stage(**target, **_arguments(new))
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, client.get_stage(**target))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_stage, ApiId=state["apiId"], StageName=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        api, name, region = stated["apiId"], stated["name"], self.region(session, stated)
        execution = api_execution_arn(partition=session.partition, region=region, account=session.account, api_id=api)
        path = "/" if name == _DEFAULT_STAGE else f"/{name}"
        logs = live.get("AccessLogSettings") or {}
        return self.outputs(
            session,
            stated,
            {
                **{key: live.get(member) for key, member in _MEMBERS.items()},
                "description": live.get("Description") or None,
                "autoDeploy": live.get("AutoDeploy", False),
                "stageVariables": live.get("StageVariables") or None,
                "accessLogSettings": given(logs, {"DestinationArn": "destinationArn", "Format": "format"}) or None,
                "defaultRouteSettings": _settings(live.get("DefaultRouteSettings") or {}),
                "routeSettings": _route_settings(stated, live.get("RouteSettings") or {}),
                "arn": self.arn(session, stated, f"/apis/{api}/stages/{name}"),
                "executionArn": f"{execution}/{name}",
                "invokeUrl": f"https://{api}.execute-api.{region}.{dns_suffix(session.partition)}{path}",
                **live_tags(session, live.get("Tags"), stated),
            },
        )


def _arguments(inputs: Mapping[str, Any]) -> Properties:
    arguments = given(inputs, _MEMBERS)
    if inputs.get("accessLogSettings"):
        arguments["AccessLogSettings"] = given(inputs["accessLogSettings"], _LOGS)
    if inputs.get("defaultRouteSettings"):
        arguments["DefaultRouteSettings"] = given(inputs["defaultRouteSettings"], _ROUTE_SETTINGS)
    if inputs.get("routeSettings"):
        arguments["RouteSettings"] = {
            entry["routeKey"]: given(entry, _ROUTE_SETTINGS) for entry in inputs["routeSettings"]
        }
    return arguments


def _route_settings(stated: Mapping[str, Any], live: Mapping[str, Any]) -> list[Properties] | None:
    """Each route's, in the program's order."""
    keys = [entry["routeKey"] for entry in stated.get("routeSettings") or [] if entry["routeKey"] in live]
    keys += sorted(set(live) - set(keys))
    return [{"routeKey": key, **(_settings(live[key]) or {})} for key in keys] or None


def _settings(found: Mapping[str, Any]) -> Properties | None:
    """All of them, also those that the program leaves to AWS."""
    return {name: found[member] for name, member in _ROUTE_SETTINGS.items() if found.get(member) is not None} or None
