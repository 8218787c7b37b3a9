"""The table of resource handlers: one row a Pulumi type. The embedded monitor and the engine's plugin both use it."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.resources.alias import Alias
from sandbox.resources.api_key import ApiKey
from sandbox.resources.authorizer import Authorizer
from sandbox.resources.base_path_mapping import BasePathMapping
from sandbox.resources.certificate import Certificate, CertificateValidation
from sandbox.resources.client_certificate import ClientCertificate
from sandbox.resources.deployment import Deployment
from sandbox.resources.dns import Record, Zone
from sandbox.resources.domain_access import DomainNameAccessAssociation
from sandbox.resources.domain_name import DomainName
from sandbox.resources.gateway_account import Account
from sandbox.resources.gateway_response import Response
from sandbox.resources.handler import Handler, HandlerError
from sandbox.resources.http_api import Api
from sandbox.resources.http_domain_name import HttpDomainName
from sandbox.resources.http_parts import ApiMapping, HttpAuthorizer, Integration, Route
from sandbox.resources.http_stage import HttpStage
from sandbox.resources.lambda_function import Function
from sandbox.resources.log_group import LogGroup
from sandbox.resources.managed_policy import Policy
from sandbox.resources.method_settings import MethodSettings
from sandbox.resources.network import Subnet, Vpc
from sandbox.resources.permission import Permission
from sandbox.resources.resource_share import PrincipalAssociation, ResourceAssociation, ResourceShare
from sandbox.resources.resource_share_accepter import ResourceShareAccepter
from sandbox.resources.rest_api import RestApi
from sandbox.resources.rest_api_policy import RestApiPolicy
from sandbox.resources.role import Role
from sandbox.resources.role_policy import RolePolicy, RolePolicyAttachment
from sandbox.resources.security_group import SecurityGroup, SecurityGroupEgressRule, SecurityGroupIngressRule
from sandbox.resources.stage import Stage
from sandbox.resources.usage_plan import UsagePlan, UsagePlanKey
from sandbox.resources.vpc_endpoint import VpcEndpoint

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
    LogGroup(),
    MethodSettings(),
    Permission(),
    Policy(),
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
    """The handler of a type. Raises HandlerError for a type that the sandbox cannot create."""
    try:
        return HANDLERS[token]
    except KeyError:
        raise HandlerError(
            f"the sandbox has no handler for the resource type {token}: it knows {', '.join(sorted(HANDLERS))}"
        ) from None
