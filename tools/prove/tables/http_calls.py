"""Calls that API Gateway's v2 API rejects, with examples/http-api; most of their messages are unconfirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.prove.probe import Probe
from tools.prove.refused import Parameters, refused
from tools.prove.sites import Deployed

_UNCONFIRMED = "docs/unconfirmed.md"
_REFERENCE = "API Gateway v2 API reference; recorded answers"


def _call(name: str, what: str, method: str, parameters: Parameters, *, page: str = _UNCONFIRMED) -> Probe:
    return refused(f"http-{name}", what, f"apigatewayv2.{method}", parameters, who="api", page=page)


def _api(**more: Any) -> Parameters:
    return lambda deployed: {"ApiId": deployed.outputs["apiId"], **more}


def _authorizer(**more: Any) -> Parameters:
    """A REQUEST authorizer with the program's function, except for these parameters."""

    def parameters(deployed: Deployed) -> Mapping[str, Any]:
        own = {
            "ApiId": deployed.outputs["apiId"],
            "Name": "prove",
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": deployed.outputs["integrationUri"],
            "AuthorizerPayloadFormatVersion": "2.0",
            "IdentitySource": ["$request.header.Authorization"],
        }
        return {name: value for name, value in {**own, **more}.items() if value is not None}

    return parameters


def _jwt(**more: Any) -> Parameters:
    """A JWT authorizer, except for these parameters."""
    configuration = {"Issuer": "https://accounts.google.com", "Audience": ["prove"]}
    own = {"AuthorizerType": "JWT", "JwtConfiguration": configuration}
    return _authorizer(**{**own, "AuthorizerUri": None, "AuthorizerPayloadFormatVersion": None, **more})


def _integration(**more: Any) -> Parameters:
    def parameters(deployed: Deployed) -> Mapping[str, Any]:
        own = {"IntegrationType": "AWS_PROXY", "IntegrationUri": deployed.outputs["integrationUri"]}
        return {"ApiId": deployed.outputs["apiId"], **own, "PayloadFormatVersion": "2.0", **more}

    return parameters


def _stage(**more: Any) -> Parameters:
    return lambda deployed: {"ApiId": deployed.outputs["apiId"], "StageName": deployed.outputs["stageName"], **more}


def _export(**more: Any) -> Parameters:
    return _api(**{"OutputType": "JSON", "Specification": "OAS30", **more})


_KEY = "GET /prove"
HTTP_CALLS = (
    _call(
        "unknown-api",
        "GetApi of an unknown ID",
        "get_api",
        lambda _: {"ApiId": "prove00000"},
        page=_REFERENCE,
    ),
    _call("unknown-stage", "GetStage of another name", "get_stage", _api(StageName="nothing"), page=_REFERENCE),
    _call("unknown-route", "GetRoute of an unknown ID", "get_route", _api(RouteId="nothing")),
    _call("unknown-deployment", "GetDeployment of an unknown ID", "get_deployment", _api(DeploymentId="prove0")),
    _call(
        "target",
        "CreateRoute to an unknown integration",
        "create_route",
        _api(RouteKey=_KEY, Target="integrations/nothing"),
    ),
    _call(
        "key-required", "CreateRoute that requires an API key", "create_route", _api(RouteKey=_KEY, ApiKeyRequired=True)
    ),
    _call(
        "authorization-type",
        "CreateRoute with an unknown authorization",
        "create_route",
        _api(RouteKey=_KEY, AuthorizationType="BASIC"),
    ),
    _call(
        "custom-without-authorizer",
        "CreateRoute with CUSTOM and without an authorizer",
        "create_route",
        _api(RouteKey=_KEY, AuthorizationType="CUSTOM"),
    ),
    _call(
        "route-is-there",
        "CreateRoute with an existing key",
        "create_route",
        _api(RouteKey="GET /hello"),
        page=_REFERENCE,
    ),
    _call(
        "authorizer-type", "CreateAuthorizer of type TOKEN", "create_authorizer", _authorizer(AuthorizerType="TOKEN")
    ),
    _call(
        "authorizer-ttl",
        "CreateAuthorizer with a TTL of two hours",
        "create_authorizer",
        _authorizer(AuthorizerResultTtlInSeconds=7200),
    ),
    _call(
        "authorizer-uri",
        "CreateAuthorizer with a URI that is not a function's",
        "create_authorizer",
        _authorizer(AuthorizerUri="https://example.com"),
    ),
    _call(
        "authorizer-source",
        "CreateAuthorizer with an identity source that is not an expression",
        "create_authorizer",
        _authorizer(IdentitySource=["Authorization"]),
    ),
    _call(
        "simple-responses",
        "CreateAuthorizer with simple responses and payload 1.0",
        "create_authorizer",
        _authorizer(AuthorizerPayloadFormatVersion="1.0", EnableSimpleResponses=True),
    ),
    _call(
        "issuer",
        "CreateAuthorizer with an issuer that is not an https URL",
        "create_authorizer",
        _jwt(JwtConfiguration={"Issuer": "http://accounts.google.com", "Audience": ["prove"]}),
    ),
    _call(
        "jwt-sources",
        "CreateAuthorizer of type JWT with two identity sources",
        "create_authorizer",
        _jwt(IdentitySource=["$request.header.Authorization", "$request.header.X"]),
    ),
    _call(
        "integration-type", "CreateIntegration of type MOCK", "create_integration", _integration(IntegrationType="MOCK")
    ),
    _call(
        "payload-format",
        "CreateIntegration with payload 3.0",
        "create_integration",
        _integration(PayloadFormatVersion="3.0"),
    ),
    _call(
        "integration-uri",
        "CreateIntegration with a URI that is not a function's",
        "create_integration",
        _integration(IntegrationUri="arn:aws:sns:eu-west-1:111111111111:nothing"),
    ),
    _call(
        "integration-timeout",
        "CreateIntegration that waits for 10 minutes",
        "create_integration",
        _integration(TimeoutInMillis=600_000),
        page=_REFERENCE,
    ),
    _call("stage-name", "CreateStage with a dot in its name", "create_stage", _api(StageName="a.b")),
    _call("auto-deployed", "CreateDeployment to a stage that deploys automatically", "create_deployment", _stage()),
    _call(
        "access-log-format",
        "UpdateStage with access logs without a format",
        "update_stage",
        _stage(AccessLogSettings={"DestinationArn": "arn:aws:logs:eu-west-1:111111111111:log-group:prove"}),
    ),
    _call("specification", "ExportApi as OAS20", "export_api", _export(Specification="OAS20")),
    _call("output-type", "ExportApi as XML", "export_api", _export(OutputType="XML")),
    _call(
        "unknown-domain",
        "GetDomainName of an unknown name",
        "get_domain_name",
        lambda _: {"DomainName": "prove.example.com"},
        page=_REFERENCE,
    ),
)
