"""aws.apigateway.Stage: a named stage that serves a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from aws_rules.arns import dns_suffix
from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_DEFAULTS = {"cacheClusterEnabled": False, "xrayTracingEnabled": False}


class Stage(GatewayRecord):
    """A stage can be moved to a new deployment in place. Its ID is `ags-{api}-{stage}`."""

    token = "aws:apigateway/stage:Stage"  # noqa: S105
    kind = "stage"
    names: ClassVar[Mapping[str, str]] = {
        "restApi": "restApiId",
        "stageName": "stageName",
        "deployment": "deploymentId",
        "cacheClusterEnabled": "cacheClusterEnabled",
        "cacheClusterSize": "cacheClusterSize",
        "description": "description",
        "documentationVersion": "documentationVersion",
        "variables": "variables",
        "xrayTracingEnabled": "tracingEnabled",
    }
    patched: ClassVar[Mapping[str, str]] = {
        "deployment": "/deploymentId",
        "cacheClusterEnabled": "/cacheClusterEnabled",
        "cacheClusterSize": "/cacheClusterSize",
        "clientCertificateId": "/clientCertificateId",
        "description": "/description",
        "documentationVersion": "/documentationVersion",
        "xrayTracingEnabled": "/tracingEnabled",
    }
    inputs = frozenset({*names, "accessLogSettings", "clientCertificateId", "region", "tags"})
    replaces = frozenset({"region", "restApi", "stageName"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateStage, then a second call for access logs and client certificate, which CreateStage does not accept."""
        live = self.call(session, inputs, "create", **self.creating(session, inputs))
        operations = _logging_patches({}, inputs)
        if inputs.get("clientCertificateId") is not None:
            operations.append(patches.replace("/clientCertificateId", inputs["clientCertificateId"]))
        identity = self.identity("", inputs)
        if operations:
            with self.undone_on_failure(session, identity, inputs):
                live = self.call(session, inputs, "update", **self.target(identity, inputs), patchOperations=operations)
        return identity, self.state(session, inputs, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """`ags-{api}-{stage}`."""
        del given
        return f"ags-{outputs['restApi']}-{outputs['stageName']}"

    def imported(self, identity: str, state: Properties) -> Properties:
        """The import ID is `REST-API-ID/STAGE-NAME`."""
        if state.get("restApi"):
            return state
        api, _, stage = identity.removeprefix("ags-").partition("/" if "/" in identity else "-")
        return {**state, "restApi": api, "stageName": stage}

    def target(self, identity: str, state: Mapping[str, Any]) -> Properties:
        """The stage's name and the API's ID."""
        return {"restApiId": state["restApi"], "stageName": state["stageName"]}

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """Variables are patched by name, and logs as a block."""
        return (
            super().operations({**_DEFAULTS, **old}, {**_DEFAULTS, **new})
            + patches.by_key("/variables", old.get("variables"), new.get("variables"))
            + _logging_patches(old, new)
        )

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The block for logs, the ARNs and the URL."""
        api, stage, region = stated["restApi"], stated["stageName"], self.region(session, stated)
        logs = live.get("accessLogSettings") or {}
        return {
            "restApi": api,
            "cacheClusterSize": stated.get("cacheClusterSize"),
            "description": live.get("description") or None,
            "clientCertificateId": live.get("clientCertificateId"),
            "variables": live.get("variables") or (stated.get("variables") and {}) or None,
            "cacheClusterEnabled": live.get("cacheClusterEnabled", False),
            "xrayTracingEnabled": live.get("tracingEnabled", False),
            "accessLogSettings": renamed(logs, {"destinationArn": "destinationArn", "format": "format"})
            if logs.get("destinationArn")
            else None,
            "arn": self.arn(session, stated, f"/restapis/{api}/stages/{stage}"),
            "executionArn": f"{self.execution_arn(session, stated, api)}/{stage}",
            "invokeUrl": f"https://{api}.execute-api.{region}.{dns_suffix(session.partition)}/{stage}",
            "webAclArn": live.get("webAclArn", ""),
        }


def _logging_patches(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[patches.Patch]:
    before, after = old.get("accessLogSettings") or {}, new.get("accessLogSettings") or {}
    if before and not after:
        return [patches.remove("/accessLogSettings")]
    return patches.replaced(
        before, after, {"destinationArn": "/accessLogSettings/destinationArn", "format": "/accessLogSettings/format"}
    )
