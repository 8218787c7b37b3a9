"""The sandbox's AWS Lambda service. It has its own store, because moto shares one policy among all qualifiers."""

from __future__ import annotations

from cross_account_sandbox.control_plane.service import Service
from cross_account_sandbox.functions.operations import (
    aliases,
    concurrency,
    functions,
    invoke,
    permissions,
    settings,
    tags,
    versions,
)

SERVICE = Service(
    name="lambda",
    operations={
        "CreateFunction": functions.create_function,
        "GetFunction": functions.get_function,
        "GetFunctionConfiguration": functions.get_function_configuration,
        "UpdateFunctionCode": functions.update_function_code,
        "UpdateFunctionConfiguration": functions.update_function_configuration,
        "DeleteFunction": functions.delete_function,
        "ListFunctions": functions.list_functions,
        "PublishVersion": versions.publish_version,
        "ListVersionsByFunction": versions.list_versions_by_function,
        "CreateAlias": aliases.create_alias,
        "GetAlias": aliases.get_alias,
        "UpdateAlias": aliases.update_alias,
        "DeleteAlias": aliases.delete_alias,
        "ListAliases": aliases.list_aliases,
        "AddPermission": permissions.add_permission,
        "RemovePermission": permissions.remove_permission,
        "GetPolicy": permissions.get_policy,
        "PutFunctionConcurrency": concurrency.put_function_concurrency,
        "GetFunctionConcurrency": concurrency.get_function_concurrency,
        "DeleteFunctionConcurrency": concurrency.delete_function_concurrency,
        "GetAccountSettings": concurrency.get_account_settings,
        "TagResource": tags.tag_resource,
        "UntagResource": tags.untag_resource,
        "ListTags": tags.list_tags,
        "Invoke": invoke.invoke,
        "GetFunctionCodeSigningConfig": settings.get_function_code_signing_config,
        "GetRuntimeManagementConfig": settings.get_runtime_management_config,
        "GetFunctionRecursionConfig": settings.get_function_recursion_config,
        "GetFunctionEventInvokeConfig": settings.get_function_event_invoke_config,
        "ListFunctionEventInvokeConfigs": settings.list_function_event_invoke_configs,
        "GetFunctionUrlConfig": settings.get_function_url_config,
        "ListFunctionUrlConfigs": settings.list_function_url_configs,
        "GetProvisionedConcurrencyConfig": settings.get_provisioned_concurrency_config,
        "ListProvisionedConcurrencyConfigs": settings.list_provisioned_concurrency_configs,
        "ListEventSourceMappings": settings.list_event_source_mappings,
    },
)
