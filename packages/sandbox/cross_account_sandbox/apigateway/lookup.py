"""Look up what a call's parameters refer to; raises API Gateway's error if it does not exist."""

from __future__ import annotations

from cross_account_sandbox.apigateway.errors import must_exist
from cross_account_sandbox.apigateway.model.definition import (
    Authorizer,
    Integration,
    Method,
    Model,
    RequestValidator,
    Resource,
)
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.stage import Deployment, Stage
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.control_plane.service import Call


def store_of(call: Call) -> ApiGatewayStore:
    """Return API Gateway's store for the caller's account and the call's Region."""
    return call.world.apigateway(call.account, call.region)


def api_of(call: Call) -> RestApi:
    """Raises NotFoundException with the account and ID. IDs are case-sensitive."""
    wanted = f"{call.account}:{call.params['restApiId']}"
    return must_exist(_api_if_any(call), f"Invalid API identifier specified {wanted}")


def resource_of(call: Call, member: str = "resourceId") -> Resource:
    """Raises NotFoundException. As on AWS, an unknown API is reported as an unknown resource."""
    api = _api_if_any(call)
    resource = api.definition.resources.get(str(call.params[member])) if api else None
    return must_exist(resource, "Invalid Resource identifier specified")


def method_of(call: Call) -> Method:
    """Raises NotFoundException."""
    found = resource_of(call).methods.get(str(call.params["httpMethod"]))
    return must_exist(found, "Invalid Method identifier specified")


def integration_of(call: Call) -> Integration:
    """Raises NotFoundException."""
    return must_exist(method_of(call).integration, "Invalid Integration identifier specified")


def stage_of(call: Call) -> Stage:
    """Raises NotFoundException."""
    return must_exist(api_of(call).stages.get(str(call.params["stageName"])), "Invalid stage identifier specified")


def deployment_of(call: Call) -> Deployment:
    """Raises NotFoundException."""
    found = api_of(call).deployments.get(str(call.params["deploymentId"]))
    return must_exist(found, "Invalid Deployment identifier specified")


def model_of(call: Call) -> Model:
    """Raises NotFoundException with the name of the model."""
    api, name = _api_if_any(call), str(call.params["modelName"])
    return must_exist(api.definition.models.get(name) if api else None, f"Invalid model name specified: {name}")


def validator_of(call: Call) -> RequestValidator:
    """Raises NotFoundException."""
    api, validator = _api_if_any(call), str(call.params["requestValidatorId"])
    found = api.definition.validators.get(validator) if api else None
    return must_exist(found, "Invalid Request Validator identifier specified")


def authorizer_of(call: Call) -> Authorizer:
    """Raises NotFoundException."""
    found = api_of(call).definition.authorizers.get(str(call.params["authorizerId"]))
    return must_exist(found, "Invalid Authorizer identifier specified")


def _api_if_any(call: Call) -> RestApi | None:
    """Return the API or None, for items that AWS reports as missing even if it is the API that is missing."""
    return store_of(call).rest_apis.get(str(call.params["restApiId"]))


def mapped_domains(store: ApiGatewayStore, api_id: str, stage: str | None = None) -> list[str]:
    """Return the custom domains that are mapped to an API, or to one of its stages."""
    return [
        domain.name
        for domain in store.domain_names.values()
        if any(one.api_id == api_id and stage in (None, one.stage) for one in domain.mappings.values())
    ]
