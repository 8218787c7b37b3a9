"""Stages: named references to a deployment, with their own variables, logs and limits."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from aws_rules.arns import partition_of_region
from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request, conflict, not_found, too_many
from cross_account_sandbox.apigateway.lookup import api_of, mapped_domains, stage_of, store_of
from cross_account_sandbox.apigateway.method_settings import is_setting_path, patch_setting, shown_setting
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.stage import Stage
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.apigateway.patch import truth
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call, Operation
from cross_account_sandbox.control_plane.web_acls import web_acl_of

#: Stages per API (developer guide, API Gateway quotas).
MOST_STAGES = 10
_NAME = re.compile(r"^[A-Za-z0-9_-]{1,128}$")
_VARIABLE_VALUE = re.compile(r"^[A-Za-z0-9\-._~:/?#&=,]*$")
_VARIABLE_NAME = re.compile(r"^[A-Za-z0-9_]+$")
_NO_ROLE = "CloudWatch Logs role ARN must be set in account settings to enable logging"
_PATHS = (
    "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, "
    "/accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, "
    "/{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, "
    "/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit"
    "/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, "
    "/{resourcePath}/{httpMethod}/caching/dataEncrypted, "
    "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, "
    "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, "
    "/*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit "
    "/*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, "
    "/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, "
    "/variables/{variable_name}, /tracingEnabled"
)


def create_stage(call: Call) -> dict[str, Any]:
    """CreateStage. Raises ConflictException if the name is taken."""
    api, params = api_of(call), call.params
    refuse_canary(params)
    if params["stageName"] in api.stages:
        raise conflict("Stage already exists")
    deployment_id = str(params.get("deploymentId") or "")
    if deployment_id not in api.deployments:
        raise bad_request("Deployment id does not exist")
    stage = new_stage(api, params, deployment_id)
    api.stages[stage.name] = stage
    api.stages_changed()
    return shown_stage(api_of(call), stage)


def get_stage(call: Call) -> dict[str, Any]:
    return shown_stage(api_of(call), stage_of(call))


def get_stages(call: Call) -> dict[str, Any]:
    """GetStages: filter by deployment if the call names one. This list has no pages."""
    wanted = call.params.get("deploymentId")
    api = api_of(call)
    return {"item": [shown_stage(api, stage) for stage in api.stages.values() if wanted in (None, stage.deployment_id)]}


def update_stage(call: Call) -> dict[str, Any]:
    """UpdateStage: apply all patch operations or none.

    Raises BadRequestException if logs are enabled in an account without API Gateway's CloudWatch role;
    NotFoundException for an unknown deployment.
    """
    api, stage = api_of(call), stage_of(call)
    draft = copy.deepcopy(stage)
    for operation in call.params.get("patchOperations") or ():
        _patch(api, draft, operation)
    _check_logging(store_of(call), stage, draft)
    draft.updated = utc_now()
    vars(stage).update(vars(draft))
    api.stages_changed()
    return shown_stage(api_of(call), stage)


def delete_stage(call: Call) -> None:
    """DeleteStage. Raises BadRequestException if a custom domain or a usage plan refers to it."""
    api, stage = api_of(call), stage_of(call)
    domains = mapped_domains(store_of(call), api.id, stage.name)
    if domains:
        raise bad_request(
            f"Deleting stage {stage.name} failed. Please remove all base path mappings related to the stage in your "
            f"domains: {', '.join(domains)}"
        )
    for plan in store_of(call).usage_plans.values():
        if any((entry.get("apiId"), entry.get("stage")) == (api.id, stage.name) for entry in plan.api_stages):
            # Unconfirmed: the text for a stage that a usage plan names. Reason: no AWS page shows it.
            raise bad_request(
                f"Cannot delete stage '{stage.name}': it is associated with usage plan '{plan.id}'. "
                "Remove it from the plan first"
            )
    del api.stages[stage.name]


def flush_stage_cache(call: Call) -> None:
    """FlushStageCache: check that the stage exists. There is nothing to flush, because responses are not cached."""
    stage_of(call)


def flush_authorizers_cache(call: Call) -> None:
    """FlushStageAuthorizersCache: delete the cached results of the stage's Lambda authorizers."""
    stage = stage_of(call)
    call.world.gateway.forget_authorizers(api_of(call).id, stage.name)


