"""Probes that send a request without a signature."""

from __future__ import annotations

from tools.prove.probe import ERRORS, Probe, sends

_MANY = "docs/patterns/many-accounts.md"
_HTTP = "docs/patterns/http-api.md"
_DOMAIN = "docs/patterns/custom-domain.md"

REQUESTS = (
    Probe(
        name="tutorial",
        what="GET / with the tutorial's parameters and header",
        page="Lambda developer guide, services-apigateway-tutorial",
        ask=sends("GET", "/?name=John&city=Seattle", headers={"day": "Thursday"}),
    ),
    Probe(name="tutorial-without-parameters", what="GET /", page="as above", ask=sends("GET", "/")),
    Probe(name="no-such-route", what="GET /nothing", page=f"{ERRORS}, 2", ask=sends("GET", "/nothing")),
    Probe(name="no-such-method", what="DELETE /", page=f"{ERRORS}, 2", ask=sends("DELETE", "/")),
    Probe(name="no-such-stage", what="GET /nothing at the host", page=f"{ERRORS}, 1", ask=sends("GET", "//nothing/")),
    Probe(
        name="preflight",
        what="OPTIONS /pets",
        page="API Gateway developer guide, how-to-cors",
        ask=sends("OPTIONS", "/pets", headers={"Origin": "https://example.com"}),
    ),
    Probe(
        name="backend",
        what="GET /pets/1, which the PetStore backend accepts",
        page="API Gateway developer guide, api-gateway-create-api-from-example",
        ask=sends("GET", "/pets/1"),
    ),
    Probe(
        name="backend-out-of-range",
        what="GET /pets/0, which the PetStore backend rejects",
        page="docs/unconfirmed.md",
        ask=sends("GET", "/pets/0"),
    ),
    Probe(
        name="backend-refuses-a-body",
        what="POST /pets with an empty object",
        page="docs/unconfirmed.md",
        ask=sends("POST", "/pets", headers={"Content-Type": "application/json"}, body=b"{}"),
    ),
    Probe(
        name="headers-over-the-limit",
        what="GET / with a header of 11 KB",
        page="docs/unconfirmed.md",
        ask=sends("GET", "/", headers={"X-Long": "x" * 11_000}),
    ),
    Probe(
        name="unsigned-authorization-header",
        what="GET /nothing with an Authorization header that is not a signature",
        page="recorded answers",
        ask=sends("GET", "/nothing", headers={"Authorization": "Bearer x"}),
    ),
    Probe(
        name="body-over-the-limit",
        what="POST /pets with more than 10 MB",
        page=f"{ERRORS}, 1",
        ask=sends("POST", "/pets", headers={"Content-Type": "text/plain"}, body=b"x" * (10 * 1024 * 1024 + 1)),
    ),
    Probe(name="unsigned", what="GET / without a signature, under AWS_IAM", page=f"{ERRORS}, 3", ask=sends("GET", "/")),
    Probe(
        name="users-echo",
        what="GET /users?name=a%20b: the request that the function received",
        page="docs/patterns/users.md",
        ask=sends("GET", "/users?name=a%20b", headers={"X-Team": "pets", "User-Agent": "prove"}),
    ),
    Probe(
        name="authorizer-lets-in",
        what="GET /token with a token that the authorizer knows",
        page="docs/patterns/authorizer.md",
        ask=sends("GET", "/token", headers={"Authorization": "jo:open-sesame"}),
    ),
    Probe(
        name="authorizer-without-token",
        what="GET /token without a token",
        page="docs/patterns/authorizer.md",
        ask=sends("GET", "/token"),
    ),
    Probe(
        name="authorizer-refuses",
        what="GET /token with a wrong token",
        page="docs/patterns/authorizer.md",
        ask=sends("GET", "/token", headers={"Authorization": "jo:wrong"}),
    ),
    Probe(
        name="caller-unsigned",
        what="GET /orders without a signature",
        page="docs/patterns/resource-policy.md",
        ask=sends("GET", "/orders"),
    ),
    Probe(
        name="many-shared",
        what="GET /shared of the first API",
        page=_MANY,
        ask=sends("GET", "/shared"),
    ),
    Probe(name="many-remote", what="GET /remote of the first API", page=_MANY, ask=sends("GET", "/remote")),
    Probe(
        name="many-second",
        what="GET /shared of the second API: the same function",
        page=_MANY,
        ask=sends("GET", "/shared", url="secondUrl"),
    ),
    Probe(
        name="split-orders",
        what="GET /orders/1 of the API's own stack",
        page="docs/patterns/split.md",
        ask=sends("GET", "/orders/1"),
    ),
    Probe(
        name="http-hello", what="GET /hello/jo: an object without statusCode", page=_HTTP, ask=sends("GET", "/hello/jo")
    ),
    Probe(name="http-no-such-route", what="GET /nothing of an HTTP API", page=_HTTP, ask=sends("GET", "/nothing")),
    Probe(name="http-no-token", what="GET /orders without a token", page=_HTTP, ask=sends("GET", "/orders")),
    Probe(
        name="http-not-a-token",
        what="GET /orders with a token that is not a JWT",
        page=_HTTP,
        ask=sends("GET", "/orders", headers={"Authorization": "Bearer x"}),
    ),
    Probe(name="http-unsigned", what="GET /signed without a signature", page=_HTTP, ask=sends("GET", "/signed")),
    Probe(name="domain-orders", what="GET /v1/orders of the custom domain", page=_DOMAIN, ask=sends("GET", "/orders")),
    Probe(
        name="domain-unmapped",
        what="GET /v2/orders of the custom domain",
        page=_DOMAIN,
        ask=sends("GET", "//v2/orders"),
    ),
    Probe(
        name="domain-default-endpoint",
        what="GET /orders at the API's own host, which is disabled",
        page=_DOMAIN,
        ask=sends("GET", "/orders", url="defaultUrl"),
    ),
)
