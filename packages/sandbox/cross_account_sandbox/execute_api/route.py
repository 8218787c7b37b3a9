"""Find the method in the stage's snapshot that a request is for."""

from __future__ import annotations

from cross_account_sandbox.execute_api.authorization.iam import signature_refusal
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import Refusal
from cross_account_sandbox.execute_api.signed_request import MISSING, SignatureRefusal, read_signature
from cross_account_sandbox.trace import Outcome


def check(exchange: Exchange) -> None:
    """Set the request's resource, method and path parameters. Raises Refusal if no method matches."""
    match = exchange.snapshot.routes.match(exchange.verb, exchange.address.path)
    if match is None:
        raise _no_route(exchange)
    exchange.resource, exchange.method, exchange.path_parameters = match.resource, match.method, match.path_parameters
    exchange.trace.add(
        "route",
        Outcome.PASSED,
        f"{match.method.http_method} {match.resource.path}",
        resource=match.resource.path,
        method=match.method.http_method,
    )


def _no_route(exchange: Exchange) -> Refusal:
    """Return 403: `Missing Authentication Token`, or the error of an Authorization header that is not a signature."""
    problem = SignatureRefusal(MISSING, "Missing Authentication Token")
    if exchange.header("authorization"):
        try:
            read_signature(exchange.request)
        except SignatureRefusal as found:
            problem = found
    refusal = signature_refusal(problem)
    refusal.hop = "route"
    refusal.why = f"No method matches {exchange.verb} {exchange.address.path}"
    refusal.evidence = {"path": exchange.address.path, "verb": exchange.verb}
    return refusal
