"""The properties of children that a program can adjust: none decides placement, permission or authorization."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest

from cross_account_api.children import properties
from cross_account_api.decided import DECIDED
from tests.components.builders import class_of

#: Reviewed one by one: none of these decides placement, permission or authorization. Add each property of a new version
#: of pulumi-aws here or to `DECIDED`.
ADJUSTABLE: Mapping[str, str] = {
    "apigateway/restApi": "endpoint_access_mode fail_on_warnings security_policy tags",
    "apigateway/deployment": "description variables",
    "apigateway/stage": (
        "access_log_settings cache_cluster_enabled cache_cluster_size client_certificate_id description "
        "documentation_version tags variables xray_tracing_enabled"
    ),
    "apigateway/methodSettings": "settings",
    "apigateway/account": "",
    "apigateway/domainName": "mutual_tls_authentication ownership_verification_certificate_arn tags",
    "apigateway/basePathMapping": "",
    "apigateway/domainNameAccessAssociation": "tags",
    "apigatewayv2/api": (
        "api_key_selection_expression description disable_execute_api_endpoint ip_address_type name tags version"
    ),
    "apigatewayv2/integration": (
        "content_handling_strategy description passthrough_behavior request_parameters request_templates "
        "response_parameters template_selection_expression timeout_milliseconds tls_config"
    ),
    "apigatewayv2/route": (
        "api_key_required model_selection_expression operation_name request_models request_parameters "
        "route_response_selection_expression"
    ),
    "apigatewayv2/authorizer": "",
    "apigatewayv2/stage": (
        "access_log_settings client_certificate_id default_route_settings description route_settings "
        "stage_variables tags"
    ),
    "apigatewayv2/apiMapping": "",
    "cloudwatch/logGroup": (
        "deletion_protection_enabled kms_key_id log_group_class name name_prefix retention_in_days skip_destroy tags"
    ),
    "iam/role": "description force_detach_policies max_session_duration name name_prefix tags",
    "iam/rolePolicy": "",
    "lambda/function": (
        "architectures capacity_provider_config code code_sha256 code_signing_config_arn dead_letter_config "
        "description durable_config environment ephemeral_storage file_system_config handler image_config "
        "image_uri kms_key_arn layers logging_config memory_size package_type publish_to "
        "replace_security_groups_on_destroy replacement_security_group_ids reserved_concurrent_executions "
        "runtime s3_bucket s3_key s3_object_version skip_destroy snap_start source_code_hash "
        "source_kms_key_arn tags tenancy_config timeout tracing_config use_resource_timeout_for_propagation"
    ),
    "lambda/alias": "description function_version routing_config",
    "lambda/permission": "",
    "acm/certificate": "early_renewal_duration key_algorithm options subject_alternative_names tags",
    "acm/certificateValidation": "",
    "route53/record": (
        "allow_overwrite cidr_routing_policy failover_routing_policies geolocation_routing_policies "
        "geoproximity_routing_policy health_check_id latency_routing_policies "
        "multivalue_answer_routing_policy set_identifier ttl weighted_routing_policies"
    ),
    "route53/zone": "comment delegation_set_id enable_accelerated_recovery force_destroy tags",
    "ram/resourceShare": "name tags",
    "ram/resourceAssociation": "",
    "ram/principalAssociation": "",
    "ram/resourceShareAccepter": "",
    "ec2/vpc": (
        "assign_generated_ipv6_cidr_block enable_dns_hostnames enable_dns_support "
        "enable_network_address_usage_metrics instance_tenancy ipv6_cidr_block "
        "ipv6_cidr_block_network_border_group ipv6_ipam_pool_id ipv6_netmask_length tags"
    ),
    "ec2/subnet": (
        "assign_ipv6_address_on_creation customer_owned_ipv4_pool enable_dns64 enable_lni_at_device_index "
        "enable_resource_name_dns_a_record_on_launch enable_resource_name_dns_aaaa_record_on_launch "
        "ipv6_cidr_block ipv6_ipam_pool_id ipv6_native ipv6_netmask_length map_customer_owned_ip_on_launch "
        "map_public_ip_on_launch private_dns_hostname_type_on_launch tags"
    ),
    "ec2/securityGroup": "description name name_prefix revoke_rules_on_delete tags",
    "vpc/securityGroupEgressRule": "description tags",
    "vpc/securityGroupIngressRule": "description tags",
    "ec2/vpcEndpoint": "auto_accept dns_options ip_address_type tags",
}


@pytest.mark.parametrize("token", DECIDED)
def test_every_property_that_can_be_adjusted_was_looked_at(token: str) -> None:
    known, decided = set(properties(class_of(token))), set(DECIDED[token])

    assert decided <= known
    assert known - decided == set(ADJUSTABLE[token.partition(":")[2].rpartition(":")[0]].split())


def test_the_classes_of_ec2_are_loaded_by_who_creates_one() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import cross_account_api, sys; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert "cross_account_api.decided" in loaded
    assert "pulumi_aws.ec2.vpc" not in loaded
