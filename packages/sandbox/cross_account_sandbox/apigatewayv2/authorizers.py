"""Authorizers of an HTTP API: JWT (an issuer's tokens) or REQUEST (a Lambda function)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from aws_rules.arns import foreign_partition, partition_of_region
from cross_account_sandbox.apigateway.errors import bad_request, conflict
from cross_account_sandbox.apigateway.identifiers import SHORT, new_id
from cross_account_sandbox.apigatewayv2.deployments import changed
from cross_account_sandbox.apigatewayv2.integrations import function_of
from cross_account_sandbox.apigatewayv2.lookup import api_of, member, page_by_token
from cross_account_sandbox.apigatewayv2.members import described, fields_of
from cross_account_sandbox.apigatewayv2.members import update as update_members
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpAuthorizer
from cross_account_sandbox.control_plane.service import Call

_SOURCE = re.compile(r"^\$(?:request\.(?:header|querystring)\.\S+|context\.\S+|stageVariables\.\S+)$")
_LONGEST_TTL_S = 3600
_DISCOVERY = "/.well-known/openid-configuration"


def create(call: Call) -> dict[str, Any]:
    api = api_of(call)
    members = fields_of(HttpAuthorizer, call.params, without=("authorizer_id",))
    authorizer = add(api, HttpAuthorizer(authorizer_id=new_id(SHORT, taken=api.authorizers), **members))
    changed(api)
    return describe(authorizer)


def add(api: HttpApi, authorizer: HttpAuthorizer) -> HttpAuthorizer:
    """Check an authorizer and add it to an API."""
    _check(authorizer, api)
    if any(other.name == authorizer.name for other in api.authorizers.values()):
        # As users report from AWS, including "RestApi": aws/aws-cdk#20170.
        raise bad_request(
            f"Authorizer name must be unique. Authorizer {authorizer.name} already exists in this RestApi."
        )
    api.authorizers[authorizer.authorizer_id] = authorizer
    return authorizer


def get(call: Call) -> dict[str, Any]:
    return describe(_named(call))


def get_all(call: Call) -> dict[str, Any]:
    return page_by_token(call, [describe(authorizer) for authorizer in api_of(call).authorizers.values()])


def update(call: Call) -> dict[str, Any]:
    api, authorizer = api_of(call), _named(call)
    changes = HttpAuthorizer(**vars(authorizer))
    update_members(changes, call.params, without=("authorizer_id",))
    _check(changes, api)
    api.authorizers[authorizer.authorizer_id] = changes
    changed(api)
    return describe(changes)


def delete(call: Call) -> None:
    api, authorizer = api_of(call), _named(call)
    used = [route.route_key for route in api.routes.values() if route.authorizer_id == authorizer.authorizer_id]
    if used:
        # As users report from AWS: anomalyco/sst#5586.
        raise conflict(f"Cannot delete authorizer '{authorizer.name}', is referenced in route: {used[0]}")
    del api.authorizers[authorizer.authorizer_id]
    changed(api)


def reset_cache(call: Call) -> None:
    """ResetAuthorizersCache: delete the cached results of the stage's authorizers."""
    api_id, stage = api_of(call).api_id, str(call.params.get("StageName", ""))
    call.world.gateway.forget_authorizers("http", api_id, stage)


def _named(call: Call) -> HttpAuthorizer:
    return member(call, api_of(call).authorizers, "AuthorizerId", "authorizer")


def describe(authorizer: HttpAuthorizer) -> dict[str, Any]:
    """Format an authorizer for a response."""
    shown = described(authorizer)
    if authorizer.authorizer_type == "JWT":
        shown.pop("EnableSimpleResponses", None)
    return shown


def _check(authorizer: HttpAuthorizer, api: HttpApi) -> None:
    if any(not _SOURCE.match(source) for source in authorizer.identity_source or []):
        # Unconfirmed: the text for an identity source that is not an expression of an HTTP API. Reason: only the rule
        # is documented.
        raise bad_request(f"Invalid identity source specified: {', '.join(authorizer.identity_source)}")
    if not 0 <= (authorizer.authorizer_result_ttl_in_seconds or 0) <= _LONGEST_TTL_S:
        # Unconfirmed: the text for a TTL outside 0 to 3,600 seconds. Reason: only the rule is documented.
        raise bad_request("Authorizer result TTL should be between 0 and 3600 seconds")
    if authorizer.authorizer_type == "JWT":
        _check_jwt(authorizer)
    elif authorizer.authorizer_type == "REQUEST":
        _check_request(authorizer, partition_of_region(api.region))
    else:
        # Unconfirmed: the text for an authorizer type other than JWT and REQUEST. Reason: only the rule is documented.
        raise bad_request(f"Invalid authorizer type specified: {authorizer.authorizer_type}")


def _check_jwt(authorizer: HttpAuthorizer) -> None:
    issuer = str((authorizer.jwt_configuration or {}).get("Issuer", ""))
    parts = urlsplit(issuer)
    # AWS accepts only https. The sandbox also accepts http for loopback issuers, so that it can have issuers at all.
    loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or not (parts.scheme == "https" or loopback):
        # The text for an issuer that AWS cannot reach is as users report it: haandol/cognito-kakao-example#1.
        # Unconfirmed: that an issuer that is not an https URL has the same text. Reason: the reports show only https
        # URLs.
        raise bad_request(
            f"Caught exception when connecting to {issuer}{_DISCOVERY} for issuer {issuer}. Please try again later. "
            f"Error: Invalid issuer: {issuer}. Issuer must have a valid discovery endpoint ended with '{_DISCOVERY}'"
        )
    if len(authorizer.identity_source or []) != 1:
        # Unconfirmed: the text for a JWT authorizer with more or fewer than one identity source. Reason: only the rule
        # is documented.
        raise bad_request("A JWT authorizer needs exactly one identity source")


def _check_request(authorizer: HttpAuthorizer, partition: str) -> None:
    uri = authorizer.authorizer_uri
    if function_of(uri) is None or foreign_partition(uri or "", partition):
        # Unconfirmed: the text for an authorizer URI that is not a function's. Reason: only the rule is documented.
        raise bad_request(f"Invalid authorizer URI: {uri}")
    if authorizer.authorizer_payload_format_version not in ("1.0", "2.0"):
        raise bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
    if authorizer.enable_simple_responses and authorizer.authorizer_payload_format_version != "2.0":
        # Unconfirmed: the text for simple responses with payload format 1.0. Reason: only the rule is documented.
        raise bad_request("Simple responses are only supported for payload format version 2.0")
    if authorizer.authorizer_result_ttl_in_seconds and not authorizer.identity_source:
        # As users report from AWS: hashicorp/terraform-provider-aws#32629.
        raise bad_request("Identity source must be set if authorizer caching is enabled (TTL is greater than 0)")
