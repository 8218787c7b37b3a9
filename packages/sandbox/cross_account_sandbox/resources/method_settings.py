"""aws.apigateway.MethodSettings: logging, metrics, throttling and caching of a stage's methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession

_ALREADY_GONE = "there is no method setting for this method"
#: For each setting: the end of its patch path, and its name in GetStage.
_SETTINGS = {
    "metricsEnabled": ("metrics/enabled", "metricsEnabled"),
    "loggingLevel": ("logging/loglevel", "loggingLevel"),
    "dataTraceEnabled": ("logging/dataTrace", "dataTraceEnabled"),
    "throttlingBurstLimit": ("throttling/burstLimit", "throttlingBurstLimit"),
    "throttlingRateLimit": ("throttling/rateLimit", "throttlingRateLimit"),
    "cachingEnabled": ("caching/enabled", "cachingEnabled"),
    "cacheTtlInSeconds": ("caching/ttlInSeconds", "cacheTtlInSeconds"),
    "cacheDataEncrypted": ("caching/dataEncrypted", "cacheDataEncrypted"),
    "requireAuthorizationForCacheControl": (
        "caching/requireAuthorizationForCacheControl",
        "requireAuthorizationForCacheControl",
    ),
    "unauthorizedCacheControlHeaderStrategy": (
        "caching/unauthorizedCacheControlHeaderStrategy",
        "unauthorizedCacheControlHeaderStrategy",
    ),
}


class MethodSettings(GatewayHandler):
    """Settings of one method path of a stage, such as `*/*` or `users/GET`. The ID is `{api}-{stage}-{method path}`."""

    token = "aws:apigateway/methodSettings:MethodSettings"  # noqa: S105
    inputs = frozenset({"methodPath", "region", "restApi", "settings", "stageName"})
    replaces = frozenset({"methodPath", "region", "restApi", "stageName"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """UpdateStage with the given settings."""
        return _identity(inputs), self._put(session, {}, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """The stage's settings for this method path. The import ID is `REST-API-ID/STAGE-NAME/METHOD-PATH`."""
        if not state.get("restApi"):
            api, stage, path = identity.split("/", 2)
            state = {**state, "restApi": api, "stageName": stage, "methodPath": path}
        live = or_none(self.client(session, state).get_stage, restApiId=state["restApi"], stageName=state["stageName"])
        found = ((live or {}).get("methodSettings") or {}).get(state["methodPath"])
        return None if found is None else self.outputs(session, state, {"settings": _settings(found)})

    def identity(self, given: str, outputs: Properties) -> str:
        """`{api}-{stage}-{method path}`."""
        del given
        return _identity(outputs)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateStage with the settings that changed."""
        return self._put(session, old.get("settings") or {}, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Remove the settings of this method path. AWS returns a bad-request error if they no longer exist."""
        try:
            or_none(
                self.client(session, state).update_stage,
                restApiId=state["restApi"],
                stageName=state["stageName"],
                patchOperations=[patches.remove(f"/{state['methodPath']}")],
            )
        except Exception as error:
            if _ALREADY_GONE not in str(error):
                raise

    def _put(self, session: ProviderSession, old: Mapping[str, Any], inputs: Properties) -> Properties:
        wanted = inputs["settings"]
        live = self.client(session, inputs).update_stage(
            restApiId=inputs["restApi"],
            stageName=inputs["stageName"],
            patchOperations=[
                patches.replace(f"/{inputs['methodPath']}/{path}", wanted[name])
                for name, (path, _) in _SETTINGS.items()
                if name in wanted and old.get(name) != wanted[name]
            ],
        )
        found = (live.get("methodSettings") or {}).get(inputs["methodPath"])
        return self.outputs(session, inputs, {"settings": {**wanted, **(_settings(found) if found else {})}})


def _identity(properties: Mapping[str, Any]) -> str:
    return f"{properties['restApi']}-{properties['stageName']}-{properties['methodPath']}"


def _settings(live: Mapping[str, Any]) -> Properties:
    return {name: live[key] for name, (_, key) in _SETTINGS.items() if live.get(key) is not None}
