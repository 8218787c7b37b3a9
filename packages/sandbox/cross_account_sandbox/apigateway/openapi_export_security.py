"""Export authorizers and API keys as security schemes, and each method's security requirements."""

from __future__ import annotations

from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.model.definition import Authorizer, Definition, Method
from cross_account_sandbox.apigateway.openapi_document import Json

_API_KEY = "api_key"
_SIGV4 = "sigv4"
_HEADER = "method.request.header."


def security_schemes(definition: Definition, *, extensions: bool) -> Json:
    """Return the schemes that methods use, and all authorizers."""
    methods = [method for resource in definition.resources.values() for method in resource.methods.values()]
    schemes: Json = {one.name: _scheme(one, extensions=extensions) for one in definition.authorizers.values()}
    if any(method.api_key_required for method in methods):
        schemes[_API_KEY] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    if any(method.authorization_type == "AWS_IAM" for method in methods):
        schemes[_SIGV4] = {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        }
    return schemes


def method_security(method: Method, definition: Definition) -> list[Json]:
    """Return one security requirement for each scheme that a method requires, as API Gateway does."""
    asked: list[Json] = []
    authorizer = definition.authorizers.get(method.authorizer_id or "")
    if authorizer is not None:
        asked.append({authorizer.name: list(method.authorization_scopes)})
    elif method.authorization_type == "AWS_IAM":
        asked.append({_SIGV4: []})
    if method.api_key_required:
        asked.append({_API_KEY: []})
    return asked


def _scheme(authorizer: Authorizer, *, extensions: bool) -> Json:
    source = authorizer.identity_source or ""
    name = source.removeprefix(_HEADER) if source.startswith(_HEADER) and "," not in source else "Authorization"
    scheme: Json = {"type": "apiKey", "name": name, "in": "header"}
    if not extensions:
        return scheme
    kind = authorizer.type.lower()
    default = "cognito_user_pools" if authorizer.type == "COGNITO_USER_POOLS" else "custom"
    scheme["x-amazon-apigateway-authtype"] = authorizer.auth_type or default
    scheme["x-amazon-apigateway-authorizer"] = not_none(
        type=kind,
        authorizerUri=authorizer.uri,
        authorizerCredentials=authorizer.credentials,
        identitySource=authorizer.identity_source,
        identityValidationExpression=authorizer.identity_validation,
        authorizerResultTtlInSeconds=authorizer.ttl_s,
        providerARNs=filled(list(authorizer.provider_arns)),
    )
    return scheme
