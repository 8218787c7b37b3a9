"""Puts the guard that the arguments request for each operation into the document, so that API Gateway enforces it.

Pure.

The rule: a requested guard is enforced on every operation except preflights, or the program stops
before anything is created and names the operations.

A preflight is an OPTIONS operation that API Gateway answers itself, with a mock. An OPTIONS operation that a function
or another backend answers is guarded like any other, because nothing may run for a caller without credentials.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aws_rules.security_schemes import AUTHORIZER, enforced_as
from cross_account_api.rest import openapi
from cross_account_api.rest.openapi import Json

#: (METHOD, path), ANY for every method.
Operation = tuple[str, str]

_AUTH = "x-amazon-apigateway-auth"
_SIGV4_SCHEME = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard: the authorizer with that name; None: AWS_IAM, a request signed with SigV4."""

    authorizer: str | None = None

    def __str__(self) -> str:
        return "AWS_IAM" if self.authorizer is None else f"authorizer {self.authorizer!r}"


AWS_IAM = Guard()


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSecurity:
    """What the document itself requires for an operation, as far as API Gateway can enforce it.

    guards    a signature and authorizers; API Gateway enforces one for each method
    api_keys  names of x-api-key schemes; API Gateway enforces a key beside the guard
    """

    guards: tuple[Guard, ...]
    api_keys: tuple[str, ...]


def wanted_guards(
    document: Mapping[str, Any],
    routes: Iterable[tuple[str, str, str | None]],
    authorization: Literal["NONE", "AWS_IAM"],
) -> dict[Operation, Guard]:
    """The guard that the arguments request, by operation; `routes`: (method, path, authorizer).

    A route's authorizer takes precedence over the API's authorization.
    """
    named = {(method, path): authorizer for method, path, authorizer in routes}
    wanted: dict[Operation, Guard] = {}
    for (method, path), operation in _operations(document):
        authorizer = named.get((method, path))
        if authorizer is not None:
            wanted[method, path] = Guard(authorizer)
        elif authorization == "AWS_IAM" and not (
            method == "OPTIONS" and (method, path) not in named and openapi.is_mock(document, operation)
        ):
            wanted[method, path] = AWS_IAM
    return wanted


def with_guards(document: Mapping[str, Any], wanted: Mapping[Operation, Guard]) -> Json:
    """The document in which API Gateway enforces these guards; its own API keys stay beside them.

    Everything else that the document requires for these operations is removed: schemes that API Gateway does not
    enforce (oauth2, http, openIdConnect, other API keys), an empty `security`, and `x-amazon-apigateway-auth`, whose
    NONE would open the method. Each operation gets its own `security`, because API Gateway ignores most of the root's
    (developer guide, api-gateway-known-issues).
    """
    sigv4 = _sigv4_name(openapi.security_schemes(document))
    own = {operation: own_security(document, node) for operation, node in _operations(document)}
    if AWS_IAM in wanted.values():
        document = openapi.with_security_schemes(document, {sigv4: _SIGV4_SCHEME})
    result = openapi.opened(document)
    for (method, path), guard in wanted.items():
        item, key = result["paths"][path], openapi.operation_key(method)
        # A separate requirement for each, as in API Gateway's own exports.
        names = [guard.authorizer or sigv4, *own[method, path].api_keys]
        item[key] = {name: value for name, value in item[key].items() if name != _AUTH}
        item[key]["security"] = [{name: []} for name in names]
    return result


def guard_faults(
    document: Mapping[str, Any], wanted: Mapping[Operation, Guard], authorizers: Sequence[str] = ()
) -> list[str]:
    """Why API Gateway could not enforce these guards in this document; empty if it can.

    `authorizers`: names of the authorizers that will be added to the document's own.
    """
    faults = []
    if document.get("swagger") and document.get("openapi"):
        faults.append("document: has both `swagger` and `openapi`; keep the one that matches its format")
    schemes = openapi.security_schemes(document)
    faults += [
        f"authorizer {name!r}: the document has a security scheme of this name, which API Gateway enforces; rename one"
        for name in authorizers
        if enforced_as(openapi.resolved(document, schemes.get(name))) is not None
    ]
    if wanted:
        paths = openapi.opened(document)["paths"]
        faults += _path_faults({path: item for path, item in paths.items() if path.startswith("/")})
    merged = openapi.with_security_schemes(document, {name: {AUTHORIZER: {}} for name in authorizers})
    # Unconfirmed: which of two guards of one method API Gateway enforces, so two are refused. Reason: no AWS page says
    # it.
    others: dict[tuple[Guard, Guard], list[str]] = {}
    for operation, node in _operations(merged):
        own = own_security(document, node).guards
        # An authorizer with the name of a scheme of the document guards where the document names that scheme.
        guard = wanted.get(operation) or next(
            (each for each in own_security(merged, node).guards if each not in own), None
        )
        for other in own_security(merged, node).guards if operation in wanted else own:
            if guard is not None and other != guard:
                others.setdefault((guard, other), []).append(" ".join(operation))
    return faults + [
        f"{guard} is requested for {', '.join(names)}, but the document guards that with {other}, and API Gateway "
        f"enforces one guard for each method. Remove {other} from the document's `security` and {_AUTH}, or do not "
        f"request {guard} there"
        for (guard, other), names in others.items()
    ]


def own_security(document: Mapping[str, Any], operation: Mapping[str, Any]) -> OwnSecurity:
    """What the document itself requires for an operation.

    An operation without `security` has the root's, of which API Gateway applies only authorizers.
    """
    own = operation.get("security")
    schemes = openapi.security_schemes(document)
    guards: list[Guard] = []
    api_keys: list[str] = []
    for name in _names(document.get("security") if own is None else own):
        kind = enforced_as(openapi.resolved(document, schemes.get(name)))
        if kind == "authorizer":
            guards.append(Guard(name))
        elif kind == "AWS_IAM" and own is not None:
            guards.append(AWS_IAM)
        elif kind == "api_key" and own is not None:
            api_keys.append(name)
    extension = openapi.resolved(document, operation.get(_AUTH))
    if str(extension.get("type")).upper() == "AWS_IAM":
        guards.append(AWS_IAM)
    return OwnSecurity(guards=tuple(dict.fromkeys(guards)), api_keys=tuple(dict.fromkeys(api_keys)))


def _path_faults(paths: Mapping[str, Any]) -> list[str]:
    """Paths whose operations are unknown, or whose methods would overwrite another path's."""
    faults = [
        f"path {path}: the document has no {item['$ref']!r}, so its operations cannot be guarded; write the operations "
        "here"
        for path, item in paths.items()
        if "$ref" in item
    ]
    resources: dict[str, list[str]] = {}
    for path in paths:
        resources.setdefault("/".join(filter(None, path.split("/"))), []).append(path)
    return faults + [
        f"paths {' and '.join(same)}: API Gateway treats them as one resource; keep one"
        for same in resources.values()
        if len(same) > 1
    ]


def _names(security: Any) -> list[str]:
    requirements = security if isinstance(security, list) else []
    return [name for requirement in requirements if isinstance(requirement, dict) for name in requirement]


def _sigv4_name(schemes: Mapping[str, Any]) -> str:
    """A name for the SigV4 scheme that the document does not use otherwise."""
    name = "sigv4"
    while name in schemes and schemes[name] != _SIGV4_SCHEME:
        name += "_"
    return name


def _operations(document: Mapping[str, Any]) -> list[tuple[Operation, Mapping[str, Any]]]:
    paths = openapi.opened(document)["paths"]
    return [
        ((method, path), paths[path][openapi.operation_key(method)]) for method, path in openapi.operations(document)
    ]
