"""Authorizers: Lambda functions (TOKEN, REQUEST) and Cognito user pools that authorize callers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.authorizer_rules import check_authorizer
from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request, conflict, too_many
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.lookup import api_of, authorizer_of, store_of
from cross_account_sandbox.apigateway.model.definition import Authorizer, Definition
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import PatchTable, Wording, listed, optional, setter
from cross_account_sandbox.control_plane.service import Call, Operation

#: Authorizers per API (developer guide, API Gateway quotas).
MOST_AUTHORIZERS = 10


def create_authorizer(call: Call) -> dict[str, Any]:
    """CreateAuthorizer. As on AWS, an unknown API is a conflict here."""
    params = call.params
    api = store_of(call).rest_apis.get(str(params["restApiId"]))
    if api is None:
        raise conflict("Unable to complete operation due to concurrent modification. Please try again later.")
    ttl = params.get("authorizerResultTtlInSeconds")
    authorizer = Authorizer(
        id=new_id(taken=api.definition.authorizers),
        name=str(params.get("name") or ""),
        type=str(params.get("type") or ""),
        uri=params.get("authorizerUri"),
        credentials=params.get("authorizerCredentials"),
        identity_source=params.get("identitySource"),
        identity_validation=params.get("identityValidationExpression"),
        ttl_s=None if ttl is None else int(ttl),
        provider_arns=list(params.get("providerARNs") or []),
        auth_type=params.get("authType") or _auth_type(str(params.get("type"))),
    )
    check_authorizer(authorizer, call)
    _check_name(authorizer, api.definition)
    if len(api.definition.authorizers) >= MOST_AUTHORIZERS:
        kind = "Authorizers"
        raise too_many(kind)
    api.definition.authorizers[authorizer.id] = authorizer
    return _shown(authorizer)


def get_authorizer(call: Call) -> dict[str, Any]:
    return _shown(authorizer_of(call))


def get_authorizers(call: Call) -> dict[str, Any]:
    return page_by_position(
        [_shown(authorizer) for authorizer in api_of(call).definition.authorizers.values()], call.params
    )


def update_authorizer(call: Call) -> dict[str, Any]:
    """UpdateAuthorizer: apply all patch operations or none."""
    authorizer, definition = authorizer_of(call), api_of(call).definition

    def check(draft: Authorizer) -> None:
        check_authorizer(draft, call)
        _check_name(draft, definition)

    _PATCHES.apply(authorizer, call.params.get("patchOperations"), check=check)
    return _shown(authorizer)


def delete_authorizer(call: Call) -> None:
    """DeleteAuthorizer. Raises ConflictException if a method uses it."""
    authorizer, definition = authorizer_of(call), api_of(call).definition
    for resource in definition.resources.values():
        for verb, method in resource.methods.items():
            if method.authorizer_id == authorizer.id:
                # As users report from AWS: "GET//test" for GET /test, hashicorp/terraform-provider-aws#14812.
                raise conflict(
                    f"Cannot delete authorizer '{authorizer.name}', is referenced in method: {verb}/{resource.path}"
                )
    del definition.authorizers[authorizer.id]


def _shown(authorizer: Authorizer) -> dict[str, Any]:
    return not_none(
        id=authorizer.id,
        name=authorizer.name,
        type=authorizer.type,
        providerARNs=filled(list(authorizer.provider_arns)),
        authType=authorizer.auth_type or _auth_type(authorizer.type),
        authorizerUri=authorizer.uri,
        authorizerCredentials=authorizer.credentials,
        identitySource=authorizer.identity_source,
        identityValidationExpression=authorizer.identity_validation,
        authorizerResultTtlInSeconds=authorizer.ttl_s,
    )


def _auth_type(kind: str) -> str:
    return "cognito_user_pools" if kind == "COGNITO_USER_POOLS" else "custom"


def _check_name(authorizer: Authorizer, definition: Definition) -> None:
    if not authorizer.name:
        raise bad_request("Authorizer name must be non-empty")
    for other in definition.authorizers.values():
        if other.id != authorizer.id and other.name == authorizer.name:
            raise conflict(
                f"Authorizer name must be unique. Authorizer {authorizer.name} already exists in this RestApi."
            )


def _seconds(value: str | None) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise bad_request(f"Invalid Authorizer Result TTL: {value}") from None


_PATCHES = PatchTable[Authorizer](
    {
        "/name": {"replace": setter("name")},
        "/type": {"replace": setter("type")},
        "/authorizerUri": {"replace": setter("uri")},
        "/authorizerCredentials": optional("credentials"),
        "/authorizerResultTtlInSeconds": {"replace": setter("ttl_s", _seconds)},
        "/identitySource": optional("identity_source"),
        "/identityValidationExpression": optional("identity_validation"),
        "/authType": optional("auth_type"),
        "/providerARNs": listed("provider_arns"),
    },
    Wording.LISTING,
)

OPERATIONS: Mapping[str, Operation] = {
    "CreateAuthorizer": create_authorizer,
    "DeleteAuthorizer": delete_authorizer,
    "GetAuthorizer": get_authorizer,
    "GetAuthorizers": get_authorizers,
    "UpdateAuthorizer": update_authorizer,
}
