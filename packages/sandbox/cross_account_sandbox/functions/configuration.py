"""A function's configuration: the parameters that AWS accepts and the documents that it returns.

Source: Lambda API reference, CreateFunction, UpdateFunctionConfiguration and FunctionConfiguration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_rules.arns import Arn
from aws_rules.runtimes import CREATABLE, DEPRECATED, creatable
from cross_account_sandbox.functions.errors import invalid, unsupported
from cross_account_sandbox.functions.revisions import touch
from cross_account_sandbox.functions.states import described_states
from cross_account_sandbox.functions.store import FunctionVersion
from cross_account_sandbox.functions.variables import RESERVED_NAMES

#: Unsupported features; a function that needs one of them would behave differently in the sandbox.
_UNSUPPORTED = (
    *("Layers", "FileSystemConfigs", "ImageConfig", "CodeSigningConfigArn", "CapacityProviderConfig"),
    *("TenancyConfig", "DurableConfig", "RuntimeConfig", "PublishTo"),
)
#: Total size of all environment variables in bytes, as JSON without spaces.
_MAX_VARIABLES = 4096
#: Members that only GetFunction and GetFunctionConfiguration return.
_UNLISTED = frozenset(
    {
        "State",
        "StateReason",
        "StateReasonCode",
        "LastUpdateStatus",
        "LastUpdateStatusReason",
        "LastUpdateStatusReasonCode",
        "RuntimeVersionConfig",
    }
)


def checked(params: Mapping[str, Any]) -> None:
    """Raise AwsError for a parameter that Lambda rejects or that the sandbox would have to ignore."""
    for name in _UNSUPPORTED:
        if params.get(name):
            raise unsupported(
                f"{name} is not supported by this sandbox: without it, the function would behave differently"
            )
    if (params.get("SnapStart") or {}).get("ApplyOn") == "PublishedVersions":
        raise unsupported("SnapStart is not supported by this sandbox, which takes no snapshots of environments")
    if params.get("PackageType", "Zip") != "Zip":
        raise unsupported("PackageType Image is not supported by this sandbox, which runs .zip file archives")
    if params.get("Runtime") is not None:
        _check_runtime(str(params["Runtime"]))
    _check_variables((params.get("Environment") or {}).get("Variables") or {})


def apply(version: FunctionVersion, params: Mapping[str, Any]) -> None:
    """Apply only the given parameters to $LATEST and assign it a new revision ID."""
    for name, setter in _SETTERS.items():
        if params.get(name) is not None:
            setter(version, params[name])
    touch(version)


def described(version: FunctionVersion, arn: str) -> dict[str, Any]:
    """FunctionConfiguration, with the ARN that the caller used."""
    document: dict[str, Any] = {
        "FunctionName": version.function_name,
        "FunctionArn": arn,
        "Runtime": version.runtime,
        "Role": version.role,
        "Handler": version.handler,
        "CodeSize": version.code_size,
        "Description": version.description,
        "Timeout": version.timeout_s,
        "MemorySize": version.memory_mb,
        "LastModified": version.last_modified.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000",
        "CodeSha256": version.code_sha256,
        "Version": version.version,
        "TracingConfig": {"Mode": version.tracing_mode},
        "RevisionId": version.revision_id,
        **described_states(version),
        "PackageType": "Zip",
        "Architectures": version.architectures,
        "EphemeralStorage": {"Size": version.ephemeral_storage_mb},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "RuntimeVersionConfig": {"RuntimeVersionArn": _runtime_version(version)},
        "LoggingConfig": {"LogFormat": "Text", **version.logging, "LogGroup": version.log_group},
    }
    if version.environment is not None:
        document["Environment"] = {"Variables": version.environment}
    if version.vpc:
        document["VpcConfig"] = version.vpc
    if version.dead_letter_arn:
        document["DeadLetterConfig"] = {"TargetArn": version.dead_letter_arn}
    if version.kms_key_arn:
        document["KMSKeyArn"] = version.kms_key_arn
    return document


def listed(version: FunctionVersion, arn: str) -> dict[str, Any]:
    """FunctionConfiguration as list operations return it: without the state (API reference, ListFunctions)."""
    return {name: value for name, value in described(version, arn).items() if name not in _UNLISTED}


def comparable(version: FunctionVersion) -> tuple[Any, ...]:
    """The code and configuration that distinguish published versions (Lambda developer guide, "Versions")."""
    return (
        version.code_sha256,
        version.runtime,
        version.handler,
        version.role,
        version.memory_mb,
        version.timeout_s,
        version.variables,
        version.architectures,
        version.tracing_mode,
        version.logging,
        version.vpc,
        version.ephemeral_storage_mb,
        version.dead_letter_arn,
        version.kms_key_arn,
    )


def _runtime_version(version: FunctionVersion) -> str:
    # AWS hashes the runtime's image; the sandbox hashes its name, so that the result is always the same.
    digest = hashlib.sha256(version.runtime.encode()).hexdigest()
    return f"arn:{Arn.parse(version.arn).partition}:lambda:{version.region}::runtime:{digest}"


def _check_runtime(runtime: str) -> None:
    if creatable(runtime):
        return
    if runtime in DEPRECATED:
        raise invalid(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. "
            "We recommend you use a supported runtime while creating or updating functions."
        )
    raise invalid(
        f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
        f"[{', '.join(CREATABLE)}] or be a valid ARN"
    )


def _check_variables(variables: Mapping[str, str]) -> None:
    reserved = sorted(RESERVED_NAMES & variables.keys())
    unable = (
        "Lambda was unable to configure your environment variables because the environment variables you have provided"
    )
    if reserved:
        raise invalid(
            f"{unable} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode("utf-8", "replace")) > _MAX_VARIABLES:
        raise invalid(f"{unable} exceeded the 4KB limit. String measured: {measured}")


def _set_logging(version: FunctionVersion, given: Mapping[str, Any]) -> None:
    logging = version.logging | {name: value for name, value in given.items() if value}
    levels = {"ApplicationLogLevel", "SystemLogLevel"}
    if logging.get("LogFormat") == "JSON":
        logging = {**dict.fromkeys(levels, "INFO"), **logging}
    elif levels & given.keys():
        raise invalid("ApplicationLogLevel and SystemLogLevel can only be set when LogFormat is JSON")
    else:
        logging = {name: value for name, value in logging.items() if name not in levels}
    version.logging = logging


def _attribute(name: str, read: Callable[[Any], Any] = lambda value: value) -> Callable[[FunctionVersion, Any], None]:
    return lambda version, value: setattr(version, name, read(value))


_SETTERS: dict[str, Callable[[FunctionVersion, Any], None]] = {
    "Runtime": _attribute("runtime"),
    "Handler": _attribute("handler"),
    "Role": _attribute("role"),
    "Description": _attribute("description"),
    "MemorySize": _attribute("memory_mb"),
    "Timeout": _attribute("timeout_s"),
    "Architectures": _attribute("architectures", list),
    "Environment": _attribute("environment", lambda value: dict(value.get("Variables") or {})),
    "TracingConfig": _attribute("tracing_mode", lambda value: value.get("Mode", "PassThrough")),
    "LoggingConfig": _set_logging,
    "VpcConfig": _attribute("vpc", dict),
    "EphemeralStorage": _attribute("ephemeral_storage_mb", lambda value: value["Size"]),
    "DeadLetterConfig": _attribute("dead_letter_arn", lambda value: value.get("TargetArn") or None),
    "KMSKeyArn": _attribute("kms_key_arn", lambda value: value or None),
}
