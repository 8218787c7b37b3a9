"""The REST API in the API account, made from one document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from cross_account_api.accounts import Account
from cross_account_api.children import Children

EndpointType = Literal["REGIONAL", "EDGE", "PRIVATE"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RestApiArgs:
    """An API and the document that defines it.

    The document carries the resource policy and the gateway responses; title and description are the same in both,
    or an import would change them for a moment.

    minimum_compression_size  bytes from which answers are compressed, None: never
    vpc_endpoint_ids          interface endpoints of a private API
    """

    title: str
    description: str
    document: pulumi.Input[str]
    endpoint_type: EndpointType = "REGIONAL"
    binary_types: Sequence[str] = ()
    minimum_compression_size: int | None = None
    disable_default_endpoint: bool = False
    vpc_endpoint_ids: Sequence[pulumi.Input[str]] = ()
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


def rest_api(name: str, args: RestApiArgs, *, account: Account, children: Children) -> aws.apigateway.RestApi:
    """The API, with all its resources, methods, models and answers. Routes are not resources of their own."""
    size = args.minimum_compression_size
    return aws.apigateway.RestApi(
        name,
        name=args.title,
        description=args.description,
        body=args.document,
        endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(
            types=args.endpoint_type, vpc_endpoint_ids=list(args.vpc_endpoint_ids) or None
        ),
        binary_media_types=list(args.binary_types) or None,
        minimum_compression_size=None if size is None else str(size),
        disable_execute_api_endpoint=args.disable_default_endpoint or None,
        tags=dict(args.tags),
        opts=children.options(account, protect=args.deletion_protection),
    )


def served_hash(args: RestApiArgs) -> pulumi.Output[str]:
    """A hash of everything that a stage serves: it changes when, and only when, a deployment must be made."""
    parts = {
        "document": args.document,
        "endpointType": args.endpoint_type,
        "binaryTypes": list(args.binary_types),
        "minimumCompressionSize": args.minimum_compression_size,
        "disableDefaultEndpoint": args.disable_default_endpoint,
        "vpcEndpointIds": list(args.vpc_endpoint_ids),
    }
    return pulumi.Output.all(**parts).apply(
        lambda values: hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    )
