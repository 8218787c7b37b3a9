"""JWT authorizers: require a token from the configured issuer, for an allowed audience, with one of the route's scopes.

The checks and their order follow the API Gateway developer guide, "Control access to HTTP
APIs with JWT authorizers in API Gateway". Issuers on a loopback address can use http.
"""

from __future__ import annotations

import json
import time
from typing import Any

import jwt

from cross_account_sandbox.apigatewayv2.model import HttpAuthorizer
from cross_account_sandbox.execute_api import outbound
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.identity_source import values_of
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal, failed, unsupported
from cross_account_sandbox.trace import Outcome
from cross_account_sandbox.world import World

#: Only RSA, as the guide says.
_ALGORITHMS = ("RS256", "RS384", "RS512")
#: How long an issuer's keys are cached, in seconds.
_KEYS_S = 2 * 3600
_TIMEOUT_MS = 1_500
_HOP = "authorization"


async def check(exchange: HttpExchange) -> None:
    """Raises HttpRefusal: 401 `Unauthorized` without a valid token, 403 `Forbidden` without a scope."""
    route = exchange.route
    authorizer = exchange.snapshot.authorizers.get((route.authorizer_id if route else None) or "")
    if route is None or authorizer is None:
        raise failed(hop=_HOP, why="The deployment does not contain the route's authorizer")
    scopes = route.authorization_scopes
    text = next(iter(values_of(exchange, authorizer.identity_source)), "")
    if not text:
        raise _unauthorized(f"No token in {', '.join(authorizer.identity_source)}", challenge="Bearer")
    token = text.removeprefix("Bearer ").removeprefix("bearer ").strip()
    try:
        claims = await _claims(exchange.world, authorizer, token)
        _check_audience(authorizer, claims)
    except jwt.PyJWTError as problem:
        challenge = f'Bearer scope="{" ".join(scopes)}" error="invalid_token" error_description="{problem}"'
        raise _unauthorized(f"The token is invalid: {problem}", challenge=challenge) from None
    held = _scopes(claims)
    if scopes and not set(scopes) & set(held):
        challenge = (
            f'Bearer scope="{" ".join(scopes)}" error="insufficient_scope" error_description="insufficient scope"'
        )
        raise HttpRefusal(
            403,
            "Forbidden",
            hop=_HOP,
            why=f"The token has the scopes {held}; the route requires one of {scopes}",
            headers=(("www-authenticate", challenge),),
            wanted=scopes,
            got=held,
        )
    granted = [scope for scope in held if scope in scopes] if scopes else None
    exchange.authorizer = {"jwt": {"claims": {name: _text(value) for name, value in claims.items()}, "scopes": granted}}
    exchange.trace.add(
        _HOP,
        Outcome.ALLOWED,
        f"A token from {claims['iss']} for {claims.get('sub', 'an unnamed subject')}",
        issuer=claims["iss"],
        subject=claims.get("sub"),
        scopes=held,
    )


async def _claims(world: World, authorizer: HttpAuthorizer, token: str) -> dict[str, Any]:
    """Return the claims of a token after checking its signature, issuer and times. Raises PyJWTError."""
    issuer = str(authorizer.jwt_configuration.get("Issuer", ""))
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in _ALGORITHMS:
        raise jwt.InvalidAlgorithmError(f"the algorithm {header.get('alg')} is not supported")
    key = await _key(world, issuer, header.get("kid"))
    claims: dict[str, Any] = jwt.decode(
        token,
        key.key,
        algorithms=list(_ALGORITHMS),
        issuer=issuer,
        options={"require": ["exp", "iss"], "verify_aud": False},
    )
    return claims


def _check_audience(authorizer: HttpAuthorizer, claims: dict[str, Any]) -> None:
    """Check that `aud`, or `client_id` if there is no `aud`, is one of the configured audiences."""
    configured = authorizer.jwt_configuration.get("Audience") or []
    audience = claims.get("aud", claims.get("client_id"))
    named = audience if isinstance(audience, list) else [audience]
    if not set(map(str, configured)) & {str(name) for name in named if name is not None}:
        raise jwt.InvalidAudienceError("the token's audience is not one of the authorizer's audiences")


async def _key(world: World, issuer: str, kid: str | None) -> jwt.PyJWK:
    """Return the issuer's key with this ID; keys are cached, and read again once for an unknown ID."""
    cache, slot = world.gateway.authorizers, ("jwks", issuer)
    expiry, keys = cache.get(slot, (0.0, []))
    found = _among(keys, kid) if expiry > time.monotonic() else None
    if found is None:
        keys = await _fetch_keys(world, issuer)
        cache[slot] = (time.monotonic() + _KEYS_S, keys)
        found = _among(keys, kid)
    if found is None:
        raise jwt.InvalidKeyError(f"the issuer has no key {kid!r}")
    return found


def _among(keys: list[jwt.PyJWK], kid: str | None) -> jwt.PyJWK | None:
    return next((key for key in keys if kid in (None, key.key_id)), None)


async def _fetch_keys(world: World, issuer: str) -> list[jwt.PyJWK]:
    configuration = await _fetch(world, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    keys = await _fetch(world, str(configuration.get("jwks_uri", "")))
    return jwt.PyJWKSet.from_dict(keys).keys


async def _fetch(world: World, url: str) -> dict[str, Any]:
    try:
        response = await outbound.reach(
            world, "GET", url, [("Accept", "application/json")], b"", timeout_ms=_TIMEOUT_MS
        )
        document = json.loads(response.body) if response.status == 200 else None
    except outbound.OutboundNotAllowedError as problem:
        raise unsupported(hop=_HOP, what=str(problem), uri=url) from None
    except (OSError, TimeoutError, ValueError) as problem:
        raise jwt.InvalidIssuerError(f"the issuer's {url} cannot be read: {problem}") from None
    if not isinstance(document, dict):
        raise jwt.InvalidIssuerError(f"the issuer's {url} answered {response.status}")
    return document


def _scopes(claims: dict[str, Any]) -> list[str]:
    held = claims.get("scope", claims.get("scp", []))
    return held.split() if isinstance(held, str) else [str(scope) for scope in held]


def _text(value: Any) -> str:
    """Format a claim for events, which have every claim as text and lists as `[a b]`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{' '.join(_text(item) for item in value)}]"
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _unauthorized(why: str, *, challenge: str) -> HttpRefusal:
    return HttpRefusal(
        401, "Unauthorized", hop=_HOP, why=why, headers=(("www-authenticate", challenge.replace("\n", " ")),)
    )
