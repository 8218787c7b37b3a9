"""Rules about an API's definition: guards, integrations, and the wildcards that its routes need."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_rules import arns, grants, policies
from aws_rules.security_schemes import AUTHORIZER, enforced_as
from cross_account_policies.resources import UNKNOWN, Json, Resource, accounts_in, listed, parsed

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method")
_ANY = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_APIS = ("aws:apigateway/restApi:RestApi", "aws:apigatewayv2/api:Api")
_INTEGRATIONS = ("aws:apigateway/integration:Integration", "aws:apigatewayv2/integration:Integration")
_AUTHORIZERS = ("aws:apigateway/authorizer:Authorizer", "aws:apigatewayv2/authorizer:Authorizer")
#: The properties of a resource, and the keys of a document, that contain what API Gateway calls.
_CALLS = ("uri", "integrationUri", "authorizerUri", "credentials", "credentialsArn", "authorizerCredentials")


def every_operation_is_guarded(resource: Resource) -> Iterator[str]:
    """If a document guards one operation, an operation without a guard is probably a mistake.

    Preflights (OPTIONS with a mock integration) stay open, because browsers send them without credentials.
    """
    document = resource.document("body") if resource.type in _APIS else None
    if document is None:
        return
    operations = _operations(document)
    guarded = {operation for operation, node in operations if _is_guarded(document, node)}
    if not guarded and not _names(document.get("security")):
        return
    opened = [
        " ".join(operation)
        for operation, node in operations
        if operation not in guarded and not _is_preflight(operation, node)
    ]
    if opened:
        yield (
            f"{resource.name}: its document guards operations, but not {', '.join(opened)}. Give each a `security` "
            "that names a SigV4 or authorizer scheme; API Gateway does not apply the root's SigV4"
        )


def no_third_account(resources: Sequence[Resource], accounts: Sequence[str] = ()) -> Iterator[tuple[Resource, str]]:
    """An API can call only into accounts of this stack.

    These are its providers' `allowedAccountIds`, the accounts of referenced stacks, and `accounts`.
    """
    known = set(accounts)
    for resource in resources:
        known |= set(_pinned(resource))
        if resource.type == "pulumi:pulumi:StackReference":
            known |= set(accounts_in(resource.properties))
    stack = ", ".join(sorted(known))
    for resource in resources:
        for where, account in sorted(set(_called(resource))):
            if known and account not in known:
                message = (
                    f"{resource.name}: {where} calls into account {account}, which is not an account of this stack "
                    f"({stack}). Correct the ARN, or add the account to this policy's `accounts`"
                )
                yield resource, message


def no_wider_than_its_routes(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A wildcard in a permission for API Gateway can only stand for a path parameter, ANY or an authorizer's ID."""
    apis = {_api_id(resource): _Api.of(resource, resources) for resource in resources if _has_routes(resource)}
    for resource in resources:
        source = resource.known("sourceArn")
        is_permission = resource.is_a("lambda/permission:Permission")
        if not is_permission or resource.known("principal") != policies.API_GATEWAY or not isinstance(source, str):
            continue
        api_id, _, tail = source.rpartition(":")[2].partition("/")
        api = apis.get(api_id)
        needed = api.tails(_function(resource)) if api else set()
        # The routes of an API in another stack are unknown, and so are routes of separate aws.apigateway.Method
        # resources.
        wide = (api.is_known and tail not in needed) if api else _is_no_route(tail)
        if wide and {"*", "?"} & set(tail):
            routes = ", ".join(sorted(needed)) or "each route"
            message = (
                f"{resource.name}: sourceArn {source} covers more than the routes that call the function. Use one "
                f"permission for {routes}: STAGE/METHOD/PATH with * for each path parameter"
            )
            yield resource, message


def _has_routes(resource: Resource) -> bool:
    """An HTTP API's routes are resources that name it; a REST API's are in its document."""
    return resource.type in _APIS and (resource.type.startswith("aws:apigatewayv2/") or "body" in resource.properties)


def _is_no_route(tail: str) -> bool:
    """True if no single route needs this: a route's tail has a stage, a method and a path."""
    return tail.count("/") < 2 and tail != "authorizers/*"


