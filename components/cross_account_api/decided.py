"""Properties of child resources that decide placement, permission or guard, and the argument that sets each.

`adjust` refuses them: the components check their arguments together, and a property that bypassed this check could put
a resource into another account or Region, allow a caller, or remove a guard. The names of arguments are those of the
component that creates the child (`stage.name` is `CrossAccountApiArgs.stage.name`).

tests/components/test_decided.py lists every other property of these classes, so that a property added by a new version
of pulumi-aws is reviewed before it can be adjusted.
"""

from __future__ import annotations

from collections.abc import Mapping

_REGION = {"region": "account"}
_API = {"rest_api": "account", **_REGION}
_HTTP_API = {"api_id": "account", **_REGION}
_NAMES = {"name": "role", "name_prefix": "role"}


def _all(argument: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, argument)


_RULE = _all(
    "client_cidrs, or cidr",
    *("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id", "security_group_id"),
    *("from_port", "to_port", "ip_protocol"),
)

#: By type, not by class: to name a class of `aws.ec2` loads all of them, 0.7 s of CPU time in each deployment.
DECIDED: Mapping[str, Mapping[str, str]] = {
    "aws:apigateway/restApi:RestApi": {
        **_REGION,
        # A deployment serves all of these; an import takes most of them from the document.
        **_all("api.document", "body", "parameters", "put_rest_api_mode", "api_key_source"),
        "binary_media_types": "api.binary_types",
        "description": "api.description",
        "disable_execute_api_endpoint": "api.disable_default_endpoint",
        "endpoint_configuration": "api.endpoint_type, or api.vpc_endpoint_ids",
        "minimum_compression_size": "api.minimum_compression_size",
        "name": "api.title",
        "policy": "api.resource_policy",
    },
    "aws:apigateway/deployment:Deployment": {**_API, "triggers": "api.document"},
    "aws:apigateway/stage:Stage": {
        **_API,
        "stage_name": "stage.name",
        **_all("api.document", "deployment", "canary_settings"),
    },
    "aws:apigateway/methodSettings:MethodSettings": {**_API, **_all("stage.name", "stage_name", "method_path")},
    "aws:apigateway/account:Account": {**_REGION, "cloudwatch_role_arn": "logging.gateway_logging"},
    "aws:apigateway/domainName:DomainName": {
        "region": "api_account",
        **_all(
            "certificate_arn",
            *("certificate_arn", "certificate_body", "certificate_chain", "certificate_name"),
            *("certificate_private_key", "regional_certificate_arn", "regional_certificate_name"),
        ),
        "domain_name": "domain_name",
        "endpoint_configuration": "endpoint_type",
        "policy": "vpc_endpoint_id",
        "routing_mode": "mappings",
        **_all("security_policy", "security_policy", "endpoint_access_mode"),
    },
    "aws:apigateway/basePathMapping:BasePathMapping": {
        "region": "api_account",
        **_all("mappings", "base_path", "rest_api", "stage_name"),
        **_all("domain_name", "domain_name", "domain_name_id"),
    },
    "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation": {
        "region": "client_account",
        **_all("vpc_endpoint_id", "access_association_source", "access_association_source_type"),
        "domain_name_arn": "domain_name",
    },
    "aws:apigatewayv2/api:Api": {
        **_REGION,
        **_all("routes", "body", "fail_on_warnings", "protocol_type", "route_key", "route_selection_expression"),
        **_all("functions", "credentials_arn", "target"),
        "cors_configuration": "cors",
    },
    "aws:apigatewayv2/integration:Integration": {
        **_HTTP_API,
        **_all(
            "functions",
            *("connection_id", "connection_type", "credentials_arn", "integration_method", "integration_subtype"),
            *("integration_type", "integration_uri"),
        ),
        "payload_format_version": "payload_version",
    },
    "aws:apigatewayv2/route:Route": {
        **_HTTP_API,
        **_all("routes", "authorization_scopes", "authorization_type", "authorizer_id", "route_key", "target"),
    },
    "aws:apigatewayv2/authorizer:Authorizer": {
        **_HTTP_API,
        **_all(
            "authorizers",
            *("authorizer_credentials_arn", "authorizer_payload_format_version", "authorizer_result_ttl_in_seconds"),
            *("authorizer_type", "authorizer_uri", "enable_simple_responses", "identity_sources"),
            *("jwt_configuration", "name"),
        ),
    },
    "aws:apigatewayv2/stage:Stage": {
        **_HTTP_API,
        "name": "stage.name",
        **_all("routes", "auto_deploy", "deployment_id"),
    },
    "aws:apigatewayv2/apiMapping:ApiMapping": {
        "region": "api_account",
        **_all("mappings", "api_id", "api_mapping_key", "stage"),
        "domain_name": "domain_name",
    },
    "aws:cloudwatch/logGroup:LogGroup": _REGION,
    "aws:iam/role:Role": {
        # Other arguments, which the component names, decide what each role can do and who can assume it.
        **_all("functions", "assume_role_policy", "inline_policies", "managed_policy_arns"),
        "path": "role.path",
        "permissions_boundary": "role.permissions_boundary",
    },
    "aws:iam/rolePolicy:RolePolicy": {"policy": "functions", "role": "functions", **_NAMES},
    "aws:lambda/function:Function": {
        **_REGION,
        "name": "function_name",
        "publish": "alias",
        "role": "role",
        "vpc_config": "vpc",
    },
    "aws:lambda/alias:Alias": {**_REGION, "function_name": "function_name", "name": "alias"},
    "aws:lambda/permission:Permission": {
        **_REGION,
        **_all("functions", "function", "qualifier"),
        **_all(
            "routes, or permission.scope",
            *("action", "event_source_token", "function_url_auth_type", "invoked_via_function_url", "principal"),
            *("principal_org_id", "source_account", "source_arn", "statement_id", "statement_id_prefix"),
        ),
    },
    "aws:acm/certificate:Certificate": {
        "region": "api_account",
        "domain_name": "domain_name",
        **_all(
            "certificate_arn",
            *("certificate_authority_arn", "certificate_body", "certificate_chain", "private_key", "private_key_wo"),
            *("private_key_wo_version", "validation_method", "validation_options"),
        ),
    },
    "aws:acm/certificateValidation:CertificateValidation": {
        "region": "api_account",
        "certificate_arn": "certificate_arn",
        "validation_record_fqdns": "zone_id",
    },
    "aws:route53/record:Record": {
        **_all("domain_name", "aliases", "name", "records", "type"),
        "zone_id": "zone_id, or record",
    },
    "aws:route53/zone:Zone": {"name": "domain_name", "vpcs": "record"},
    "aws:ram/resourceShare:ResourceShare": {
        "region": "api_account",
        **_all("sharing", "allow_external_principals", "permission_arns", "resource_share_configuration"),
    },
    "aws:ram/resourceAssociation:ResourceAssociation": {
        "region": "api_account",
        **_all("sharing", "resource_arn", "resource_share_arn"),
    },
    "aws:ram/principalAssociation:PrincipalAssociation": {
        "region": "api_account",
        **_all("client_account", "principal", "resource_share_arn"),
    },
    "aws:ram/resourceShareAccepter:ResourceShareAccepter": {"region": "client_account", "share_arn": "sharing"},
    "aws:ec2/vpc:Vpc": {
        **_REGION,
        **_all("cidr", "cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"),
    },
    "aws:ec2/subnet:Subnet": {
        **_REGION,
        **_all("cidr", "cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"),
        **_all("zones", "availability_zone", "availability_zone_id", "outpost_arn"),
        "vpc_id": "account",
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        **_REGION,
        **_all("client_cidrs, or cidr", "egress", "ingress"),
        "vpc_id": "vpc_id, or account",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {**_REGION, **_RULE},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {**_REGION, **_RULE},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        **_REGION,
        **_all(
            "api_account",
            *("policy", "resource_configuration_arn", "service_name", "service_network_arn", "service_region"),
            "vpc_endpoint_type",
        ),
        "private_dns_enabled": "private_dns",
        **_all("subnet_ids", "route_table_ids", "subnet_configurations", "subnet_ids"),
        "security_group_ids": "client_cidrs",
        "vpc_id": "vpc_id",
    },
}
