"""aws.apigateway.RestApi: an API, and the document that defines it.

With a `body` it behaves as the vendor's provider does: the import overwrites, and patches put back
what the arguments say and the import changed. The document is never read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import api_execution_arn
from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler, unescaped
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import live_tags, tags_all
from cross_account_sandbox.resources.values import changed, date, document, given, kept_document

_CREATE = {
    "name": "name",
    "description": "description",
    "apiKeySource": "apiKeySource",
    "binaryMediaTypes": "binaryMediaTypes",
    "disableExecuteApiEndpoint": "disableExecuteApiEndpoint",
    "endpointAccessMode": "endpointAccessMode",
    "securityPolicy": "securityPolicy",
}
_PATCHED = {
    "name": "/name",
    "description": "/description",
    "apiKeySource": "/apiKeySource",
    "disableExecuteApiEndpoint": "/disableExecuteApiEndpoint",
    "minimumCompressionSize": "/minimumCompressionSize",
    "endpointAccessMode": "/endpointAccessMode",
    "securityPolicy": "/securityPolicy",
}
#: Arguments that the provider fills in from AWS where the program leaves them out, and puts back after an import.
_COMPUTED = ("apiKeySource", "binaryMediaTypes", "description", "disableExecuteApiEndpoint", "endpointConfiguration")


class RestApi(GatewayHandler):
    """A REST API in the provider's account and Region."""

    token = "aws:apigateway/restApi:RestApi"  # noqa: S105 - a type token
    inputs = frozenset(
        {*_CREATE, "body", "endpointConfiguration", "failOnWarnings", "minimumCompressionSize", "parameters"}
        | {"policy", "putRestApiMode", "region", "tags"}
    )
    replaces = frozenset({"region"})
    read_back = frozenset({"policy"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateRestApi with the arguments, then the document and what it must not change."""
        client = self.client(session, inputs)
        arguments = given(inputs, _CREATE)
        if inputs.get("minimumCompressionSize") not in (None, ""):
            arguments["minimumCompressionSize"] = int(inputs["minimumCompressionSize"])
        if inputs.get("endpointConfiguration"):
            arguments["endpointConfiguration"] = _endpoint(inputs["endpointConfiguration"])
        if inputs.get("policy"):
            arguments["policy"] = document(inputs["policy"])
        if wanted := tags_all(session, inputs):
            arguments["tags"] = wanted
        identity = str(client.create_rest_api(**arguments)["id"])
        with self.undone_on_failure(session, identity, inputs):
            if inputs.get("body"):
                self._import(client, identity, inputs, inputs)
            return identity, self._state(session, inputs, client.get_rest_api(restApiId=identity))

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetRestApi; the document stays as the state has it."""
        live = or_none(self.client(session, state).get_rest_api, restApiId=identity)
        return None if live is None else self._state(session, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Argument patches first; the document only when it or its parameters changed; then the reconciling patches."""
        client = self.client(session, new)
        if operations := _patches(old, new):
            client.update_rest_api(restApiId=identity, patchOperations=operations)
        self.retag(session, self.arn(session, new, f"/restapis/{identity}"), old, new)
        if new.get("body") and changed(old, new, "body", "parameters"):
            computed = {name: old[name] for name in _COMPUTED if name in old}
            self._import(client, identity, new, {**computed, **new})
        return self._state(session, new, client.get_rest_api(restApiId=identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_rest_api, restApiId=identity)

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

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        identity = live["id"]
        size = live.get("minimumCompressionSize")
        return self.outputs(
            session,
            stated,
            {
                "name": live.get("name"),
                "description": live.get("description"),
                "apiKeySource": live.get("apiKeySource"),
                "binaryMediaTypes": _same_members(stated.get("binaryMediaTypes"), live.get("binaryMediaTypes")),
                "disableExecuteApiEndpoint": live.get("disableExecuteApiEndpoint", False),
                "endpointAccessMode": live.get("endpointAccessMode"),
                "securityPolicy": live.get("securityPolicy"),
                "endpointConfiguration": _flattened(live.get("endpointConfiguration") or {}, stated),
                "minimumCompressionSize": None if size is None else str(size),
                "policy": kept_document(stated.get("policy"), unescaped(live.get("policy"))),
                "arn": self.arn(session, stated, f"/restapis/{identity}"),
                "executionArn": api_execution_arn(
                    partition=session.partition,
                    region=self.region(session, stated),
                    account=session.account,
                    api_id=identity,
                ),
                "rootResourceId": live.get("rootResourceId"),
                "createdDate": date(live.get("createdDate")),
                **live_tags(session, live.get("tags"), stated),
            },
        )


def _patches(old: Properties, new: Properties) -> list[patches.Patch]:
    """What turns the old arguments into the new ones; an unset computed argument stays as it is."""
    wanted = {name: new[name] for name in _PATCHED if name in new}
    operations = patches.replaced(
        old, wanted, {name: path for name, path in _PATCHED.items() if name in new or name == "minimumCompressionSize"}
    )
    if new.get("binaryMediaTypes") is not None:
        operations += patches.members("/binaryMediaTypes", old.get("binaryMediaTypes"), new["binaryMediaTypes"])
    if new.get("policy") is not None and old.get("policy") != new["policy"]:
        operations.append(patches.replace("/policy", document(new["policy"])))
    return operations + _endpoint_patches(old.get("endpointConfiguration") or {}, new.get("endpointConfiguration"))


def _endpoint_patches(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> list[patches.Patch]:
    if new is None:
        return []
    operations = []
    before, after = old.get("types"), new.get("types")
    if after is not None and before != after:
        operations.append(patches.replace(f"/endpointConfiguration/types/{before}", after))
    if new.get("ipAddressType") is not None and old.get("ipAddressType") != new["ipAddressType"]:
        operations.append(patches.replace("/endpointConfiguration/ipAddressType", new["ipAddressType"]))
    return operations + patches.values(
        "/endpointConfiguration/vpcEndpointIds", old.get("vpcEndpointIds"), new.get("vpcEndpointIds")
    )


def _reconciling(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> list[patches.Patch]:
    """What puts back the arguments that an import changed (the provider's WithBodyUpdateOperations)."""
    operations = [
        patches.replace(_PATCHED[name], wanted[name])
        for name in ("apiKeySource", "description", "disableExecuteApiEndpoint", "name")
        if wanted.get(name) not in (None, "") and wanted[name] != live.get(name)
    ]
    size = wanted.get("minimumCompressionSize")
    if size not in (None, "") and str(size) != str(live.get("minimumCompressionSize")):
        operations.append(patches.replace("/minimumCompressionSize", size))
    if wanted.get("binaryMediaTypes"):
        operations += patches.members("/binaryMediaTypes", live.get("binaryMediaTypes"), wanted["binaryMediaTypes"])
    endpoint = wanted.get("endpointConfiguration") or {}
    imported = live.get("endpointConfiguration") or {}
    if endpoint.get("ipAddressType") not in (None, imported.get("ipAddressType")):
        operations.append(patches.replace("/endpointConfiguration/ipAddressType", endpoint["ipAddressType"]))
    if endpoint.get("vpcEndpointIds"):
        operations += patches.values(
            "/endpointConfiguration/vpcEndpointIds", imported.get("vpcEndpointIds"), endpoint["vpcEndpointIds"]
        )
    policy = wanted.get("policy")
    if policy and policy != kept_document(policy, unescaped(live.get("policy"))):
        operations.append(patches.replace("/policy", document(policy)))
    return operations


def _endpoint(configuration: Mapping[str, Any]) -> Properties:
    arguments: Properties = {"types": [configuration["types"]]}
    return arguments | given(configuration, {"ipAddressType": "ipAddressType", "vpcEndpointIds": "vpcEndpointIds"})


def _flattened(live: Mapping[str, Any], stated: Mapping[str, Any]) -> Properties:
    known: Mapping[str, Any] = stated.get("endpointConfiguration") or {}
    flat: Properties = {"types": (live.get("types") or ["EDGE"])[0]}
    if live.get("ipAddressType"):
        flat["ipAddressType"] = live["ipAddressType"]
    if live.get("vpcEndpointIds") or known.get("vpcEndpointIds"):
        flat["vpcEndpointIds"] = _same_members(known.get("vpcEndpointIds"), live.get("vpcEndpointIds"))
    return flat


def _same_members(stated: list[str] | None, live: list[str] | None) -> list[str]:
    """AWS keeps no order: the program's order while the members are the same."""
    found = list(live or [])
    return list(stated) if stated is not None and sorted(stated) == sorted(found) else found
