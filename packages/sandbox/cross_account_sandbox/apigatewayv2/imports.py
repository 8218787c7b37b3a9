"""ImportApi and ReimportApi: create or overwrite an HTTP API from an OpenAPI 3 document.

Source: API Gateway developer guide, "Use OpenAPI definitions for HTTP APIs" and the pages of the extensions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.identifiers import SHORT, new_id
from cross_account_sandbox.apigateway.openapi_document import DOCUMENT_S, OPENAPI, Json, Reading, read_document
from cross_account_sandbox.apigateway.openapi_import import base_path, endpoint_configuration
from cross_account_sandbox.apigateway.openapi_paths import VERBS
from cross_account_sandbox.apigatewayv2 import authorizers, deployments, integrations, routes
from cross_account_sandbox.apigatewayv2.apis import check_cors, describe, new_api
from cross_account_sandbox.apigatewayv2.lookup import api_of, store_of
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpAuthorizer, HttpIntegration, HttpRoute
from cross_account_sandbox.bounded import TooMuchWorkError, bounded
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call

_AUTHORIZER = "x-amazon-apigateway-authorizer"
_INTEGRATION = "x-amazon-apigateway-integration"
_DISCOVERY = "/.well-known/openid-configuration"
_DEFAULT_PATH = "/$default"
_CORS = ("AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders", "MaxAge")
#: The fields of an existing API that a reimport replaces: everything that a document can define.
_REPLACED = (
    "name", "version", "description", "disable_execute_api_endpoint", "cors_configuration", "routes", "integrations",
    "authorizers",
)  # fmt: skip


async def import_new(call: Call) -> dict[str, Any]:
    """Create an API from the call's document. A refused document creates nothing."""
    reading = await _read(call)
    api = new_api(call, tags=reading.api.tags, **{name: getattr(reading.api, name) for name in _REPLACED})
    store_of(call).apis[api.api_id] = api
    return {**describe(api), "Warnings": reading.warnings}


async def reimport(call: Call) -> dict[str, Any]:
    """Overwrite an API: replace routes, integrations, authorizers and CORS; keep stages and tags."""
    # Unconfirmed: that a reimport gives parts new IDs, and keeps the API's tags. Reason: AWS documents only that it
    # overwrites the API.
    api = api_of(call)
    reading = await _read(call)
    for name in _REPLACED:
        setattr(api, name, getattr(reading.api, name))
    deployments.changed(api)
    return {**describe(api), "Warnings": reading.warnings}


class _HttpReading(Reading):
    """A document that is being imported into an HTTP API."""

    def __init__(self, call: Call, document: Json) -> None:
        super().__init__(document=document)
        info = document.get("info") or {}
        #: The API that the document defines, without an ID yet.
        self.api = HttpApi(
            api_id="",
            account=call.account,
            region=call.region,
            name=str(info.get("title") or ""),
            version=_text(info.get("version")),
            description=_text(info.get("description")),
            disable_execute_api_endpoint=bool(endpoint_configuration(document).get("disableExecuteApiEndpoint")),
            tags=_tags(document),
        )
        #: Integrations that operations share with `$ref`.
        self.shared: dict[str, HttpIntegration] = {}


async def _read(call: Call) -> _HttpReading:
    document = await read_document(call, versions=(OPENAPI,))
    try:
        reading = await bounded(_api_of_document, call, document, seconds=DOCUMENT_S)
    except (TooMuchWorkError, RecursionError):
        raise bad_request("Invalid OpenAPI input.") from None
    reading.refuse_what_is_wrong(fail_on_warnings=bool(call.params.get("FailOnWarnings")))
    return reading


def _api_of_document(call: Call, document: Json) -> _HttpReading:
    reading = _HttpReading(call, document)
    # Unconfirmed: the texts of an import's errors and warnings for HTTP APIs. Reason: AWS documents only their kinds.
    if not reading.api.name:
        reading.errors.append("info.title is required")
    version = document.get("x-amazon-apigateway-importexport-version", "1.0")
    if str(version) != "1.0":
        reading.errors.append(f"Unsupported x-amazon-apigateway-importexport-version: {version}. Must be 1.0")
    _read_cors(reading)
    _read_authorizers(reading)
    prefix = base_path(reading, call.params.get("Basepath"))
    for path, item in (document.get("paths") or {}).items():
        if not path.startswith("x-"):
            _read_path(reading, path if path == _DEFAULT_PATH else _joined(prefix, path), reading.resolved(item))
    return reading


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _joined(prefix: str, path: str) -> str:
    return prefix if prefix and path == "/" else f"{prefix}{path}"


def _tags(document: Json) -> dict[str, str]:
    """Return the API's tags: those with `x-amazon-apigateway-tag-value`."""
    tags = [tag for tag in document.get("tags") or [] if isinstance(tag, dict)]
    return {str(tag["name"]): str(tag[_TAG]) for tag in tags if _TAG in tag and "name" in tag}


_TAG = "x-amazon-apigateway-tag-value"


def _read_cors(reading: _HttpReading) -> None:
    stated = reading.document.get("x-amazon-apigateway-cors")
    if not isinstance(stated, dict):
        return
    cors = {member: stated[name] for member in _CORS if (name := member[0].lower() + member[1:]) in stated}
    try:
        check_cors(cors)
    except AwsError as error:
        reading.errors.append(error.message)
    reading.api.cors_configuration = cors


def _read_authorizers(reading: _HttpReading) -> None:
    for name, scheme in reading.section("securitySchemes").items():
        extension = reading.resolved(scheme).get(_AUTHORIZER)
        if not isinstance(extension, dict):
            continue
        try:
            authorizers.add(reading.api, _authorizer(name, reading.resolved(scheme), extension))
        except AwsError as error:
            reading.errors.append(f"Unable to create authorizer '{name}': {error.message}")


