"""aws.apigateway.RestApi: a REST API and the OpenAPI document that defines it.

With a `body`, it behaves like the AWS provider: the import overwrites the API, and patches then restore the arguments
that the import changed. The document is never read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.gateway import GatewayRecord, unescaped
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import changed, date, document, kept_document, renamed

#: Arguments that the provider reads from AWS if the program omits them, and restores after an import.
_COMPUTED = ("apiKeySource", "binaryMediaTypes", "description", "disableExecuteApiEndpoint", "endpointConfiguration")


class RestApi(GatewayRecord):
    """A REST API in the provider's account and Region."""

    token = "aws:apigateway/restApi:RestApi"  # noqa: S105 - a type token
    kind = "rest_api"
    parameter = "restApiId"
    names: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "description": "description",
        "apiKeySource": "apiKeySource",
        "binaryMediaTypes": "binaryMediaTypes",
        "disableExecuteApiEndpoint": "disableExecuteApiEndpoint",
        "endpointAccessMode": "endpointAccessMode",
        "securityPolicy": "securityPolicy",
    }
    patched: ClassVar[Mapping[str, str]] = {
        "name": "/name",
        "description": "/description",
        "apiKeySource": "/apiKeySource",
        "disableExecuteApiEndpoint": "/disableExecuteApiEndpoint",
        "minimumCompressionSize": "/minimumCompressionSize",
        "endpointAccessMode": "/endpointAccessMode",
        "securityPolicy": "/securityPolicy",
    }
    inputs = frozenset(
        {*names, "body", "endpointConfiguration", "failOnWarnings", "minimumCompressionSize", "parameters"}
        | {"policy", "putRestApiMode", "region", "tags"}
    )
    replaces = frozenset({"region"})
    read_back = frozenset({"policy"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateRestApi with the arguments, then the document, then the arguments that it must not change."""
        identity, state = super().create(session, inputs)
        if inputs.get("body"):
            client = self.client(session, inputs)
            with self.undone_on_failure(session, identity, inputs):
                self._import(client, identity, inputs, inputs)
                state = self.state(session, inputs, client.get_rest_api(restApiId=identity))
        return identity, state

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """Patch the arguments, import the document if it or its parameters changed, then restore the arguments."""
        super().change(session, identity, old, new)
        if new.get("body") and changed(old, new, "body", "parameters"):
            computed = {name: old[name] for name in _COMPUTED if name in old}
            self._import(self.client(session, new), identity, new, {**computed, **new})

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, with the block and the policy in AWS's form."""
        arguments = super().arguments(inputs)
        if inputs.get("minimumCompressionSize") not in (None, ""):
            arguments["minimumCompressionSize"] = int(inputs["minimumCompressionSize"])
        if inputs.get("endpointConfiguration"):
            arguments["endpointConfiguration"] = _endpoint(inputs["endpointConfiguration"])
        if inputs.get("policy"):
            arguments["policy"] = document(inputs["policy"])
        return arguments

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """The patches from the old to the new arguments; an unset computed argument keeps its value."""
        paths = {name: path for name, path in self.patched.items() if name in new or name == "minimumCompressionSize"}
        operations = patches.replaced(old, new, paths)
        if new.get("binaryMediaTypes") is not None:
            operations += patches.by_path("/binaryMediaTypes", old.get("binaryMediaTypes"), new["binaryMediaTypes"])
        if new.get("policy") is not None and old.get("policy") != new["policy"]:
            operations.append(patches.replace("/policy", document(new["policy"])))
        return operations + _endpoint_patches(old.get("endpointConfiguration") or {}, new.get("endpointConfiguration"))

    def _import(self, client: Any, identity: str, inputs: Properties, wanted: Mapping[str, Any]) -> None:
        live = client.put_rest_api(
            restApiId=identity,
            mode=inputs.get("putRestApiMode") or "overwrite",
            failOnWarnings=bool(inputs.get("failOnWarnings")),
            parameters=inputs.get("parameters") or {},
            body=str(inputs["body"]).encode(),
        )
        if operations := _reconciling(wanted, live):
            client.update_rest_api(restApiId=identity, patchOperations=operations)

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """Lists in the program's order, the policy as the program wrote it, and the ARNs."""
        size = live.get("minimumCompressionSize")
        return {
            "binaryMediaTypes": _same_members(stated.get("binaryMediaTypes"), live.get("binaryMediaTypes")),
            "disableExecuteApiEndpoint": live.get("disableExecuteApiEndpoint", False),
            "endpointConfiguration": _flattened(live.get("endpointConfiguration") or {}, stated),
            "minimumCompressionSize": None if size is None else str(size),
            "policy": kept_document(stated.get("policy"), unescaped(live.get("policy"))),
            "arn": self.arn(session, stated, f"/restapis/{live['id']}"),
            "executionArn": self.execution_arn(session, stated, live["id"]),
            "rootResourceId": live.get("rootResourceId"),
            "createdDate": date(live.get("createdDate")),
        }


def _endpoint_patches(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> list[patches.Patch]:
    if new is None:
        return []
    operations = []
    before, after = old.get("types"), new.get("types")
    if after is not None and before != after:
        operations.append(patches.replace(f"/endpointConfiguration/types/{before}", after))
    if new.get("ipAddressType") is not None and old.get("ipAddressType") != new["ipAddressType"]:
        operations.append(patches.replace("/endpointConfiguration/ipAddressType", new["ipAddressType"]))
    return operations + patches.by_value(
        "/endpointConfiguration/vpcEndpointIds", old.get("vpcEndpointIds"), new.get("vpcEndpointIds")
    )


def _reconciling(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> list[patches.Patch]:
    """The patches that restore arguments after an import (the provider's WithBodyUpdateOperations)."""
    operations = [
        patches.replace(RestApi.patched[name], wanted[name])
        for name in ("apiKeySource", "description", "disableExecuteApiEndpoint", "name")
        if wanted.get(name) not in (None, "") and wanted[name] != live.get(name)
    ]
    size = wanted.get("minimumCompressionSize")
    if size not in (None, "") and str(size) != str(live.get("minimumCompressionSize")):
        operations.append(patches.replace("/minimumCompressionSize", size))
    if wanted.get("binaryMediaTypes"):
        operations += patches.by_path("/binaryMediaTypes", live.get("binaryMediaTypes"), wanted["binaryMediaTypes"])
    endpoint = wanted.get("endpointConfiguration") or {}
    imported = live.get("endpointConfiguration") or {}
    if endpoint.get("ipAddressType") not in (None, imported.get("ipAddressType")):
        operations.append(patches.replace("/endpointConfiguration/ipAddressType", endpoint["ipAddressType"]))
    if endpoint.get("vpcEndpointIds"):
        operations += patches.by_value(
            "/endpointConfiguration/vpcEndpointIds", imported.get("vpcEndpointIds"), endpoint["vpcEndpointIds"]
        )
    policy = wanted.get("policy")
    if policy and policy != kept_document(policy, unescaped(live.get("policy"))):
        operations.append(patches.replace("/policy", document(policy)))
    return operations


def _endpoint(configuration: Mapping[str, Any]) -> Properties:
    arguments: Properties = {"types": [configuration["types"]]}
    return arguments | renamed(configuration, {"ipAddressType": "ipAddressType", "vpcEndpointIds": "vpcEndpointIds"})


def _flattened(live: Mapping[str, Any], stated: Mapping[str, Any]) -> Properties:
    known: Mapping[str, Any] = stated.get("endpointConfiguration") or {}
    flat: Properties = {"types": (live.get("types") or ["EDGE"])[0]}
    if live.get("ipAddressType"):
        flat["ipAddressType"] = live["ipAddressType"]
    if live.get("vpcEndpointIds") or known.get("vpcEndpointIds"):
        flat["vpcEndpointIds"] = _same_members(known.get("vpcEndpointIds"), live.get("vpcEndpointIds"))
    return flat


def _same_members(stated: list[str] | None, live: list[str] | None) -> list[str]:
    """Keep the program's order if the members are the same, because AWS does not preserve the order."""
    found = list(live or [])
    return list(stated) if stated is not None and sorted(stated) == sorted(found) else found
