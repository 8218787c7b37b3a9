"""The Pulumi package schema of the sandbox's provider, which YAML programs and `pulumi import` require."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cross_account_sandbox.resources.handler import Handler
from cross_account_sandbox.resources.session import PROVIDER_INPUTS

#: Type token → property → JSON type, for every input and output of a handler. The types are those of pulumi-aws; `any`
#: means more than one type. They are stored in a file because importing pulumi-aws takes seconds.
PROPERTY_TYPES: Mapping[str, Mapping[str, str]] = json.loads(
    (Path(__file__).parent / "property_types.json").read_text("utf-8")
)
_ANY = {"$ref": "pulumi.json#/Any"}
_TYPES: Mapping[str, Mapping[str, Any]] = {
    "any": _ANY,
    "archive": {"$ref": "pulumi.json#/Archive"},
    "array": {"type": "array", "items": _ANY},
    "object": {"type": "object", "additionalProperties": _ANY},
}
#: Provider properties that are not strings.
_PROVIDER_TYPES = {
    "allowedAccountIds": "array",
    "assumeRoles": "array",
    "defaultTags": "object",
    "endpoints": "array",
    "forbiddenAccountIds": "array",
    "maxRetries": "integer",
    "s3UsePathStyle": "boolean",
    "sharedConfigFiles": "array",
    "sharedCredentialsFiles": "array",
    "skipCredentialsValidation": "boolean",
    "skipMetadataApiCheck": "boolean",
    "skipRegionValidation": "boolean",
    "skipRequestingAccountId": "boolean",
}
_PROVIDER_SECRETS = frozenset({"secretKey", "token"})
#: Arguments and results of each data source; all are strings, except lists.
_FUNCTIONS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "aws:iam/getPolicyDocument:getPolicyDocument": (
        ("overridePolicyDocuments", "policyId", "sourcePolicyDocuments", "statements", "version"),
        ("id", "json", "minifiedJson", "version"),
    ),
    "aws:index/getCallerIdentity:getCallerIdentity": ((), ("accountId", "arn", "id", "userId")),
    "aws:index/getPartition:getPartition": ((), ("dnsSuffix", "id", "partition", "reverseDnsPrefix")),
    "aws:index/getRegion:getRegion": (("name", "region"), ("description", "endpoint", "id", "name", "region")),
}
_LISTS = frozenset({"overridePolicyDocuments", "sourcePolicyDocuments", "statements"})
#: `version` belongs to the engine and is not a setting.
_NO_SETTING = "version"


def package_schema(
    handlers: Mapping[str, Handler],
    functions: Mapping[str, object],
    version: str,
    types: Mapping[str, Mapping[str, str]] = PROPERTY_TYPES,
) -> str:
    """The schema as JSON: every type with a handler, every data source, and the provider's settings."""
    settings = {
        name: _property(_PROVIDER_TYPES.get(name, "string"), secret=name in _PROVIDER_SECRETS)
        for name in sorted(PROVIDER_INPUTS - {_NO_SETTING})
    }
    schema = {
        "name": "aws",
        "version": version,
        "description": "The sandbox's stand-in for the AWS provider: the resource types that the sandbox can create.",
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "config": {"variables": settings},
        "provider": {"inputProperties": settings, "properties": settings},
        "resources": {token: _resource(handler, types.get(token, {})) for token, handler in handlers.items()},
        "functions": {token: _function(token) for token in functions},
    }
    return json.dumps(schema)


def _resource(handler: Handler, types: Mapping[str, str]) -> dict[str, Any]:
    # No input is required, because the handlers' errors for missing inputs are more detailed.
    return {
        "inputProperties": {name: _property(types.get(name, "any")) for name in sorted(handler.inputs)},
        "properties": {
            name: _property(types.get(name, "any"), secret=name in handler.secrets)
            for name in sorted(handler.inputs | types.keys() | handler.secrets)
        },
    }


def _property(kind: str, *, secret: bool = False) -> dict[str, Any]:
    return {**_TYPES.get(kind, {"type": kind}), **({"secret": True} if secret else {})}


def _function(token: str) -> dict[str, Any]:
    arguments, answers = _FUNCTIONS.get(token, ((), ()))
    return {
        "inputs": {"type": "object", "properties": {name: _property(_kind(name)) for name in arguments}},
        "outputs": {"type": "object", "properties": {name: _property("string") for name in answers}},
    }


def _kind(argument: str) -> str:
    return "array" if argument in _LISTS else "string"
