"""Descriptions of arguments and outputs that the docstrings of their classes do not explain."""

from __future__ import annotations

from collections.abc import Mapping

#: Names with the same meaning in every class.
COMMON: Mapping[str, str] = {
    "adjust": "properties of child resources, by the child's name, that no argument sets",
    "api_account": "name of the account of the API",
    "api_execution_arn": "execution ARN of the API, without a stage",
    "api_id": "ID of the API",
    "arn": "ARN of what was created",
    "description": "description on AWS",
    "domain_name": "the domain's full name",
    "endpoint_type": "REGIONAL or EDGE; for an API also PRIVATE",
    "mappings": "the paths of the domain, with the API and stage of each",
    "name": "name on AWS",
    "stage_name": "name of the stage",
    "tags": "tags of every resource that supports tags",
    "url": "URL of the first mapping, without a trailing slash",
}

_SOURCE_ARN = "SourceArn that the function's policy must contain for the first route; absent in role mode"

#: Class and name; these take precedence over rows that explain several names at once.
OWN: Mapping[str, str] = {
    "CrossAccountApi.source_arn": _SOURCE_ARN,
    "HttpApi.source_arn": _SOURCE_ARN,
    "ApiVpcEndpointArgs.vpc_id": "ID of the callers' VPC",
    "BasePath.base_path": "path of the domain, without leading or trailing slashes; omitted: the whole domain",
    "CrossAccountApiArgs.api": "the REST API itself: document, endpoint type, resource policy and more",
    "CrossAccountApiArgs.logging": "access log and execution log",
    "CrossAccountApiArgs.permission": "how API Gateway can invoke the functions",
    "CrossAccountApiArgs.stage": "the stage: name, tracing, throttling",
    "CustomDomain.target": "host name that the domain's DNS record points to",
    "ExistingFunction.account": "name of the account of the function",
    "ExistingFunction.arn": "ARN of the function, with the version or alias to be invoked, if any",
    "ExternalFunction.arn": "ARN of the function, with the version or alias to be invoked, if any",
    "Function.log_group_name": "name of the function's log group",
    "Function.name": "name of the function",
    "Function.qualifier": "name of the alias, if there is one",
    "Function.role_arn": "ARN of the function's execution role",
    "Function.role_name": "name of the function's execution role",
    "FunctionArgs.account": "name of the account in which the function, its role and its log group are created",
    "FunctionArgs.architecture": "arm64 or x86_64",
    "FunctionArgs.handler": "module and function, such as `index.handler`",
    "FunctionArgs.runtime": "`nodejs`, `python` or a full identifier such as `python3.13`",
    "FunctionArgs.tracing": "send traces to X-Ray",
    "FunctionArgs.vpc": "subnets and security groups of a function with access to a VPC",
    "HttpApiArgs.routes": "route keys and the functions that answer them",
    "HttpApiArgs.stage": "the stage: name, throttling, access log",
    "HttpRoute.key": "method and path, such as `GET /users/{id}`, or `$default`",
    "JwtAuthorizer.audience": "audiences, one of which a token must name",
    "JwtAuthorizer.issuer": "URL of the issuer, which publishes its keys",
    "PrivateDomainArgs.vpc_endpoint_id": "ID of the interface endpoint through which the domain is called",
    "RestApiArgs.binary_types": "media types that API Gateway treats as binary",
    "Route.method": "HTTP method, or ANY",
    "Route.path": "path, such as `/users/{id}` or `/{proxy+}`",
    "VpcPlacement.security_group_ids": "security groups of the function's network interfaces",
    "VpcPlacement.subnet_ids": "subnets of the function's network interfaces",
}
