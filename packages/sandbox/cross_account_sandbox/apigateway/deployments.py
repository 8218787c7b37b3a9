"""Deployments: deep snapshots of an API's definition. They never serve later edits."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.lookup import api_of, deployment_of
from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.stage import Deployment
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import PatchTable, Wording, optional
from cross_account_sandbox.apigateway.stages import move_stage, new_stage, refuse_canary
from cross_account_sandbox.control_plane.service import Call, Operation


def create_deployment(call: Call) -> dict[str, Any]:
    """CreateDeployment: with a stage name, also create that stage or move it to the new deployment.

    Raises BadRequestException for an API without methods, a method without an integration, and a private API without a
    resource policy.
    """
    api, params = api_of(call), call.params
    refuse_canary(params)
    _check_deployable(api)
    deployment = Deployment(
        id=new_id(taken=api.deployments),
        definition=copy.deepcopy(api.definition),
        description=params.get("description"),
    )
    name = params.get("stageName")
    if name and name in api.stages:
        move_stage(api.stages[name], deployment.id, params)
    elif name:
        # Create the stage before storing the deployment: a refused name must leave nothing behind.
        stage = new_stage(api, {**params, "description": params.get("stageDescription")}, deployment.id)
        api.stages[stage.name] = stage
    api.deployments[deployment.id] = deployment
    if name:
        api.stages_changed()
    return _shown(deployment)


def get_deployment(call: Call) -> dict[str, Any]:
    """GetDeployment: `embed=apisummary` adds a summary of each method."""
    deployment = deployment_of(call)
    answer = _shown(deployment)
    if "apisummary" in (call.params.get("embed") or []):
        answer["apiSummary"] = _summary(deployment.definition)
    return answer


def get_deployments(call: Call) -> dict[str, Any]:
    return page_by_position([_shown(deployment) for deployment in api_of(call).deployments.values()], call.params)


def update_deployment(call: Call) -> dict[str, Any]:
    """UpdateDeployment: change the description, never the snapshot."""
    deployment = deployment_of(call)
    _PATCHES.apply(deployment, call.params.get("patchOperations"), draft_of=copy.copy)
    return _shown(deployment)


def delete_deployment(call: Call) -> None:
    """DeleteDeployment. Raises BadRequestException if a stage points to it."""
    api, deployment = api_of(call), deployment_of(call)
    if any(stage.deployment_id == deployment.id for stage in api.stages.values()):
        raise bad_request("Active stages pointing to this deployment must be moved or deleted")
    del api.deployments[deployment.id]


def _check_deployable(api: RestApi) -> None:
    methods = [method for resource in api.definition.resources.values() for method in resource.methods.values()]
    if not methods:
        raise bad_request("The REST API doesn't contain any methods")
    if any(method.integration is None for method in methods):
        raise bad_request("No integration defined for method")
    if api.definition.endpoint_types == ["PRIVATE"] and api.definition.policy is None:
        raise bad_request("Private REST API doesn't have a resource policy attached to it")


def _shown(deployment: Deployment) -> dict[str, Any]:
    return not_none(id=deployment.id, description=filled(deployment.description), createdDate=deployment.created)


def _summary(definition: Definition) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        resource.path: {
            verb: {"authorizationType": method.authorization_type, "apiKeyRequired": method.api_key_required}
            for verb, method in resource.methods.items()
        }
        for resource in definition.resources.values()
        if resource.methods
    }


_PATCHES = PatchTable[Deployment](
    {"/description": optional("description")},
    Wording.LISTING,
)

OPERATIONS: Mapping[str, Operation] = {
    "CreateDeployment": create_deployment,
    "DeleteDeployment": delete_deployment,
    "GetDeployment": get_deployment,
    "GetDeployments": get_deployments,
    "UpdateDeployment": update_deployment,
}
