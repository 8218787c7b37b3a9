"""Deployments: snapshots of an HTTP API, created by a call or, for stages with AutoDeploy, by every change."""

from __future__ import annotations

import copy
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.identifiers import SHORT, new_id
from cross_account_sandbox.apigatewayv2.lookup import api_of, member, page_by_token, stage_of
from cross_account_sandbox.apigatewayv2.members import described
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpDeployment, HttpSnapshot, HttpStage
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call


def deploy(api: HttpApi, *, description: str | None = None, auto: bool = False) -> HttpDeployment:
    """Take a snapshot of the API's current definition."""
    snapshot = HttpSnapshot(
        routes=copy.deepcopy(api.routes),
        integrations=copy.deepcopy(api.integrations),
        authorizers=copy.deepcopy(api.authorizers),
        cors_configuration=copy.deepcopy(api.cors_configuration),
        disable_execute_api_endpoint=api.disable_execute_api_endpoint,
    )
    deployment = HttpDeployment(
        deployment_id=new_id(SHORT, taken=api.deployments),
        snapshot=snapshot,
        description=description
        or ("Automatic deployment triggered by changes to the Api configuration" if auto else None),
        auto_deployed=auto,
    )
    api.deployments[deployment.deployment_id] = deployment
    return deployment


def changed(api: HttpApi) -> None:
    """Deploy a changed API immediately to its stages with AutoDeploy."""
    stages = [stage for stage in api.stages.values() if stage.auto_deploy]
    if stages:
        deployment = deploy(api, auto=True)
        for stage in stages:
            point(api, stage, deployment)


def point(api: HttpApi, stage: HttpStage, deployment: HttpDeployment) -> None:
    """Let a stage serve a deployment, and delete automatic deployments that no stage serves anymore."""
    before = api.deployments.get(stage.deployment_id or "")
    stage.deployment_id = deployment.deployment_id
    stage.last_updated_date = utc_now()
    if deployment.auto_deployed:
        stage.last_deployment_status_message = (
            f"Successfully deployed stage with deployment ID '{deployment.deployment_id}'"
        )
    used = {each.deployment_id for each in api.stages.values()}
    if before is not None and before.auto_deployed and before.deployment_id not in used:
        del api.deployments[before.deployment_id]


def create(call: Call) -> dict[str, Any]:
    api = api_of(call)
    stage = stage_of(call) if call.params.get("StageName") else None
    if not api.routes:
        raise bad_request("At least one route is required before deploying the Api.")
    if stage is not None and stage.auto_deploy:
        # Unconfirmed: the text for a deployment to a stage with AutoDeploy. Reason: no AWS page shows it.
        raise bad_request("Stage has auto deploy enabled, and cannot be deployed by hand.")
    deployment = deploy(api, description=call.params.get("Description"))
    if stage is not None:
        point(api, stage, deployment)
    return _describe(deployment)


def get(call: Call) -> dict[str, Any]:
    return _describe(_named(call))


def get_all(call: Call) -> dict[str, Any]:
    return page_by_token(call, [_describe(deployment) for deployment in api_of(call).deployments.values()])


def update(call: Call) -> dict[str, Any]:
    deployment = _named(call)
    if "Description" in call.params:
        deployment.description = call.params["Description"] or None
    return _describe(deployment)


def delete(call: Call) -> None:
    api, deployment = api_of(call), _named(call)
    if any(stage.deployment_id == deployment.deployment_id for stage in api.stages.values()):
        raise bad_request("Active stages pointing to this deployment must be moved or deleted first")
    del api.deployments[deployment.deployment_id]


def _named(call: Call) -> HttpDeployment:
    return member(call, api_of(call).deployments, "DeploymentId", "deployment")


def _describe(deployment: HttpDeployment) -> dict[str, Any]:
    return described(deployment, without=("snapshot",))
