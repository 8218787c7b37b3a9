"""aws.apigateway.UsagePlan and UsagePlanKey: how many requests the owners of API keys can send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_LIMITS = {"burstLimit": "burstLimit", "rateLimit": "rateLimit"}
_QUOTA = {"limit": "limit", "offset": "offset", "period": "period"}


class UsagePlan(GatewayRecord):
    """Rate (requests per second), burst and quota (requests per DAY, WEEK or MONTH) for API stages."""

    token = "aws:apigateway/usagePlan:UsagePlan"  # noqa: S105
    kind = "usage_plan"
    parameter = "usagePlanId"
    names: ClassVar[Mapping[str, str]] = {"name": "name", "description": "description"}
    patched: ClassVar[Mapping[str, str]] = {
        "name": "/name",
        "description": "/description",
        "productCode": "/productCode",
    }
    inputs = frozenset({*patched, "apiStages", "quotaSettings", "region", "tags", "throttleSettings"})
    replaces = frozenset({"region"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateUsagePlan, then a second call for a product code."""
        identity, state = super().create(session, inputs)
        if inputs.get("productCode"):
            operations = [patches.add("/productCode", inputs["productCode"])]
            with self.undone_on_failure(session, identity, inputs):
                live = self.call(session, inputs, "update", usagePlanId=identity, patchOperations=operations)
            state = self.state(session, inputs, live)
        return identity, state

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteUsagePlan, after removing its stages, as AWS requires."""
        live = or_none(self.call, session, state, "get", usagePlanId=identity)
        if operations := [patches.remove("/apiStages", name) for name in _stage_names(live or {})]:
            self.call(session, state, "update", usagePlanId=identity, patchOperations=operations)
        super().delete(session, identity, state)

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, with the blocks for stages and limits."""
        arguments = super().arguments(inputs)
        if inputs.get("apiStages"):
            arguments["apiStages"] = [_stage(entry) for entry in inputs["apiStages"]]
        if inputs.get("quotaSettings"):
            arguments["quota"] = renamed(inputs["quotaSettings"], _QUOTA)
        if inputs.get("throttleSettings"):
            arguments["throttle"] = renamed(inputs["throttleSettings"], _LIMITS)
        return arguments

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """Stages are patched by value, limits by path."""
        return (
            super().operations(old, new)
            + patches.by_value("/apiStages", _stage_names(old), _stage_names(new))
            + _limit_patches("/throttle", old.get("throttleSettings"), new.get("throttleSettings"), _LIMITS)
            + _limit_patches("/quota", old.get("quotaSettings"), new.get("quotaSettings"), _QUOTA)
        )

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The stages, in the program's order if they are the same, and the limits."""
        stages = [renamed(entry, {"apiId": "apiId", "stage": "stage"}) for entry in live.get("apiStages") or []]
        if sorted(_stage_names({"apiStages": stages})) == sorted(_stage_names(stated)):
            stages = stated.get("apiStages") or []
        return {
            "description": live.get("description") or None,
            "productCode": live.get("productCode"),
            "apiStages": stages or None,
            "quotaSettings": live.get("quota") or None,
            "throttleSettings": live.get("throttle") or None,
            "arn": self.arn(session, stated, f"/usageplans/{live['id']}"),
        }


class UsagePlanKey(GatewayRecord):
    """An API key in a usage plan. Its ID is the key's ID."""

    token = "aws:apigateway/usagePlanKey:UsagePlanKey"  # noqa: S105
    kind = "usage_plan_key"
    parameter = "keyId"
    parent = ("usagePlanId", "usagePlanId")
    names: ClassVar[Mapping[str, str]] = {"keyId": "keyId", "keyType": "keyType"}
    patched: ClassVar[Mapping[str, str]] = {}
    inputs = frozenset({*names, "region", "usagePlanId"})
    replaces = inputs
    secrets = frozenset({"value"})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The key with the response's names."""
        return {
            "keyId": live["id"],
            "keyType": live.get("type"),
            "name": live.get("name"),
            "value": live.get("value"),
        }


def _stage(entry: Mapping[str, Any]) -> Properties:
    throttle = {limit["path"]: renamed(limit, _LIMITS) for limit in entry.get("throttles") or []}
    return {"apiId": entry["apiId"], "stage": entry["stage"], **({"throttle": throttle} if throttle else {})}


def _stage_names(plan: Mapping[str, Any]) -> list[str]:
    return [f"{entry['apiId']}:{entry['stage']}" for entry in plan.get("apiStages") or []]


def _limit_patches(
    path: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, names: Mapping[str, str]
) -> list[patches.Patch]:
    if old and not new:
        return [patches.remove(path)]
    return patches.replaced(old or {}, new or {}, {name: f"{path}/{name}" for name in names if name in (new or {})})
