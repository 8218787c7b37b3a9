"""The table of resource handlers, one per Pulumi type. The embedded monitor and the engine plugin both use it."""

from __future__ import annotations

from collections.abc import Mapping

from cross_account_sandbox.resources.alias import Alias
from cross_account_sandbox.resources.api_key import ApiKey
from cross_account_sandbox.resources.authorizer import Authorizer
from cross_account_sandbox.resources.base_path_mapping import BasePathMapping
from cross_account_sandbox.resources.certificate import Certificate, CertificateValidation
from cross_account_sandbox.resources.client_certificate import ClientCertificate
from cross_account_sandbox.resources.deployment import Deployment
from cross_account_sandbox.resources.dns import Record, Zone
from cross_account_sandbox.resources.domain_access import DomainNameAccessAssociation
from cross_account_sandbox.resources.domain_name import DomainName
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.gateway_account import Account
from cross_account_sandbox.resources.gateway_response import Response
from cross_account_sandbox.resources.handler import Handler
from cross_account_sandbox.resources.http_api import Api
from cross_account_sandbox.resources.http_domain_name import HttpDomainName
from cross_account_sandbox.resources.http_parts import ApiMapping, HttpAuthorizer, Integration, Route
from cross_account_sandbox.resources.http_stage import HttpStage
from cross_account_sandbox.resources.lambda_function import Function
from cross_account_sandbox.resources.log_group import LogGroup
from cross_account_sandbox.resources.managed_policy import Policy
from cross_account_sandbox.resources.method_settings import MethodSettings
from cross_account_sandbox.resources.network import Subnet, Vpc
from cross_account_sandbox.resources.permission import Permission
from cross_account_sandbox.resources.resource_share import PrincipalAssociation, ResourceAssociation, ResourceShare
from cross_account_sandbox.resources.resource_share_accepter import ResourceShareAccepter
from cross_account_sandbox.resources.rest_api import RestApi
from cross_account_sandbox.resources.rest_api_policy import RestApiPolicy
from cross_account_sandbox.resources.rest_methods import IntegrationResponse, Method, MethodIntegration, MethodResponse
from cross_account_sandbox.resources.rest_parts import Model, RequestValidator, Resource
from cross_account_sandbox.resources.role import Role
from cross_account_sandbox.resources.role_policy import RolePolicy, RolePolicyAttachment
from cross_account_sandbox.resources.security_group import (
    SecurityGroup,
    SecurityGroupEgressRule,
    SecurityGroupIngressRule,
)
from cross_account_sandbox.resources.stage import Stage
from cross_account_sandbox.resources.usage_plan import UsagePlan, UsagePlanKey
from cross_account_sandbox.resources.vpc_endpoint import VpcEndpoint

_ALL: tuple[Handler, ...] = (
    Account(),
    Alias(),
    ApiKey(),
    Authorizer(),
    BasePathMapping(),
    ClientCertificate(),
    Deployment(),
    DomainName(),
    DomainNameAccessAssociation(),
    Function(),
    IntegrationResponse(),
    LogGroup(),
    Method(),
    MethodIntegration(),
    MethodResponse(),
    MethodSettings(),
    Model(),
    Permission(),
    Policy(),
    RequestValidator(),
    Resource(),
    Response(),
    RestApi(),
    RestApiPolicy(),
    Role(),
    RolePolicy(),
    RolePolicyAttachment(),
    Stage(),
    UsagePlan(),
    UsagePlanKey(),
    Api(),
    ApiMapping(),
    HttpAuthorizer(),
    HttpDomainName(),
    HttpStage(),
    Integration(),
    Route(),
    PrincipalAssociation(),
    ResourceAssociation(),
    ResourceShare(),
    ResourceShareAccepter(),
    Certificate(),
    CertificateValidation(),
    Record(),
    SecurityGroup(),
    SecurityGroupEgressRule(),
    SecurityGroupIngressRule(),
    Subnet(),
    Vpc(),
    VpcEndpoint(),
    Zone(),
)

#: Every handler by its type token.
HANDLERS: Mapping[str, Handler] = {handler.token: handler for handler in _ALL}


def handler(token: str) -> Handler:
    """The handler of a type. Raises HandlerError for a type that the sandbox does not support."""
    try:
        return HANDLERS[token]
    except KeyError:
        raise HandlerError(
            f"the sandbox does not support the resource type {token}: it supports {', '.join(sorted(HANDLERS))}"
        ) from None
