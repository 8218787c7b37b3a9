"""aws.apigatewayv2.Stage: a stage at which an HTTP API is served; `$default` has no path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from aws_rules.arns import dns_suffix
from cross_account_sandbox.resources.gateway import HttpGatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_LOGS = {"destinationArn": "DestinationArn", "format": "Format"}
_ROUTE_SETTINGS = {
    "dataTraceEnabled": "DataTraceEnabled",
    "detailedMetricsEnabled": "DetailedMetricsEnabled",
    "loggingLevel": "LoggingLevel",
    "throttlingBurstLimit": "ThrottlingBurstLimit",
    "throttlingRateLimit": "ThrottlingRateLimit",
}
_DEFAULT_STAGE = "$default"


class HttpStage(HttpGatewayRecord):
    """A stage of an HTTP API. Its ID is its name."""

    token = "aws:apigatewayv2/stage:Stage"  # noqa: S105
    kind = "stage"
    parameter = member = "StageName"
    parent = ("apiId", "ApiId")
    names: ClassVar[Mapping[str, str]] = {
        "name": "StageName",
        "autoDeploy": "AutoDeploy",
        "clientCertificateId": "ClientCertificateId",
        "deploymentId": "DeploymentId",
        "description": "Description",
        "stageVariables": "StageVariables",
    }
    inputs = frozenset(
        {*names, "accessLogSettings", "apiId", "defaultRouteSettings", "region", "routeSettings", "tags"}
    )
    replaces = frozenset({"apiId", "name", "region"})
    auto_name = "name"

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, with the blocks for logs and routes."""
        arguments = super().arguments(inputs)
        if inputs.get("accessLogSettings"):
            arguments["AccessLogSettings"] = renamed(inputs["accessLogSettings"], _LOGS)
        if inputs.get("defaultRouteSettings"):
            arguments["DefaultRouteSettings"] = renamed(inputs["defaultRouteSettings"], _ROUTE_SETTINGS)
        if inputs.get("routeSettings"):
            arguments["RouteSettings"] = {
                entry["routeKey"]: renamed(entry, _ROUTE_SETTINGS) for entry in inputs["routeSettings"]
            }
        return arguments

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """UpdateStage; removing logs and route settings requires separate calls."""
        client, target = self.client(session, new), self.target(identity, new)
        if old.get("accessLogSettings") and not new.get("accessLogSettings"):
            client.delete_access_log_settings(**target)
        wanted = {entry["routeKey"] for entry in new.get("routeSettings") or []}
        for entry in old.get("routeSettings") or []:
            if entry["routeKey"] not in wanted:
                client.delete_route_settings(**target, RouteKey=entry["routeKey"])
        super().change(session, identity, old, new)

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The blocks, the ARNs and the URL."""
        api, name, region = stated["apiId"], live["StageName"], self.region(session, stated)
        path = "/" if name == _DEFAULT_STAGE else f"/{name}"
        logs = live.get("AccessLogSettings") or {}
        return {
            "description": live.get("Description") or None,
            "autoDeploy": live.get("AutoDeploy", False),
            "stageVariables": live.get("StageVariables") or None,
            "accessLogSettings": renamed(logs, {"DestinationArn": "destinationArn", "Format": "format"}) or None,
            "defaultRouteSettings": _settings(live.get("DefaultRouteSettings") or {}),
            "routeSettings": _route_settings(stated, live.get("RouteSettings") or {}),
            "arn": self.arn(session, stated, f"/apis/{api}/stages/{name}"),
            "executionArn": f"{self.execution_arn(session, stated, api)}/{name}",
            "invokeUrl": f"https://{api}.execute-api.{region}.{dns_suffix(session.partition)}{path}",
        }


def _route_settings(stated: Mapping[str, Any], live: Mapping[str, Any]) -> list[Properties] | None:
    """The settings of each route, in the program's order."""
    keys = [entry["routeKey"] for entry in stated.get("routeSettings") or [] if entry["routeKey"] in live]
    keys += sorted(set(live) - set(keys))
    return [{"routeKey": key, **(_settings(live[key]) or {})} for key in keys] or None


def _settings(found: Mapping[str, Any]) -> Properties | None:
    """All settings, including those that the program omits."""
    return {name: found[member] for name, member in _ROUTE_SETTINGS.items() if found.get(member) is not None} or None
