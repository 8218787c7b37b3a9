"""Read security schemes as authorizers, and apply `security` and `x-amazon-apigateway-auth` to methods."""

from __future__ import annotations

from aws_rules.security_schemes import AUTHORIZER, enforced_as
from cross_account_sandbox.apigateway.authorizer_rules import check_authorizer
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.model.definition import Authorizer, Method
from cross_account_sandbox.apigateway.openapi_document import Importing, Json
from cross_account_sandbox.control_plane.errors import AwsError

_AUTH_TYPE = "x-amazon-apigateway-authtype"
_TYPES = {"token": "TOKEN", "request": "REQUEST", "cognito_user_pools": "COGNITO_USER_POOLS"}


def read_authorizers(importing: Importing) -> None:
    """Create an authorizer of the same name for each scheme with `x-amazon-apigateway-authorizer`."""
    for name, scheme in importing.section("securitySchemes").items():
        extension = scheme.get(AUTHORIZER) if isinstance(scheme, dict) else None
        if not isinstance(extension, dict):
            continue
        authorizer = _authorizer(importing, name, scheme, extension)
        try:
            check_authorizer(authorizer, importing.call)
        except AwsError as error:
            importing.errors.append(f"Unable to create authorizer '{name}': {error.message}")
            continue
        importing.definition.authorizers[authorizer.id] = authorizer


def apply_security(importing: Importing, method: Method, operation: Json, where: str) -> None:
    """Apply the operation's `security` or, if it has none (not even `[]`), the one of the document's root.

    Only authorizers in the root's `security` count: API Gateway was observed to apply them, and its documentation
    states that it ignores the rest (developer guide, api-gateway-known-issues).
    """
    own = operation.get("security")
    for requirement in _rooted(importing) if own is None else own:
        for name, scopes in requirement.items():
            _apply_scheme(importing, method, name, scopes or [], where)
    auth = operation.get("x-amazon-apigateway-auth")
    if isinstance(auth, dict) and str(auth.get("type", "")).upper() in ("AWS_IAM", "NONE"):
        method.authorization_type = str(auth["type"]).upper()


def _rooted(importing: Importing) -> list[Json]:
    authorizers = {one.name for one in importing.definition.authorizers.values()}
    asked = importing.document.get("security") or []
    return [{name: scopes for name, scopes in one.items() if name in authorizers} for one in asked]


def _apply_scheme(importing: Importing, method: Method, name: str, scopes: list[str], where: str) -> None:
    scheme = importing.section("securitySchemes").get(name)
    if not isinstance(scheme, dict):
        importing.warnings.append(f"Security scheme '{name}' is not defined, {where}")
        return
    authorizer = next((one for one in importing.definition.authorizers.values() if one.name == name), None)
    if authorizer is not None:
        cognito = authorizer.type == "COGNITO_USER_POOLS"
        method.authorization_type = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
        method.authorizer_id = authorizer.id
        method.authorization_scopes = list(scopes)
        return
    kind = enforced_as(scheme)
    if kind == "AWS_IAM":
        method.authorization_type = kind
    elif kind == "api_key":
        method.api_key_required = True
    elif kind is None:
        importing.warnings.append(f"Security scheme '{name}' has no {AUTHORIZER} and is ignored, {where}")


def _authorizer(importing: Importing, name: str, scheme: Json, extension: Json) -> Authorizer:
    kind = _TYPES.get(str(extension.get("type", "")).lower(), str(extension.get("type", "")))
    source = extension.get("identitySource")
    if not source and kind in ("TOKEN", "COGNITO_USER_POOLS"):
        source = f"method.request.header.{scheme.get('name') or 'Authorization'}"
    ttl = extension.get("authorizerResultTtlInSeconds")
    auth_type = scheme.get(_AUTH_TYPE)
    known = next((one for one in importing.api.definition.authorizers.values() if one.name == name), None)
    return Authorizer(
        id=known.id if known else new_id(),
        name=name,
        type=kind,
        uri=extension.get("authorizerUri"),
        credentials=extension.get("authorizerCredentials"),
        identity_source=source,
        identity_validation=extension.get("identityValidationExpression"),
        ttl_s=int(ttl) if ttl is not None else None,
        provider_arns=list(extension.get("providerARNs") or []),
        auth_type=str(auth_type) if auth_type else None,
    )
