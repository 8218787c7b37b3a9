"""aws.apigateway.Stage: the name under which a deployment is served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import api_execution_arn, dns_suffix
from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import live_tags, tags_all
from cross_account_sandbox.resources.values import given

_CREATE = {
    "stageName": "stageName",
    "deployment": "deploymentId",
    "cacheClusterEnabled": "cacheClusterEnabled",
    "cacheClusterSize": "cacheClusterSize",
    "description": "description",
    "documentationVersion": "documentationVersion",
    "variables": "variables",
    "xrayTracingEnabled": "tracingEnabled",
}
_PATCHED = {
    "deployment": "/deploymentId",
    "cacheClusterEnabled": "/cacheClusterEnabled",
    "cacheClusterSize": "/cacheClusterSize",
    "clientCertificateId": "/clientCertificateId",
    "description": "/description",
    "documentationVersion": "/documentationVersion",
    "xrayTracingEnabled": "/tracingEnabled",
}
_DEFAULTS = {"cacheClusterEnabled": False, "xrayTracingEnabled": False}


class Stage(GatewayHandler):
    """A stage moves to a new deployment in place. Its id is `ags-{api}-{stage}`."""

    token = "aws:apigateway/stage:Stage"  # noqa: S105
    inputs = frozenset({*_CREATE, "accessLogSettings", "clientCertificateId", "region", "restApi", "tags"})
    replaces = frozenset({"region", "restApi", "stageName"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateStage; access logs and client certificate by a second call, as CreateStage takes neither."""
        client = self.client(session, inputs)
        arguments = given(inputs, _CREATE)
        if wanted := tags_all(session, inputs):
            arguments["tags"] = wanted
        live = client.create_stage(restApiId=inputs["restApi"], **arguments)
        certificate = {"clientCertificateId": inputs.get("clientCertificateId")}
        operations = _logging_patches({}, inputs) + patches.replaced(
            {}, certificate, {"clientCertificateId": "/clientCertificateId"}
        )
        identity = _identity(inputs)
        if operations:
            with self.undone_on_failure(session, identity, inputs):
                live = client.update_stage(
                    restApiId=inputs["restApi"], stageName=inputs["stageName"], patchOperations=operations
                )
        return identity, self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetStage. Imported by `REST-API-ID/STAGE-NAME`."""
        api, stage = _names(identity, state)
        live = or_none(self.client(session, state).get_stage, restApiId=api, stageName=stage)
        return None if live is None else self._state(session, {**state, "restApi": api, "stageName": stage}, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """`ags-{api}-{stage}`."""
        del given
        return _identity(outputs)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateStage with what changed."""
        client = self.client(session, new)
        api, stage = new["restApi"], new["stageName"]
        operations = patches.replaced({**_DEFAULTS, **old}, {**_DEFAULTS, **new}, _PATCHED)
        operations += patches.entries("/variables", old.get("variables"), new.get("variables"))
        operations += _logging_patches(old, new)
        if operations:
            client.update_stage(restApiId=api, stageName=stage, patchOperations=operations)
        self.retag(session, self.arn(session, new, f"/restapis/{api}/stages/{stage}"), old, new)
        return self._state(session, new, client.get_stage(restApiId=api, stageName=stage))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        api, stage = _names(identity, state)
        or_none(self.client(session, state).delete_stage, restApiId=api, stageName=stage)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        api, stage, region = stated["restApi"], stated["stageName"], self.region(session, stated)
        execution = api_execution_arn(partition=session.partition, region=region, account=session.account, api_id=api)
        logs = live.get("accessLogSettings") or {}
        return self.outputs(
            session,
            stated,
            {
                "deployment": live.get("deploymentId"),
                "description": live.get("description") or None,
                "documentationVersion": live.get("documentationVersion"),
                "clientCertificateId": live.get("clientCertificateId"),
                "variables": live.get("variables") or (stated.get("variables") and {}) or None,
                "cacheClusterEnabled": live.get("cacheClusterEnabled", False),
                "xrayTracingEnabled": live.get("tracingEnabled", False),
                "accessLogSettings": given(logs, {"destinationArn": "destinationArn", "format": "format"})
                if logs.get("destinationArn")
                else None,
                "arn": self.arn(session, stated, f"/restapis/{api}/stages/{stage}"),
                "executionArn": f"{execution}/{stage}",
                "invokeUrl": f"https://{api}.execute-api.{region}.{dns_suffix(session.partition)}/{stage}",
                "webAclArn": live.get("webAclArn", ""),
                **live_tags(session, live.get("tags"), stated),
            },
        )


def _logging_patches(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[patches.Patch]:
    before, after = old.get("accessLogSettings") or {}, new.get("accessLogSettings") or {}
    if before and not after:
        return [patches.remove("/accessLogSettings")]
    return patches.replaced(
        before, after, {"destinationArn": "/accessLogSettings/destinationArn", "format": "/accessLogSettings/format"}
    )


def _identity(properties: Mapping[str, Any]) -> str:
    return f"ags-{properties['restApi']}-{properties['stageName']}"


def _names(identity: str, state: Mapping[str, Any]) -> tuple[str, str]:
    if state.get("restApi"):
        return str(state["restApi"]), str(state["stageName"])
    api, _, stage = identity.removeprefix("ags-").partition("/" if "/" in identity else "-")
    return api, stage
