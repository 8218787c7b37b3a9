"""The document of a cross-account API: the given one, with functions, authorizers and the API's properties in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from aws_rules import arns, import_rules
from cross_account_api.function.targets import BoundFunction, FunctionTarget
from cross_account_api.rest import gateway_responses, guards, openapi, unserved
from cross_account_api.rest.authorizer import BoundAuthorizer
from cross_account_api.rest.cross_account_api_args import CrossAccountApiArgs
from cross_account_api.rest.invoke_role import InvokeRole


def api_document(
    name: str,
    args: CrossAccountApiArgs,
    functions: Mapping[FunctionTarget, BoundFunction],
    role: InvokeRole | None,
    authorizers: Sequence[BoundAuthorizer],
) -> pulumi.Output[str]:
    """The whole document as text, known when every function's URI is."""
    pairs = [(route.method, route.path) for route in args.routes]
    base = deployable(args.document, args) if args.document else openapi.from_routes(args.title or name, pairs)
    wanted = requested_guards(args, base)
    if args.cors_origin:
        base = openapi.with_preflight(base, _preflight_paths(args, base, wanted), origin=args.cors_origin)
    responses = gateway_responses.with_cors(args.cors_origin) if args.cors_origin else None
    uris = {target: function.uri for target, function in functions.items()}

    def write(values: Mapping[str, Any]) -> str:
        known = dict(zip(uris, values["uris"], strict=True))
        document = openapi.with_lambda_routes(
            base,
            [
                openapi.LambdaRoute(
                    method=route.method,
                    path=route.path,
                    uri=known[route.function],
                    credentials=values["credentials"],
                    timeout_ms=route.timeout_ms,
                )
                for route in args.routes
            ],
        )
        document = guards.with_guards(openapi.with_security_schemes(document, values["schemes"]), wanted)
        return openapi.rendered(
            openapi.with_api_properties(
                document,
                title=args.title or name,
                description=args.description,
                policy=values["policy"],
                binary_types=args.binary_types,
                minimum_compression_size=args.minimum_compression_size,
                gateway_responses=responses,
                endpoint=openapi.endpoint_configuration(
                    vpc_endpoint_ids=values["vpc_endpoint_ids"],
                    disable_default_endpoint=args.disable_default_endpoint,
                ),
            )
        )

    return pulumi.Output.all(
        uris=list(uris.values()),
        schemes={each.authorizer.name: each.scheme for each in authorizers},
        credentials=role.arn if role else None,
        policy=args.resource_policy,
        vpc_endpoint_ids=list(args.vpc_endpoint_ids),
    ).apply(write)


def requested_guards(args: CrossAccountApiArgs, document: Mapping[str, Any]) -> dict[guards.Operation, guards.Guard]:
    """The guard that the arguments ask for, by operation of the document. Pure."""
    routes = [(route.method, route.path, route.authorizer) for route in args.routes]
    return guards.wanted_guards(document, routes, args.authorization)


def _preflight_paths(
    args: CrossAccountApiArgs, document: Mapping[str, Any], wanted: Mapping[guards.Operation, guards.Guard]
) -> list[str]:
    """Where an OPTIONS of its own is needed.

    ANY takes OPTIONS itself, but not from a browser when it is guarded: a preflight carries no credentials. Which other
    paths answer preflights is the decision of a given document.
    """
    guarded = [path for method, path in wanted if method == arns.ANY]
    if args.document is not None:
        return guarded
    whole = {path for method, path in openapi.operations(document) if method == arns.ANY}
    paths = dict.fromkeys(route.path for route in args.routes)
    return [path for path in paths if path not in whole or path in guarded]


def deployable(document: Mapping[str, Any], args: CrossAccountApiArgs) -> Mapping[str, Any]:
    """The given document with what the arguments let it lack: names that models can have, and integrations. Pure."""
    if args.rename_schemas:
        document = import_rules.with_model_names(document)
    if args.unserved == "501":
        lacking = unserved.unserved_operations(document, [(route.method, route.path) for route in args.routes])
        document = unserved.with_not_implemented(document, lacking, origin=args.cors_origin)
    return document