def new_stage(api: RestApi, params: Mapping[str, Any], deployment_id: str) -> Stage:
    """Return a stage from the members that CreateStage and CreateDeployment share. Raises BadRequestException."""
    name = str(params["stageName"])
    if not _NAME.match(name):
        raise bad_request("Stage name only allows a-zA-Z0-9_-")
    if len(api.stages) >= MOST_STAGES:
        kind = "Stages"
        raise too_many(kind)
    stage = Stage(
        name=name,
        deployment_id=deployment_id,
        description=params.get("description"),
        tracing=bool(params.get("tracingEnabled", False)),
        documentation_version=params.get("documentationVersion"),
        cache_enabled=bool(params.get("cacheClusterEnabled", False)),
        cache_size=params.get("cacheClusterSize"),
        tags=dict(params.get("tags") or {}),
    )
    if stage.documentation_version and stage.documentation_version not in api.documentation_versions:
        raise not_found("Invalid Documentation version specified")
    for variable, value in (params.get("variables") or {}).items():
        _set_variable(stage, variable, value)
    return stage


def move_stage(stage: Stage, deployment_id: str, params: Mapping[str, Any]) -> None:
    """Point a stage to a new deployment, as CreateDeployment does with a stage name. Change everything or nothing."""
    draft = copy.deepcopy(stage)
    draft.deployment_id = deployment_id
    draft.updated = utc_now()
    draft.description = params.get("stageDescription", stage.description)
    draft.tracing = bool(params.get("tracingEnabled", stage.tracing))
    for variable, value in (params.get("variables") or {}).items():
        _set_variable(draft, variable, value)
    vars(stage).update(vars(draft))


def refuse_canary(params: Mapping[str, Any]) -> None:
    """Raise an error for canary settings: the sandbox serves one deployment per stage, and a canary needs two."""
    if params.get("canarySettings"):
        raise bad_request(
            "canarySettings: the sandbox does not support canary releases; deploy to another stage instead"
        )


def shown_stage(api: RestApi, stage: Stage) -> dict[str, Any]:
    """Format a stage for a response."""
    access_logs = not_none(format=stage.access_log_format, destinationArn=stage.access_log_arn)
    return not_none(
        deploymentId=stage.deployment_id,
        clientCertificateId=stage.client_certificate_id,
        stageName=stage.name,
        description=filled(stage.description),
        cacheClusterEnabled=stage.cache_enabled,
        cacheClusterSize=stage.cache_size,
        cacheClusterStatus="AVAILABLE" if stage.cache_enabled else "NOT_AVAILABLE",
        methodSettings={key: shown_setting(setting) for key, setting in stage.method_settings.items()},
        variables=filled(dict(stage.variables)),
        documentationVersion=stage.documentation_version,
        accessLogSettings=filled(access_logs),
        tracingEnabled=stage.tracing,
        webAclArn=web_acl_of(api.account, api.region, api.stage_arn(stage.name)),
        tags=filled(dict(stage.tags)),
        createdDate=stage.created,
        lastUpdatedDate=stage.updated,
    )


