"""Authorizers of an HTTP API: JSON Web Tokens of an issuer, or a Lambda authorizer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from cross_account_api.accounts import Account
from cross_account_api.children import Children
from cross_account_api.function.targets import BoundFunction

_TOKEN = "$request.header.Authorization"  # noqa: S105  the header's name
#: Valid identity sources (developer guide, http-api-lambda-authorizer, "Identity sources").
_IDENTITY_SOURCE = re.compile(r"\$(request\.(header|querystring)|context|stageVariables)\.\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class JwtAuthorizer:
    """A JWT authorizer: `issuer` publishes the keys, and a token's aud or client_id must name an `audience`."""

    issuer: pulumi.Input[str]
    audience: Sequence[pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestAuthorizer:
    """A Lambda authorizer (payload 2.0). Its function can be in another account and Region.

    function          its name in `functions`
    identity_sources  where the caller's identity is found, and the cache key. If one is missing, the client gets 401
                      and the function is not called
    cache_seconds     how long a result is cached, for every route with this authorizer, 0 to 3,600; 0: not cached
    simple_responses  the function returns `{"isAuthorized": true}`; otherwise an IAM policy
    """

    # Unconfirmed: that a function in another account can decide for an HTTP API. Reason: AWS documents authorizers of
    # other accounts for REST APIs alone.
    function: str
    identity_sources: Sequence[str] = (_TOKEN,)
    cache_seconds: int = 0
    simple_responses: bool = True


HttpAuthorizer = JwtAuthorizer | RequestAuthorizer


def http_authorizers(
    component: str,
    authorizers: Mapping[str, HttpAuthorizer],
    functions: Mapping[str, BoundFunction],
    *,
    api_id: pulumi.Output[str],
    account: Account,
    children: Children,
) -> dict[str, aws.apigatewayv2.Authorizer]:
    """Each authorizer, in the API account, by name."""
    made = {}
    for name, authorizer in authorizers.items():
        resource_name = f"{component}-{name}-authorizer"
        if isinstance(authorizer, RequestAuthorizer):
            made[name] = aws.apigatewayv2.Authorizer(
                resource_name,
                api_id=api_id,
                name=name,
                authorizer_type="REQUEST",
                authorizer_uri=functions[authorizer.function].uri,
                authorizer_payload_format_version="2.0",
                authorizer_result_ttl_in_seconds=authorizer.cache_seconds,
                enable_simple_responses=authorizer.simple_responses,
                identity_sources=list(authorizer.identity_sources) or None,
                opts=children.options(account),
            )
            continue
        # The first version had only one authorizer, an unnamed JWT authorizer.
        alone = sum(isinstance(each, JwtAuthorizer) for each in authorizers.values()) == 1
        made[name] = aws.apigatewayv2.Authorizer(
            resource_name,
            api_id=api_id,
            name=name,
            authorizer_type="JWT",
            identity_sources=[_TOKEN],
            jwt_configuration=aws.apigatewayv2.AuthorizerJwtConfigurationArgs(
                issuer=authorizer.issuer, audiences=list(authorizer.audience)
            ),
            opts=children.options(account, aliases=[pulumi.Alias(name=f"{component}-authorizer")] if alone else []),
        )
    return made


def http_authorizer_faults(authorizers: Mapping[str, HttpAuthorizer]) -> list[str]:
    """Errors that API Gateway would report. Pure."""
    faults = []
    for name, authorizer in authorizers.items():
        where = f"authorizer {name!r}"
        if isinstance(authorizer, JwtAuthorizer):
            if not authorizer.audience:
                faults.append(f"{where}: audience is empty; list the values that a token's aud or client_id can have")
            continue
        if not 0 <= authorizer.cache_seconds <= 3600:
            faults.append(f"{where}: cache_seconds {authorizer.cache_seconds} is not between 0 and 3,600")
        if authorizer.cache_seconds and not authorizer.identity_sources:
            faults.append(
                f"{where}: results cannot be cached without identity sources; give one, or set cache_seconds=0"
            )
        faults += [
            f"{where}: identity source {source!r} is not $request.header.NAME, $request.querystring.NAME, "
            "$context.NAME or $stageVariables.NAME"
            for source in authorizer.identity_sources
            if not _IDENTITY_SOURCE.fullmatch(source)
        ]
    return faults
