"""aws.lambda_.Function: code, configuration, and the versions that `publish` creates."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any

from aws_rules.arns import invoke_uri
from cross_account_sandbox.resources.archives import zipped
from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import HandlerError, or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls
from cross_account_sandbox.resources.values import changed, renamed

_CONFIGURATION = {
    "role": "Role",
    "handler": "Handler",
    "runtime": "Runtime",
    "description": "Description",
    "timeout": "Timeout",
    "memorySize": "MemorySize",
    "kmsKeyArn": "KMSKeyArn",
    "layers": "Layers",
}
_BLOCKS = ("deadLetterConfig", "environment", "ephemeralStorage", "loggingConfig", "tracingConfig", "vpcConfig")
_CODE = ("code", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash", "architectures")
_DEFAULTS = {
    "memorySize": 128,
    "timeout": 3,
    "packageType": "Zip",
    "publish": False,
    "reservedConcurrentExecutions": -1,
    "skipDestroy": False,
}
_LATEST = "$LATEST"
_SETTLE_SECONDS = 60.0


class Function(AwsHandler):
    """A function in the provider's account and Region. Its ID is its name."""

    token = "aws:lambda/function:Function"  # noqa: S105
    service = "lambda"
    tag_calls = TagCalls(target="Resource", tags="Tags", keys="TagKeys")
    inputs = frozenset({*_CONFIGURATION, *_BLOCKS, *_CODE, *_DEFAULTS, "name", "region", "tags"})
    replaces = frozenset({"name", "packageType", "region"})
    auto_name = "name"
    defaults = _DEFAULTS

    def check(self, inputs: Mapping[str, Any]) -> Properties:
        """Rejects packages that are not .zip file archives."""
        checked = super().check(inputs)
        if checked["packageType"] != "Zip":
            raise HandlerError(f"{self.token}: packageType {checked['packageType']!r} is not supported: use 'Zip'")
        return checked

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateFunction, which publishes the first version if `publish` is true."""
        client = self.client(session, inputs)
        code, digest = _code(inputs)
        arguments = _configuration(inputs) | renamed(inputs, {"architectures": "Architectures"})
        arguments |= self.tagging(session, inputs)
        client.create_function(
            FunctionName=inputs["name"],
            Code=code,
            PackageType="Zip",
            Publish=bool(inputs.get("publish")),
            **arguments,
        )
        name = str(inputs["name"])
        with self.undone_on_failure(session, name, inputs):
            _settled(client, name)
            if inputs.get("reservedConcurrentExecutions", -1) >= 0:
                client.put_function_concurrency(
                    FunctionName=name, ReservedConcurrentExecutions=inputs["reservedConcurrentExecutions"]
                )
            return name, self._state(session, inputs, digest=digest)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetFunction.

        If the code is not the deployed code, `code` is omitted, so that the next `pulumi up` restores it.
        """
        live = or_none(self.client(session, state).get_function, FunctionName=identity)
        if live is None:
            return None
        found = self._state(session, {**state, "name": identity}, live=live)
        if state.get("codeSha256") not in (None, found["codeSha256"]):
            found.pop("code", None)
        return found

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Update the configuration, then the code, then publish a version if either has changed."""
        client = self.client(session, new)
        configuration = _configuration({**_DEFAULTS, **new}, cleared=old)
        reconfigured = changed({**_DEFAULTS, **old}, {**_DEFAULTS, **new}, *_CONFIGURATION, *_BLOCKS)
        if reconfigured:
            client.update_function_configuration(FunctionName=identity, **configuration)
            _settled(client, identity)
        code, digest = _code(new)
        recoded = digest != old.get("codeSha256") or changed(old, new, "architectures", "s3Key", "s3ObjectVersion")
        if recoded:
            architectures = {"Architectures": new["architectures"]} if new.get("architectures") else {}
            client.update_function_code(FunctionName=identity, **code, **architectures)
            _settled(client, identity)
        if new.get("publish") and (reconfigured or recoded or not old.get("publish")):
            client.publish_version(FunctionName=identity)
        _reserve(client, identity, old, new)
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, digest=digest)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteFunction with all versions, unless `skipDestroy` is set."""
        if not state.get("skipDestroy"):
            or_none(self.client(session, state).delete_function, FunctionName=identity)

    def _state(
        self,
        session: ProviderSession,
        stated: Properties,
        *,
        live: Mapping[str, Any] | None = None,
        digest: str | None = None,
    ) -> Properties:
        client = self.client(session, stated)
        found = live or client.get_function(FunctionName=stated["name"])
        configuration = found["Configuration"]
        arn = _unqualified(configuration["FunctionArn"])
        version = _latest_version(client, stated["name"]) if stated.get("publish") else _LATEST
        uri = invoke_uri(arn)
        return self.outputs(
            session,
            stated,
            {
                **_stated_configuration(configuration, stated),
                "arn": arn,
                "invokeArn": uri,
                "qualifiedArn": f"{arn}:{version}",
                "qualifiedInvokeArn": invoke_uri(f"{arn}:{version}"),
                "responseStreamingInvokeArn": uri.replace("2015-03-31", "2021-11-15").replace(
                    "/invocations", "/response-streaming-invocations"
                ),
                "version": version,
                "lastModified": configuration.get("LastModified"),
                "codeSha256": configuration.get("CodeSha256"),
                "sourceCodeHash": stated.get("sourceCodeHash") or digest or configuration.get("CodeSha256"),
                "sourceCodeSize": configuration.get("CodeSize"),
                "architectures": configuration.get("Architectures"),
                "packageType": configuration.get("PackageType", "Zip"),
                "skipDestroy": bool(stated.get("skipDestroy")),
                "reservedConcurrentExecutions": (found.get("Concurrency") or {}).get(
                    "ReservedConcurrentExecutions", -1
                ),
                **self.tags(session, stated, found),
            },
        )


