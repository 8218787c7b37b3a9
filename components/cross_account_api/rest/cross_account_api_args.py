"""What a CrossAccountApi is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi

from aws_rules.grants import Scope
from aws_rules.quotas import MOST_RESOURCES, REST_INTEGRATION_MS
from cross_account_api.accounts import Account
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.rest_api import EndpointType
from cross_account_api.rest.routes import Route


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CrossAccountApiArgs:
    """An API and who answers its routes.

    api_account               where the API is made; each function names its own account
    routes                    methods and paths that functions take; the first one's are the component's outputs
    document                  OpenAPI 3.0 or Swagger 2.0 document with the other operations, which declares every route;
                              None: a document of just the routes
    unserved                  operations of the document that neither a route nor an integration serves: refused, or
                              answered 501 (Not Implemented)
    rename_schemas            give schemas whose names are not alphanumeric, which API Gateway refuses, such a name
    title                     name of the API; None: the component's
    invocation                `permission`: API Gateway calls as itself; `role`: through a role of the API account
    permission_scope          what one statement of a function's policy covers
    authorization             of every operation but preflights: anybody, or requests signed with SigV4. A preflight is
                              an OPTIONS operation that a mock answers; one that a function or backend answers is
                              guarded. What the document's own `security` asks gives way where API Gateway does not
                              enforce it (oauth2, http, openIdConnect, `[]`); an x-api-key stays beside the guard;
                              another guard that API Gateway enforces is an error
    authorizers               Lambda authorizers, which routes name; the same rules hold for their routes
    resource_policy           the API's policy; `execute-api:/*` stands for the API itself
    cors_origin               origin for CORS headers of API Gateway's own answers, and for a mock OPTIONS: on every
                              path that has an ANY with a guard, and without a document on every other path except
                              those with an ANY, whose function answers OPTIONS itself; None: no CORS
    test_invoke               permit the console's Test button as well
    minimum_compression_size  bytes from which answers are compressed; None: never
    integration_timeout_quota_ms  the account's quota L-E5AE38E3 where it was raised; counts for REGIONAL and PRIVATE
    resources_quota           the account's quota L-01C8A9E0 where it was raised: resources of one API
    throttling_rate_limit     requests a second, all callers together
    throttling_burst_limit    requests at once
    deletion_protection       Pulumi refuses to delete the API
    """

    api_account: Account
    routes: Sequence[Route]
    document: Mapping[str, Any] | None = None
    unserved: Literal["refuse", "501"] = "refuse"
    rename_schemas: bool = False
    title: str | None = None
    description: str = "A REST API answered by functions of other accounts"
    stage_name: str = "dev"
    endpoint_type: EndpointType = "REGIONAL"
    invocation: Literal["permission", "role"] = "permission"
    permission_scope: Scope = "method"
    authorization: Literal["NONE", "AWS_IAM"] = "NONE"
    authorizers: Sequence[LambdaAuthorizer] = ()
    resource_policy: pulumi.Input[Mapping[str, Any]] | None = None
    logging: GatewayLoggingArgs = field(default_factory=GatewayLoggingArgs)
    cors_origin: str | None = "*"
    test_invoke: bool = False
    tracing: bool = True
    binary_types: Sequence[str] = ()
    minimum_compression_size: int | None = None
    integration_timeout_quota_ms: int = REST_INTEGRATION_MS
    resources_quota: int = MOST_RESOURCES
    throttling_rate_limit: float = 1000
    throttling_burst_limit: int = 500
    vpc_endpoint_ids: Sequence[pulumi.Input[str]] = ()
    disable_default_endpoint: bool = False
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
