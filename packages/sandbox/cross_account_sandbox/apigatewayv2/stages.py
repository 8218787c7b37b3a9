"""Stages of an HTTP API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request, conflict
from cross_account_sandbox.apigatewayv2 import deployments
from cross_account_sandbox.apigatewayv2.lookup import api_of, member, page_by_token, stage_of
from cross_account_sandbox.apigatewayv2.members import described, fields_of
from cross_account_sandbox.apigatewayv2.members import update as update_members
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpStage
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call

DEFAULT = "$default"
_NAME = re.compile(r"^(\$default|[A-Za-z0-9_-]{1,128})$")


def create(call: Call) -> dict[str, Any]:
    api, name = api_of(call), str(call.params.get("StageName", ""))
    if not _NAME.match(name):
        # Unconfirmed: the text for a stage name with characters that are not allowed. Reason: it is recorded for REST
        # APIs, which have no `$default`.
        raise bad_request("Stage name only allows a-zA-Z0-9_- and $default")
    if name in api.stages:
        raise conflict("Stage already exists")
    _check(call, api, call.params)
    stage = HttpStage(**fields_of(HttpStage, call.params))
    stage.default_route_settings = {"DetailedMetricsEnabled": False} | stage.default_route_settings
    api.stages[name] = stage
    if stage.auto_deploy:
        deployments.point(api, stage, deployments.deploy(api, auto=True))
    return describe(stage)


def get(call: Call) -> dict[str, Any]:
    return describe(stage_of(call))


def get_all(call: Call) -> dict[str, Any]:
    return page_by_token(call, [describe(stage) for stage in api_of(call).stages.values()])


def update(call: Call) -> dict[str, Any]:
    api, stage = api_of(call), stage_of(call)
    _check(call, api, call.params)
    deployed_by_itself = stage.auto_deploy
    update_members(stage, call.params, without=("stage_name", "tags"))
    stage.auto_deploy = bool(stage.auto_deploy)
    stage.default_route_settings = {"DetailedMetricsEnabled": False} | (stage.default_route_settings or {})
    stage.last_updated_date = utc_now()
    if stage.auto_deploy and not deployed_by_itself:
        deployments.point(api, stage, deployments.deploy(api, auto=True))
    return describe(stage)


def delete(call: Call) -> None:
    api, stage = api_of(call), stage_of(call)
    domains = [
        domain.name
        for domain in call.world.apigateway(call.account, call.region).domain_names.values()
        for mapping in domain.mappings.values()
        if (mapping.api_id, mapping.stage) == (api.api_id, stage.stage_name)
    ]
    if domains:
        names = ", ".join(sorted(set(domains)))
        raise bad_request(
            f"Deleting stage failed. Please remove all API mappings related to the stage in your domains: {names}"
        )
    del api.stages[stage.stage_name]


def delete_access_log_settings(call: Call) -> None:
    stage_of(call).access_log_settings = None


def delete_route_settings(call: Call) -> None:
    member(call, stage_of(call).route_settings, "RouteKey", "route settings")
    del stage_of(call).route_settings[str(call.params["RouteKey"])]


def describe(stage: HttpStage) -> dict[str, Any]:
    """Format a stage for a response, including empty maps, as AWS does."""
    return described(stage) | {
        "StageVariables": stage.stage_variables,
        "RouteSettings": stage.route_settings,
        "Tags": stage.tags,
    }


def _check(call: Call, api: HttpApi, params: Mapping[str, Any]) -> None:
    if params.get("DeploymentId"):
        if params.get("AutoDeploy"):
            # Unconfirmed: the text for a deployment ID of a stage with AutoDeploy. Reason: a report
            # (go-to-k/cdk-real-drift#667) blanks out the text after "this stage".
            raise bad_request("Deployment ID cannot be set on this stage because AutoDeploy is enabled.")
        member(call, api.deployments, "DeploymentId", "deployment")
    logs = params.get("AccessLogSettings")
    if logs and logs.get("DestinationArn") and not logs.get("Format"):
        # Unconfirmed: the text for access logs without a format. Reason: only the rule is documented.
        raise bad_request("Invalid access log settings: a format is required")
    if logs and logs.get("DestinationArn"):
        logs["DestinationArn"] = logs["DestinationArn"].removesuffix(":*")