def _patch(api: RestApi, stage: Stage, operation: Mapping[str, Any]) -> None:
    verb, path, value = str(operation.get("op")), str(operation.get("path") or ""), operation.get("value")
    if path.startswith("/canarySettings"):
        if verb != "remove":
            refuse_canary({"canarySettings": path})
        return
    if path.startswith("/variables/"):
        name = path.removeprefix("/variables/").replace("~1", "/").replace("~0", "~")
        if verb == "remove":
            stage.variables.pop(name, None)
        else:
            _set_variable(stage, name, value)
    elif path in _PLAIN:
        attribute, read, empty = _PLAIN[path]
        setattr(stage, attribute, empty if verb == "remove" else read(api, value))
    elif path == "/accessLogSettings" and verb == "remove":
        stage.access_log_arn = stage.access_log_format = None
    elif path == "/accessLogSettings/destinationArn":
        stage.access_log_arn = None if verb == "remove" else _log_destination(api, value)
    elif path == "/accessLogSettings/format":
        stage.access_log_format = None if verb == "remove" else value
    elif is_setting_path(verb, path):
        patch_setting(stage, verb, path, value)
    else:
        raise bad_request(f"Invalid method setting path: {path}. Must be one of: [{_PATHS}]")


def _deployment(api: RestApi, value: str | None) -> str:
    if value not in api.deployments:
        raise bad_request("Deployment id does not exist")
    return str(value)


def _documentation_version(api: RestApi, value: str | None) -> str | None:
    if value and value not in api.documentation_versions:
        raise not_found("Invalid Documentation version specified")
    return value or None


#: Patch path → (attribute, function that parses the value, value after `remove`).
_PLAIN: Mapping[str, tuple[str, Any, Any]] = {
    "/deploymentId": ("deployment_id", _deployment, None),
    "/description": ("description", lambda _api, value: value or None, None),
    "/tracingEnabled": ("tracing", lambda _api, value: truth(value), False),
    "/xrayTracingEnabled": ("tracing", lambda _api, value: truth(value), False),
    "/cacheClusterEnabled": ("cache_enabled", lambda _api, value: truth(value), False),
    "/cacheClusterSize": ("cache_size", lambda _api, value: value or None, None),
    "/clientCertificateId": ("client_certificate_id", lambda _api, value: value or None, None),
    "/documentationVersion": ("documentation_version", _documentation_version, None),
}


def _set_variable(stage: Stage, name: str, value: str | None) -> None:
    if not _VARIABLE_NAME.match(name):
        raise bad_request(f"Stage variable name {name} is invalid. Please use an alphanumeric or underscore value")
    if value is None or not _VARIABLE_VALUE.match(value):
        raise bad_request(
            f"Stage variable value {value} is invalid. Please use values with alphanumeric characters "
            "and the symbols ' ',-',':','/','?','#','&','=',','."
        )
    stage.variables[name] = value


def _log_destination(api: RestApi, value: str | None) -> str | None:
    """Check the ARN of a log group or Firehose stream; drop `:*` from a log group's ARN."""
    if not value:
        return None
    arn = value.removesuffix(":*")
    partition = partition_of_region(api.region)
    logs = f"arn:{partition}:logs:{api.region}:{api.account}:log-group:"
    firehose = f"arn:{partition}:firehose:{api.region}:{api.account}:deliverystream/amazon-apigateway-"
    if not arn.startswith((logs, firehose)):
        message = f"Invalid ARN specified in the request. ARNs must start with 'arn:{partition}': {value}"
        if value.startswith(f"arn:{partition}:"):
            message = f"Invalid ARN specified in the request: {value}"
        raise bad_request(message)
    return arn


def _check_logging(store: ApiGatewayStore, before: Stage, after: Stage) -> None:
    if store.cloudwatch_role_arn or not _logs(after) or _logs(before) == _logs(after):
        return
    raise bad_request(_NO_ROLE)


def _logs(stage: Stage) -> tuple[object, ...]:
    """Return the settings that make API Gateway write logs for a stage."""
    levels = tuple(
        (key, setting.logging_level) for key, setting in stage.method_settings.items() if setting.logging_level != "OFF"
    )
    return (*levels, stage.access_log_arn) if stage.access_log_arn else levels


OPERATIONS: Mapping[str, Operation] = {
    "CreateStage": create_stage,
    "DeleteStage": delete_stage,
    "FlushStageAuthorizersCache": flush_authorizers_cache,
    "FlushStageCache": flush_stage_cache,
    "GetStage": get_stage,
    "GetStages": get_stages,
    "UpdateStage": update_stage,
}
