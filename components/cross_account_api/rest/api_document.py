"""The document of a cross-account API: the given one, with functions, authorizers and the API's properties in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pulumi

from cross_account_api.function.targets import BoundFunction, FunctionTarget
from cross_account_api.rest import gateway_responses, openapi
from cross_account_api.rest.authorizer import BoundAuthorizer
from cross_account_api.rest.invoke_role import InvokeRole

if TYPE_CHECKING:
    from cross_account_api.rest.cross_account_api_args import CrossAccountApiArgs


def api_document(
    name: str,
    args: CrossAccountApiArgs,
    functions: Mapping[FunctionTarget, BoundFunction],
    role: InvokeRole | None,
    authorizers: Sequence[BoundAuthorizer],
) -> pulumi.Output[str]:
    """The whole document as text, known when every function's URI is."""
    pairs = [(route.method, route.path) for route in args.routes]
    base = args.document
    if base is None:
        base = openapi.from_routes(args.title or name, pairs)
        if args.cors_origin:
            base = openapi.with_preflight(base, dict.fromkeys(path for _, path in pairs), origin=args.cors_origin)
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
                    security=route.authorizer,
                )
                for route in args.routes
            ],
        )
        document = openapi.with_security_schemes(document, values["schemes"])
        if args.authorization == "AWS_IAM":
            document = openapi.with_iam_authorization(document)
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