def _code(inputs: Mapping[str, Any]) -> tuple[Properties, str | None]:
    """The code argument of the call, and the archive's digest in AWS's form (SHA-256, base64)."""
    if inputs.get("code") is not None:
        content = zipped(inputs["code"])
        return {"ZipFile": content}, base64.b64encode(hashlib.sha256(content).digest()).decode()
    stored = renamed(inputs, {"s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion"})
    if not stored:
        raise HandlerError(f"{Function.token}: the code is missing: set `code`, or `s3Bucket` and `s3Key`")
    return stored, inputs.get("sourceCodeHash")


def _configuration(inputs: Mapping[str, Any], cleared: Mapping[str, Any] | None = None) -> Properties:
    """Arguments of CreateFunction, or of an update, which clears values that are in `cleared` but not in the inputs."""
    before = cleared or {}
    arguments = renamed(inputs, _CONFIGURATION)
    for name, empty in (("description", ""), ("kmsKeyArn", ""), ("layers", [])):
        if before.get(name) and not inputs.get(name):
            arguments[_CONFIGURATION[name]] = empty
    if inputs.get("environment") or before.get("environment"):
        arguments["Environment"] = {"Variables": (inputs.get("environment") or {}).get("variables") or {}}
    if inputs.get("tracingConfig"):
        arguments["TracingConfig"] = {"Mode": inputs["tracingConfig"]["mode"]}
    elif before.get("tracingConfig"):
        arguments["TracingConfig"] = {"Mode": "PassThrough"}
    if inputs.get("deadLetterConfig") or before.get("deadLetterConfig"):
        arguments["DeadLetterConfig"] = {"TargetArn": (inputs.get("deadLetterConfig") or {}).get("targetArn", "")}
    if inputs.get("ephemeralStorage"):
        arguments["EphemeralStorage"] = {"Size": inputs["ephemeralStorage"]["size"]}
    if inputs.get("loggingConfig"):
        arguments["LoggingConfig"] = _cased(inputs["loggingConfig"], str.upper)
    if inputs.get("vpcConfig") or before.get("vpcConfig"):
        network = inputs.get("vpcConfig") or {}
        arguments["VpcConfig"] = {
            "SubnetIds": network.get("subnetIds") or [],
            "SecurityGroupIds": network.get("securityGroupIds") or [],
        }
    return arguments


def _stated_configuration(live: Mapping[str, Any], stated: Mapping[str, Any]) -> Properties:
    """AWS's configuration with the inputs' names.

    Omits blocks with only AWS's defaults, unless the program sets them.
    """
    found: Properties = {name: live.get(key) for name, key in _CONFIGURATION.items()}
    found["layers"] = [layer["Arn"] if isinstance(layer, dict) else layer for layer in live.get("Layers") or []] or None
    found["description"] = live.get("Description") or None
    found["kmsKeyArn"] = live.get("KMSKeyArn") or None
    variables = (live.get("Environment") or {}).get("Variables") or {}
    found["environment"] = {"variables": variables} if variables or stated.get("environment") else None
    target = (live.get("DeadLetterConfig") or {}).get("TargetArn")
    found["deadLetterConfig"] = {"targetArn": target} if target else None
    found["ephemeralStorage"] = {"size": (live.get("EphemeralStorage") or {}).get("Size", 512)}
    found["tracingConfig"] = {"mode": (live.get("TracingConfig") or {}).get("Mode", "PassThrough")}
    logging = _cased(live.get("LoggingConfig") or {}, str.lower)
    found["loggingConfig"] = logging or None
    network = live.get("VpcConfig") or {}
    if network.get("SubnetIds"):
        found["vpcConfig"] = {
            "subnetIds": network["SubnetIds"],
            "securityGroupIds": network.get("SecurityGroupIds") or [],
            **({"vpcId": network["VpcId"]} if network.get("VpcId") else {}),
        }
    else:
        found["vpcConfig"] = None
    return found


def _cased(block: Mapping[str, Any], change: Any) -> Properties:
    """Change the case of the first letter of a block's keys: `logGroup` and `LogGroup`."""
    return {change(key[0]) + key[1:]: value for key, value in block.items() if value is not None}


def _reserve(client: Any, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    before = old.get("reservedConcurrentExecutions", -1)
    after = new.get("reservedConcurrentExecutions", -1)
    if before == after:
        return
    if after >= 0:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=after)
    else:
        client.delete_function_concurrency(FunctionName=name)


def _settled(client: Any, name: str) -> None:
    """Wait until Lambda has applied the change, because it responds earlier."""
    until = time.monotonic() + _SETTLE_SECONDS
    while time.monotonic() < until:
        live = client.get_function_configuration(FunctionName=name)
        if live.get("State", "Active") != "Pending" and live.get("LastUpdateStatus", "Successful") != "InProgress":
            return
        time.sleep(0.1)
    raise HandlerError(f"function {name!r} is still being created or updated after {_SETTLE_SECONDS:.0f} s")


def _latest_version(client: Any, name: str) -> str:
    numbers = [
        int(version["Version"])
        for page in client.get_paginator("list_versions_by_function").paginate(FunctionName=name)
        for version in page["Versions"]
        if version["Version"] != _LATEST
    ]
    return str(max(numbers)) if numbers else _LATEST


def _unqualified(arn: str) -> str:
    return ":".join(arn.split(":")[:7])
