"""Calls that API Gateway's v1 API rejects, with the root program's API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_rules.arns import invoke_uri, role_arn
from tools.prove.probe import Probe
from tools.prove.refused import Parameters, refused
from tools.prove.sites import Deployed

_UNCONFIRMED = "docs/unconfirmed.md"
_REFERENCE = "API Gateway API reference; recorded answers"


def _call(name: str, what: str, method: str, parameters: Parameters, *, page: str = _UNCONFIRMED) -> Probe:
    return refused(f"rest-{name}", what, f"apigateway.{method}", parameters, who="api", page=page)


def _api(**more: Any) -> Parameters:
    return lambda deployed: {"restApiId": deployed.outputs["apiId"], **more}


def _stage(path: str, value: str) -> Parameters:
    """A patch of the stage."""
    return lambda deployed: {
        **_changing(path, value)(deployed),
        "stageName": deployed.outputs["stageName"],
    }


def _changing(path: str, value: str) -> Parameters:
    return _api(patchOperations=[{"op": "replace", "path": path, "value": value}])


def _root(**more: Any) -> Parameters:
    """The API's root resource."""

    def parameters(deployed: Deployed) -> Mapping[str, Any]:
        api_id = deployed.outputs["apiId"]
        found = deployed.client("apigateway", "api").get_resources(restApiId=api_id, limit=500)["items"]
        root = next(item["id"] for item in found if item["path"] == "/")
        return {"restApiId": api_id, "resourceId": root, **more}

    return parameters


def _integration(**more: Any) -> Parameters:
    """An integration of GET / with the program's function, except for these parameters."""

    def parameters(deployed: Deployed) -> Mapping[str, Any]:
        own = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": deployed.outputs["integrationUri"]}
        return {**_root(httpMethod="GET")(deployed), **own, **more}

    return parameters


def _foreign_role(deployed: Deployed) -> Mapping[str, Any]:
    role = role_arn(partition="aws", account=deployed.accounts.function, name="prove-not-there")
    return _integration(credentials=role)(deployed)


def _elsewhere(deployed: Deployed) -> Mapping[str, Any]:
    """A URI that calls a Region other than the function's."""
    function = f"{deployed.outputs['functionArn']}:live"
    uri = invoke_uri(function).replace(f"apigateway:{deployed.accounts.region}:", "apigateway:ap-southeast-2:")
    return _integration(uri=uri)(deployed)


def _unknown_api(**more: Any) -> Callable[[Deployed], Mapping[str, Any]]:
    return lambda _: {"restApiId": "prove00000", **more}


REST_CALLS = (
    _call("unknown-api", "GetRestApi of an unknown ID", "get_rest_api", _unknown_api(), page=_REFERENCE),
    _call("unknown-stage", "GetStage of another name", "get_stage", _api(stageName="nothing"), page=_REFERENCE),
    _call(
        "foreign-role",
        "PutIntegration with credentials of the function account",
        "put_integration",
        _foreign_role,
        page="docs/architecture.md, 7",
    ),
    _call(
        "foreign-region",
        "PutIntegration whose URI calls another Region",
        "put_integration",
        _elsewhere,
        page="docs/architecture.md, 6",
    ),
    _call(
        "integration-timeout",
        "PutIntegration that waits for 10 minutes",
        "put_integration",
        _integration(timeoutInMillis=600_000),
        page=_REFERENCE,
    ),
    _call("integration-type", "PutIntegration of an unknown type", "put_integration", _integration(type="LAMBDA")),
    _call(
        "passthrough",
        "PutIntegration with an unknown passthrough behavior",
        "put_integration",
        _integration(passthroughBehavior="ALWAYS"),
        page=_REFERENCE,
    ),
    _call(
        "content-handling",
        "PutIntegration with an unknown content handling",
        "put_integration",
        _integration(contentHandling="CONVERT_TO_XML"),
    ),
    _call(
        "authorization-type",
        "PutMethod with an unknown authorization",
        "put_method",
        _root(httpMethod="HEAD", authorizationType="BASIC"),
    ),
    _call(
        "method-is-there",
        "PutMethod of an existing method",
        "put_method",
        _root(httpMethod="GET", authorizationType="NONE"),
        page=_REFERENCE,
    ),
    _call("root-resource", "DeleteResource of the root", "delete_resource", _root()),
    _call(
        "resource-name",
        "CreateResource with a space in its path",
        "create_resource",
        lambda deployed: {
            "restApiId": deployed.outputs["apiId"],
            "parentId": _root()(deployed)["resourceId"],
            "pathPart": "a b",
        },
        page=_REFERENCE,
    ),
    _call(
        "stage-name",
        "CreateStage with a dot in its name",
        "create_stage",
        _api(stageName="a.b", deploymentId="prove0"),
        page=_REFERENCE,
    ),
    _call(
        "policy",
        "UpdateRestApi with an invalid policy",
        "update_rest_api",
        _changing("/policy", '{"Statement": 1}'),
        page=_REFERENCE,
    ),
    _call("empty-name", "UpdateRestApi with an empty name", "update_rest_api", _changing("/name", "")),
    _call(
        "media-type",
        "UpdateRestApi that removes an unknown binary media type",
        "update_rest_api",
        _api(patchOperations=[{"op": "remove", "path": "/binaryMediaTypes/nothing"}]),
    ),
    _call(
        "logging-level",
        "UpdateStage with an unknown logging level",
        "update_stage",
        _stage("/*/*/logging/loglevel", "DEBUG"),
    ),
    _call(
        "throttling",
        "UpdateStage with a rate that is not a number",
        "update_stage",
        _stage("/*/*/throttling/rateLimit", "many"),
    ),
    _call(
        "cache-ttl",
        "UpdateStage with a cache TTL of two hours",
        "update_stage",
        _stage("/*/*/caching/ttlInSeconds", "7200"),
    ),
    _call(
        "patch-path",
        "UpdateStage of an unknown path",
        "update_stage",
        _stage("/nothing", "x"),
        page=_REFERENCE,
    ),
    _call(
        "document",
        "PutRestApi with a body that is not JSON",
        "put_rest_api",
        _api(mode="merge", body=b"{"),
        page=_REFERENCE,
    ),
)
