"""From a call's parameters to what they name, with API Gateway's words where it is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.apigateway.errors import invalid_input, not_found

if TYPE_CHECKING:
    from sandbox.apigateway.model.definition import Authorizer, Integration, Method, Model, RequestValidator, Resource
    from sandbox.apigateway.model.rest_api import RestApi
    from sandbox.apigateway.model.stage import Deployment, Stage
    from sandbox.apigateway.model.store import ApiGatewayStore
    from sandbox.control_plane.service import Call

_STATUS = re.compile(r"^[1-5]\d\d$")


def store_of(call: Call) -> ApiGatewayStore:
    """API Gateway of the caller's account in the call's Region."""
    return call.world.apigateway(call.account, call.region)


def api_of(call: Call) -> RestApi:
    """Raises NotFoundException, naming account and id; an id's case counts."""
    api_id = str(call.params["restApiId"])
    api = store_of(call).rest_apis.get(api_id)
    if api is None:
        message = f"Invalid API identifier specified {call.account}:{api_id}"
        raise not_found(message)
    return api


def resource_of(call: Call, member: str = "resourceId") -> Resource:
    """Raises NotFoundException; an unknown API is an unknown resource here, as on AWS."""
    api = store_of(call).rest_apis.get(str(call.params["restApiId"]))
    resource = api.definition.resources.get(str(call.params[member])) if api else None
    if resource is None:
        message = "Invalid Resource identifier specified"
        raise not_found(message)
    return resource


def method_of(call: Call) -> Method:
    """Raises NotFoundException."""
    method = resource_of(call).methods.get(str(call.params["httpMethod"]))
    if method is None:
        message = "Invalid Method identifier specified"
        raise not_found(message)
    return method


def integration_of(call: Call) -> Integration:
    """Raises NotFoundException."""
    resource = resource_of(call)
    method = resource.methods.get(str(call.params["httpMethod"]))
    if method is None:
        message = "Invalid Method identifier specified"
        raise not_found(message)
    if method.integration is None:
        message = "Invalid Integration identifier specified"
        raise not_found(message)
    return method.integration


def stage_of(call: Call) -> Stage:
    """Raises NotFoundException."""
    stage = api_of(call).stages.get(str(call.params["stageName"]))
    if stage is None:
        message = "Invalid stage identifier specified"
        raise not_found(message)
    return stage


def deployment_of(call: Call) -> Deployment:
    """Raises NotFoundException."""
    deployment = api_of(call).deployments.get(str(call.params["deploymentId"]))
    if deployment is None:
        message = "Invalid Deployment identifier specified"
        raise not_found(message)
    return deployment


def model_of(call: Call) -> Model:
    """Raises NotFoundException, naming the model."""
    api = store_of(call).rest_apis.get(str(call.params["restApiId"]))
    name = str(call.params["modelName"])
    model = api.definition.models.get(name) if api else None
    if model is None:
        message = f"Invalid model name specified: {name}"
        raise not_found(message)
    return model


def validator_of(call: Call) -> RequestValidator:
    """Raises NotFoundException."""
    api = store_of(call).rest_apis.get(str(call.params["restApiId"]))
    validator = api.definition.validators.get(str(call.params["requestValidatorId"])) if api else None
    if validator is None:
        message = "Invalid Request Validator identifier specified"
        raise not_found(message)
    return validator


def authorizer_of(call: Call) -> Authorizer:
    """Raises NotFoundException."""
    authorizer = api_of(call).definition.authorizers.get(str(call.params["authorizerId"]))
    if authorizer is None:
        message = "Invalid Authorizer identifier specified"
        raise not_found(message)
    return authorizer


def status_code(call: Call) -> str:
    """The `statusCode` of a call. Raises ValidationException for what is no HTTP status."""
    code = str(call.params.get("statusCode"))
    if not _STATUS.match(code):
        message = (
            f"1 validation error detected: Value '{code}' at 'statusCode' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [1-5]\d\d"
        )
        raise invalid_input(message)
    return code


def mapped_domains(store: ApiGatewayStore, api_id: str, stage: str | None = None) -> list[str]:
    """The custom domains that lead to an API, or to one stage of it."""
    return [
        domain.name
        for domain in store.domain_names.values()
        if any(one.api_id == api_id and stage in (None, one.stage) for one in domain.mappings.values())
    ]
