"""The REST API in the API account, created from one document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from aws_rules.quotas import MOST_RESOURCES, REST_INTEGRATION_MS
from cross_account_api.accounts import Account
from cross_account_api.children import Child, Children, Known

EndpointType = Literal["REGIONAL", "EDGE", "PRIVATE"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RestApiArgs:
    """An API and its OpenAPI document.

    document                  OpenAPI 3.0 or Swagger 2.0 document with the other operations, which must declare every
                              route; None: a document with only the routes
    unserved                  operations of the document that neither a route nor an integration serves: refused, or
                              answered 501 (Not Implemented)
    rename_schemas            rename schemas whose names are not alphanumeric, which API Gateway refuses
    title                     name of the API; None: the component's
    resource_policy           the API's policy; `execute-api:/*` stands for the API itself
    vpc_endpoint_ids          interface endpoints of a private API
    disable_default_endpoint  the API answers only under its custom domain
    minimum_compression_size  size in bytes from which responses are compressed; None: never
    integration_timeout_quota_ms  the account's quota L-E5AE38E3 where it was raised; counts for REGIONAL and PRIVATE
    resources_quota           the account's quota L-01C8A9E0 where it was raised: resources of one API
    """

    document: Mapping[str, Any] | None = None
    unserved: Literal["refuse", "501"] = "refuse"
    rename_schemas: bool = False
    title: str | None = None
    description: str = "A REST API answered by functions of other accounts"
    endpoint_type: EndpointType = "REGIONAL"
    resource_policy: pulumi.Input[Mapping[str, Any]] | None = None
    vpc_endpoint_ids: Sequence[pulumi.Input[str]] = ()
    disable_default_endpoint: bool = False
    binary_types: Sequence[str] = ()
    minimum_compression_size: int | None = None
    integration_timeout_quota_ms: int = REST_INTEGRATION_MS
    resources_quota: int = MOST_RESOURCES


REST_API_CHILDREN: Known = {"api": Child(aws.apigateway.RestApi, suffix="")}


def rest_api(
    name: str,
    args: RestApiArgs,
    *,
    document: pulumi.Output[str],
    account: Account,
    children: Children,
    tags: Mapping[str, str],
    deletion_protection: bool,
) -> aws.apigateway.RestApi:
    """The API, with all its resources, methods, models and responses. Routes are not separate resources.

    `document` is the whole document, including the resource policy and the gateway responses. Its title and description
    must equal the API's, or an import would change them temporarily.
    """
    size = args.minimum_compression_size
    return aws.apigateway.RestApi(
        name,
        name=args.title or name,
        description=args.description,
        body=document,
        endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(
            types=args.endpoint_type, vpc_endpoint_ids=list(args.vpc_endpoint_ids) or None
        ),
        binary_media_types=list(args.binary_types) or None,
        minimum_compression_size=None if size is None else str(size),
        disable_execute_api_endpoint=args.disable_default_endpoint or None,
        tags=dict(tags),
        opts=children.options(account, protect=deletion_protection),
    )


def served_hash(args: RestApiArgs, document: pulumi.Output[str]) -> pulumi.Output[str]:
    """A hash of everything that a stage serves: it changes if, and only if, a new deployment is needed."""
    parts = {
        "document": document,
        "endpointType": args.endpoint_type,
        "binaryTypes": list(args.binary_types),
        "minimumCompressionSize": args.minimum_compression_size,
        "disableDefaultEndpoint": args.disable_default_endpoint,
        "vpcEndpointIds": list(args.vpc_endpoint_ids),
    }
    return pulumi.Output.all(**parts).apply(
        lambda values: hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    )
