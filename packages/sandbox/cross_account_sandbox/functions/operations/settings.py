"""Function settings that the sandbox does not implement; the responses are AWS's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.errors import missing
from cross_account_sandbox.functions.naming import function_of


def get_function_code_signing_config(call: Call) -> Mapping[str, Any]:
    """GetFunctionCodeSigningConfig. Always none."""
    function, _ = function_of(call)
    return {"FunctionName": function.name}


def get_runtime_management_config(call: Call) -> Mapping[str, Any]:
    """GetRuntimeManagementConfig. Always automatic updates."""
    _, named = function_of(call)
    return {"UpdateRuntimeOn": "Auto", "FunctionArn": named.arn}


def get_function_recursion_config(call: Call) -> Mapping[str, Any]:
    """GetFunctionRecursionConfig. Always AWS's default; the sandbox does not detect recursive loops."""
    function_of(call)
    return {"RecursiveLoop": "Terminate"}


def get_function_event_invoke_config(call: Call) -> Mapping[str, Any]:
    """GetFunctionEventInvokeConfig. Always none."""
    _, named = function_of(call)
    raise missing(f"The function {named.arn} doesn't have an EventInvokeConfig")


def list_function_event_invoke_configs(call: Call) -> Mapping[str, Any]:
    """ListFunctionEventInvokeConfigs. Always empty."""
    function_of(call)
    return {"FunctionEventInvokeConfigs": []}


def get_function_url_config(call: Call) -> Mapping[str, Any]:
    """GetFunctionUrlConfig. Always none."""
    function_of(call)
    raise missing("The resource you requested does not exist.")


def list_function_url_configs(call: Call) -> Mapping[str, Any]:
    """ListFunctionUrlConfigs. Always empty."""
    function_of(call)
    return {"FunctionUrlConfigs": []}


def get_provisioned_concurrency_config(call: Call) -> Mapping[str, Any]:
    """GetProvisionedConcurrencyConfig. Always none."""
    function_of(call)
    raise AwsError(
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
        404,
    )


def list_provisioned_concurrency_configs(call: Call) -> Mapping[str, Any]:
    """ListProvisionedConcurrencyConfigs. Always empty."""
    function_of(call)
    return {"ProvisionedConcurrencyConfigs": []}


def list_event_source_mappings(call: Call) -> Mapping[str, Any]:
    """ListEventSourceMappings. Always empty."""
    del call
    return {"EventSourceMappings": []}
