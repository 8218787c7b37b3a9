"""The environment variables of a function's process: those of Lambda, of the sandbox, and of the function."""

from __future__ import annotations

import os

from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.functions.store import FunctionVersion

#: Reserved names that a function cannot set (Lambda developer guide, "Defined runtime environment variables").
RESERVED_NAMES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)


def process_variables(
    version: FunctionVersion,
    *,
    credentials: Caller | None,
    log_stream: str,
    runtime_api: str,
    endpoint: str,
    api_endpoint: str,
    code_dir: str,
) -> dict[str, str]:
    """All variables of the process. It inherits nothing from this machine's environment, such as AWS credentials.

    AWS_ENDPOINT_URL directs the SDKs to the sandbox. API_ENDPOINT is the address to which a function connects when it
    signs requests for a deployed API's real host; in a VPC it is that VPC's own address (vpc_doors). The function's own
    variables can override both.
    """
    variables = {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        # Without it, botocore would look up the user's home and read this machine's ~/.aws.
        "HOME": "/tmp",  # noqa: S108 - the only folder that a function can write to on Lambda
        **_inherited(),
        "AWS_ENDPOINT_URL": endpoint,
        "API_ENDPOINT": api_endpoint,
        **version.variables,
        "_HANDLER": version.handler,
        "AWS_REGION": version.region,
        "AWS_DEFAULT_REGION": version.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{version.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": version.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": version.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(version.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": version.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": code_dir,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
    }
    if credentials is not None:
        variables |= {
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_SESSION_TOKEN": credentials.session_token or "",
        }
    log_format = version.logging.get("LogFormat", "Text")
    variables["AWS_LAMBDA_LOG_FORMAT"] = str(log_format)
    if log_format == "JSON":
        variables["AWS_LAMBDA_LOG_LEVEL"] = str(version.logging.get("ApplicationLogLevel", "INFO"))
    return {name: value for name, value in variables.items() if value}


def _inherited() -> dict[str, str]:
    # Where this machine's interpreters find their shared libraries; empty on most machines.
    names = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "SYSTEMROOT")
    return {name: os.environ[name] for name in names if name in os.environ}
