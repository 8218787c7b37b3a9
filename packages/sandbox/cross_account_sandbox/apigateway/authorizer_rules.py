"""What API Gateway checks when an authorizer is created, changed or imported."""

from __future__ import annotations

import re

from aws_rules.arns import ArnError, InvokeUri, foreign_partition, partition_of_region
from cross_account_sandbox.apigateway.errors import bad_request, not_one_of, unsupported
from cross_account_sandbox.apigateway.integration_rules import check_credentials, check_function_region
from cross_account_sandbox.apigateway.model.definition import Authorizer
from cross_account_sandbox.control_plane.service import Call

_TYPES = ("TOKEN", "REQUEST", "COGNITO_USER_POOLS")
#: Seconds (API reference, CreateAuthorizer).
_MOST_TTL_S = 3600
_USER_POOL = re.compile(r"^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool/.+$")
_SOURCE = re.compile(r"^(method\.request\.(header|querystring)|context|stageVariables)\.[^,\s]+$")


def check_authorizer(authorizer: Authorizer, call: Call) -> None:
    """Raises BadRequestException; AccessDeniedException for another account's role; NotImplemented for type JWT."""
    if authorizer.type == "JWT":
        raise unsupported(
            f"{call.operation}: this sandbox does not support JWT authorizers for REST APIs, only for HTTP APIs"
        )
    if authorizer.type not in _TYPES:
        kind = "authorizer type"
        raise not_one_of(kind, authorizer.type, _TYPES)
    if authorizer.ttl_s is not None and not 0 <= authorizer.ttl_s <= _MOST_TTL_S:
        raise bad_request(
            f"Invalid Authorizer Result TTL: {authorizer.ttl_s}. Must be between 0 and {_MOST_TTL_S} seconds"
        )
    if authorizer.type == "COGNITO_USER_POOLS":
        _check_user_pools(authorizer)
        return
    _check_uri(authorizer.uri, partition_of_region(call.region))
    _check_sources(authorizer)
    if authorizer.credentials:
        check_credentials(authorizer.credentials, call)


def _check_user_pools(authorizer: Authorizer) -> None:
    if not authorizer.provider_arns:
        raise bad_request("At least one Provider ARN must be supplied for a COGNITO_USER_POOLS Authorizer")
    for arn in authorizer.provider_arns:
        if not _USER_POOL.match(arn):
            raise bad_request(f"Invalid Provider ARN: {arn}")


def _check_uri(given: str | None, partition: str) -> None:
    # Spaces in it are accepted (recorded).
    uri = "".join((given or "").split())
    if foreign_partition(uri, partition):
        raise bad_request(
            "Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation."
        )
    try:
        parsed = InvokeUri.parse(uri)
    except ArnError:
        if "${stageVariables." in uri:
            return
        raise bad_request(
            f"Invalid Authorizer URI: {given}. Authorizer URI should be a valid API Gateway ARN that represents "
            "a Lambda function invocation."
        ) from None
    check_function_region(parsed)


def _check_sources(authorizer: Authorizer) -> None:
    sources = [part.strip() for part in (authorizer.identity_source or "").split(",") if part.strip()]
    if authorizer.type == "TOKEN" and (len(sources) != 1 or not sources[0].startswith("method.request.header.")):
        raise bad_request(
            "Token authorizers must have exactly one identity source, a header: method.request.header.NAME"
        )
    cached = authorizer.ttl_s is None or authorizer.ttl_s > 0
    if authorizer.type == "REQUEST" and cached and not sources:
        raise bad_request("Request authorizers with caching enabled must have at least one identity source")
    for source in sources:
        if not _SOURCE.match(source):
            raise bad_request(f"Invalid identity source expression: {source}")
