"""Pulumi components for APIs in API Gateway whose Lambda functions live in other AWS accounts.

Import everything that a program needs from here. Stack settings are in `cross_account_api.config`;
`cross_account_api.testing` helps to test programs.
"""

from cross_account_api.accounts import Account, account_provider
from cross_account_api.caller.caller_role import CallerRole, CallerRoleArgs
from cross_account_api.caller.consumer import Consumer, ConsumerArgs
from cross_account_api.errors import ArgumentError
from cross_account_api.function.function import Function, FunctionArgs, VpcPlacement
from cross_account_api.function.preauthorization import Preauthorization, PreauthorizationArgs
from cross_account_api.function.targets import ExistingFunction, ExternalFunction
from cross_account_api.http.cors import Cors
from cross_account_api.http.http_api import HttpApi, HttpApiArgs, HttpStageArgs
from cross_account_api.http.http_authorizers import JwtAuthorizer, RequestAuthorizer
from cross_account_api.http.http_routes import HttpRoute
from cross_account_api.other_stack import OtherStack
from cross_account_api.private.isolated_vpc import IsolatedVpc, IsolatedVpcArgs
from cross_account_api.private.private_domain import PrivateDomain, PrivateDomainArgs, PrivateRecord
from cross_account_api.private.vpc_endpoint import ApiVpcEndpoint, ApiVpcEndpointArgs
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.custom_domain import BasePath, CustomDomain, CustomDomainArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.invocations import PermissionArgs
from cross_account_api.rest.rest_api import RestApiArgs
from cross_account_api.rest.routes import Route
from cross_account_api.rest.stage import StageArgs
from cross_account_api.roles import RoleArgs
from cross_account_api.throttling import Throttling

__all__ = [
    "Account",
    "ApiVpcEndpoint",
    "ApiVpcEndpointArgs",
    "ArgumentError",
    "BasePath",
    "CallerRole",
    "CallerRoleArgs",
    "Consumer",
    "ConsumerArgs",
    "Cors",
    "CrossAccountApi",
    "CrossAccountApiArgs",
    "CustomDomain",
    "CustomDomainArgs",
    "ExistingFunction",
    "ExternalFunction",
    "Function",
    "FunctionArgs",
    "GatewayLoggingArgs",
    "HttpApi",
    "HttpApiArgs",
    "HttpRoute",
    "HttpStageArgs",
    "IsolatedVpc",
    "IsolatedVpcArgs",
    "JwtAuthorizer",
    "LambdaAuthorizer",
    "OtherStack",
    "PermissionArgs",
    "Preauthorization",
    "PreauthorizationArgs",
    "PrivateDomain",
    "PrivateDomainArgs",
    "PrivateRecord",
    "RequestAuthorizer",
    "RestApiArgs",
    "RoleArgs",
    "Route",
    "StageArgs",
    "Throttling",
    "VpcPlacement",
    "account_provider",
]