def _authorizer(name: str, scheme: Json, extension: Json) -> HttpAuthorizer:
    sources = [source.strip() for source in str(extension.get("identitySource") or "").split(",") if source.strip()]
    jwt = extension.get("jwtConfiguration") or {}
    # The extension can leave out an issuer that the scheme itself names (developer guide, the authorizer extension).
    issuer = jwt.get("issuer") or str(scheme.get("openIdConnectUrl") or "").removesuffix(_DISCOVERY)
    is_jwt = str(extension.get("type") or "").lower() == "jwt"
    ttl = extension.get("authorizerResultTtlInSeconds")
    return HttpAuthorizer(
        authorizer_id=new_id(SHORT),
        authorizer_type=str(extension.get("type") or "").upper(),
        name=name,
        identity_source=sources,
        jwt_configuration={"Audience": list(jwt.get("audience") or []), "Issuer": issuer} if is_jwt else {},
        authorizer_uri=extension.get("authorizerUri"),
        authorizer_credentials_arn=extension.get("authorizerCredentials"),
        authorizer_payload_format_version=_text(extension.get("authorizerPayloadFormatVersion")),
        authorizer_result_ttl_in_seconds=None if ttl is None else int(ttl),
        enable_simple_responses=bool(extension.get("enableSimpleResponses", False)),
    )


def _read_path(reading: _HttpReading, path: str, item: Json) -> None:
    for key, verb in VERBS.items():
        operation = item.get(key)
        if isinstance(operation, dict):
            is_default = path == _DEFAULT_PATH and verb == "ANY"
            _read_route(reading, "$default" if is_default else f"{verb} {path}", operation)
    if "trace" in item:
        reading.warnings.append(f"Unsupported method 'TRACE' for resource at path '{path}'")


def _read_route(reading: _HttpReading, route_key: str, operation: Json) -> None:
    route = HttpRoute(
        route_id=new_id(7, taken=reading.api.routes), route_key=route_key, operation_name=operation.get("operationId")
    )
    integration = _integration(reading, route_key, operation.get(_INTEGRATION))
    route.target = f"integrations/{integration.integration_id}" if integration else None
    _secure(reading, route, operation)
    try:
        routes.add(reading.api, route)
    except AwsError as error:
        reading.errors.append(f"Unable to create route '{route_key}': {error.message}")


def _integration(reading: _HttpReading, route_key: str, stated: Any) -> HttpIntegration | None:
    if not isinstance(stated, dict):
        return None
    reference = stated.get("$ref")
    if isinstance(reference, str) and reference in reading.shared:
        return reading.shared[reference]
    node = reading.resolved(stated)
    kind = str(node.get("type") or "").upper()
    if kind not in ("AWS_PROXY", "HTTP_PROXY"):
        reading.warnings.append(f"Unsupported integration type '{node.get('type')}' for route '{route_key}' is ignored")
        return None
    made = HttpIntegration(
        integration_id=new_id(7, taken=reading.api.integrations),
        integration_type=kind,
        integration_method=node.get("httpMethod"),
        integration_uri=node.get("uri"),
        integration_subtype=node.get("integrationSubtype"),
        payload_format_version=str(node.get("payloadFormatVersion") or "1.0"),
        credentials_arn=node.get("credentials"),
        connection_type=str(node.get("connectionType") or "INTERNET"),
        connection_id=node.get("connectionId"),
        description=node.get("description"),
        request_parameters=dict(node.get("requestParameters") or {}),
        response_parameters=dict(node.get("responseParameters") or {}),
        timeout_in_millis=int(node.get("timeoutInMillis") or 30_000),
        tls_config=node.get("tlsConfig"),
    )
    try:
        integrations.add(reading.api, made)
    except AwsError as error:
        reading.errors.append(f"Unable to put integration of route '{route_key}': {error.message}")
        return None
    if isinstance(reference, str):
        reading.shared[reference] = made
    return made


def _secure(reading: _HttpReading, route: HttpRoute, operation: Json) -> None:
    """Apply the operation's `security` or, if it has none, the document's. An extension sets IAM, as in exports."""
    own = operation.get("security")
    for requirement in (reading.document.get("security") or []) if own is None else own:
        for name, scopes in requirement.items():
            _apply_scheme(reading, route, name, list(scopes or []))
    extension = operation.get("x-amazon-apigateway-auth")
    if isinstance(extension, dict) and str(extension.get("type", "")).upper() == "AWS_IAM":
        _by_iam(route)


def _apply_scheme(reading: _HttpReading, route: HttpRoute, name: str, scopes: list[str]) -> None:
    scheme: Mapping[str, Any] = reading.resolved(reading.section("securitySchemes").get(name))
    authorizer = next((each for each in reading.api.authorizers.values() if each.name == name), None)
    if authorizer is not None:
        route.authorization_type = "JWT" if authorizer.authorizer_type == "JWT" else "CUSTOM"
        route.authorizer_id = authorizer.authorizer_id
        route.authorization_scopes = scopes if authorizer.authorizer_type == "JWT" else []
    elif str(scheme.get("x-amazon-apigateway-authtype", "")).lower() == "awssigv4":
        # Unconfirmed: that an import of an HTTP API follows `awsSigv4`. Reason: the guide shows it for REST APIs; the
        # sandbox does not drop protection that the document requires.
        _by_iam(route)
    else:
        reading.warnings.append(
            f"Security scheme '{name}' of route '{route.route_key}' has no authorizer: the route is open"
        )


def _by_iam(route: HttpRoute) -> None:
    route.authorization_type, route.authorizer_id, route.authorization_scopes = "AWS_IAM", None, []