@dataclass(frozen=True, kw_only=True)
class _Api:
    """The routes of an API in this stack.

    Each has the part of the SourceArn after the API's ID, and the URI that it calls, empty if unknown.
    """

    is_known: bool
    routes: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, api: Resource, resources: Sequence[Resource]) -> _Api:
        api_id = _api_id(api)
        if api.properties.get("body") is UNKNOWN or not api_id:
            return cls(is_known=False)
        mine = [each for each in resources if api_id in (each.known("restApi"), each.known("apiId"))]
        stages = [str(each.known("stageName") or each.known("name")) for each in mine if each.type.endswith(":Stage")]
        found: list[tuple[str, str]] = []
        for (verb, path), node in _operations(api.document("body") or {}):
            uri = str((parsed(node.get(_INTEGRATION)) or {}).get("uri") or "none")
            tails = [
                arns.method_tail(stage=stage, method=verb, path=path) for stage in (*stages, arns.TEST_INVOKE_STAGE)
            ]
            found += [(tail, uri) for tail in tails]
        targets = {f"integrations/{each.id}": str(each.known("integrationUri")) for each in mine}
        for each in mine:
            if each.is_a("apigatewayv2/route:Route"):
                key = str(each.known("routeKey"))
                found += [
                    (grants.route_tail(stage, key), targets.get(str(each.known("target")), "")) for stage in stages
                ]
            if each.type in _AUTHORIZERS:
                found.append(("authorizers/*", str(each.known("authorizerUri"))))
        schemes = _schemes(api.document("body") or {})
        found += [
            ("authorizers/*", str(scheme[AUTHORIZER].get("authorizerUri")))
            for scheme in schemes.values()
            if isinstance(scheme.get(AUTHORIZER), Mapping)
        ]
        return cls(is_known=True, routes=found)

    def tails(self, function: str) -> set[str]:
        """The tails of the routes that call the function with this name; of all routes if its name is unknown."""
        ends = (f":function:{function}:", f":function:{function}/")
        return {tail for tail, uri in self.routes if not function or not uri or any(end in uri for end in ends)}


def _api_id(api: Resource) -> str:
    """The engine sends outputs; the provider decides which of them contains the ID."""
    return api.id or str(api.known("executionArn") or "").rpartition(":")[2]


def _function(permission: Resource) -> str:
    """The function's name, given as a name or as an ARN."""
    named = str(permission.known("function") or "")
    return named.partition(":function:")[2].partition(":")[0] if named.startswith("arn:") else named.partition(":")[0]


def _operations(document: Json) -> list[tuple[tuple[str, str], Json]]:
    paths = document.get("paths")
    return [
        ((arns.ANY if method == _ANY else method.upper(), path), item[method])
        for path, item in (paths.items() if isinstance(paths, Mapping) else ())
        if isinstance(item, Mapping)
        for method in _METHODS
        if isinstance(item.get(method), Mapping)
    ]


def _is_guarded(document: Json, operation: Json) -> bool:
    own = operation.get("security")
    schemes = _schemes(document)
    kinds = {enforced_as(schemes.get(name, {})) for name in _names(document.get("security") if own is None else own)}
    # From the root's `security`, API Gateway applies only authorizers (developer guide, known issues).
    signed = "AWS_IAM" in kinds and own is not None
    extension = parsed(operation.get("x-amazon-apigateway-auth")) or {}
    return signed or "authorizer" in kinds or str(extension.get("type")).upper() == "AWS_IAM"


def _is_preflight(operation: tuple[str, str], node: Json) -> bool:
    integration = parsed(node.get(_INTEGRATION)) or {}
    return operation[0] == "OPTIONS" and str(integration.get("type")).lower() == "mock"


def _schemes(document: Json) -> dict[str, Json]:
    components = parsed(document.get("components")) or {}
    schemes = parsed(components.get("securitySchemes")) or parsed(document.get("securityDefinitions")) or {}
    return {name: scheme for name, scheme in schemes.items() if isinstance(scheme, Mapping)}


def _names(security: object) -> list[str]:
    return [name for each in listed(security) if isinstance(each, Mapping) for name in each]


def _pinned(resource: Resource) -> Sequence[Any]:
    """The accounts to which a provider is limited; Pulumi stores a provider's lists as JSON text."""
    if resource.type != "pulumi:providers:aws":
        return ()
    given = resource.known("allowedAccountIds")
    return listed(json.loads(given) if isinstance(given, str) else given)


def _called(resource: Resource) -> Iterator[tuple[str, str]]:
    """Each place at which an API calls something, and the called account."""
    if resource.type in (*_INTEGRATIONS, *_AUTHORIZERS):
        for key in _CALLS:
            yield from ((key, account) for account in accounts_in(resource.known(key)))
    document = resource.document("body") if resource.type in _APIS else None
    for (verb, path), node in _operations(document or {}):
        called = parsed(node.get(_INTEGRATION)) or {}
        yield from ((f"{verb} {path}", account) for key in _CALLS for account in accounts_in(called.get(key)))
    for name, scheme in _schemes(document or {}).items():
        called = parsed(scheme.get(AUTHORIZER)) or {}
        yield from ((f"authorizer {name}", account) for key in _CALLS for account in accounts_in(called.get(key)))
