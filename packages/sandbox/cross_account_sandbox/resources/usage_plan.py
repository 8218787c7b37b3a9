"""aws.apigateway.UsagePlan and UsagePlanKey: how many requests the holders of keys may send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import live_tags, tags_all
from cross_account_sandbox.resources.values import given

_LIMITS = {"burstLimit": "burstLimit", "rateLimit": "rateLimit"}
_QUOTA = {"limit": "limit", "offset": "offset", "period": "period"}


class UsagePlan(GatewayHandler):
    """Rate (requests a second), burst and quota (requests a DAY, WEEK or MONTH) on stages of APIs."""

    token = "aws:apigateway/usagePlan:UsagePlan"  # noqa: S105
    inputs = frozenset(
        {"apiStages", "description", "name", "productCode", "quotaSettings", "region", "tags", "throttleSettings"}
    )
    replaces = frozenset({"region"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateUsagePlan; a product code by a second call."""
        client = self.client(session, inputs)
        arguments = given(inputs, {"name": "name", "description": "description"})
        if inputs.get("apiStages"):
            arguments["apiStages"] = [_stage(entry) for entry in inputs["apiStages"]]
        if inputs.get("quotaSettings"):
            arguments["quota"] = given(inputs["quotaSettings"], _QUOTA)
        if inputs.get("throttleSettings"):
            arguments["throttle"] = given(inputs["throttleSettings"], _LIMITS)
        if wanted := tags_all(session, inputs):
            arguments["tags"] = wanted
        live = client.create_usage_plan(**arguments)
        if inputs.get("productCode"):
            operations = [patches.add("/productCode", inputs["productCode"])]
            with self.undone_on_failure(session, str(live["id"]), inputs):
                live = client.update_usage_plan(usagePlanId=live["id"], patchOperations=operations)
        return str(live["id"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        live = or_none(self.client(session, state).get_usage_plan, usagePlanId=identity)
        return None if live is None else self._state(session, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateUsagePlan: stages by value, limits by path."""
        client = self.client(session, new)
        operations = patches.replaced(
            old, new, {"name": "/name", "description": "/description", "productCode": "/productCode"}
        )
        operations += patches.values("/apiStages", _stage_names(old), _stage_names(new))
        operations += _limit_patches("/throttle", old.get("throttleSettings"), new.get("throttleSettings"), _LIMITS)
        operations += _limit_patches("/quota", old.get("quotaSettings"), new.get("quotaSettings"), _QUOTA)
        if operations:
            client.update_usage_plan(usagePlanId=identity, patchOperations=operations)
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, client.get_usage_plan(usagePlanId=identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteUsagePlan, after its stages are taken off, as AWS asks."""
        client = self.client(session, state)
        live = or_none(client.get_usage_plan, usagePlanId=identity)
        if live is None:
            return
        names = [f"{entry['apiId']}:{entry['stage']}" for entry in live.get("apiStages") or []]
        if names:
            operations = [patches.remove("/apiStages", name) for name in names]
            client.update_usage_plan(usagePlanId=identity, patchOperations=operations)
        or_none(client.delete_usage_plan, usagePlanId=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        stages = [given(entry, {"apiId": "apiId", "stage": "stage"}) for entry in live.get("apiStages") or []]
        known = stated.get("apiStages") or []
        if sorted(_stage_names({"apiStages": stages})) == sorted(_stage_names(stated)):
            stages = known
        return self.outputs(
            session,
            stated,
            {
                "name": live["name"],
                "description": live.get("description") or None,
                "productCode": live.get("productCode"),
                "apiStages": stages or None,
                "quotaSettings": live.get("quota") or None,
                "throttleSettings": live.get("throttle") or None,
                "arn": self.arn(session, stated, f"/usageplans/{live['id']}"),
                **live_tags(session, live.get("tags"), stated),
            },
        )


class UsagePlanKey(GatewayHandler):
    """A key on a usage plan. Its id is the key's."""

    token = "aws:apigateway/usagePlanKey:UsagePlanKey"  # noqa: S105
    inputs = frozenset({"keyId", "keyType", "region", "usagePlanId"})
    replaces = frozenset({"keyId", "keyType", "region", "usagePlanId"})
    secrets = frozenset({"value"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        names = {"usagePlanId": "usagePlanId", "keyId": "keyId", "keyType": "keyType"}
        live = self.client(session, inputs).create_usage_plan_key(**given(inputs, names))
        return str(live["id"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetUsagePlanKey. Imported by `PLAN-ID/KEY-ID`."""
        if "/" in identity:
            plan, _, identity = identity.partition("/")
            state = {**state, "usagePlanId": plan, "keyId": identity}
        live = or_none(self.client(session, state).get_usage_plan_key, usagePlanId=state["usagePlanId"], keyId=identity)
        return None if live is None else self._state(session, state, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The key's id without the plan's."""
        del given
        return str(outputs["keyId"])

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Nothing changes in place."""
        return self.outputs(session, new, {"name": old.get("name"), "value": old.get("value")})

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_usage_plan_key, usagePlanId=state["usagePlanId"], keyId=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        found = {"keyType": live.get("type"), "name": live.get("name"), "value": live.get("value")}
        return self.outputs(session, stated, found)


def _stage(entry: Mapping[str, Any]) -> Properties:
    throttle = {limit["path"]: given(limit, _LIMITS) for limit in entry.get("throttles") or []}
    return {"apiId": entry["apiId"], "stage": entry["stage"], **({"throttle": throttle} if throttle else {})}


def _stage_names(plan: Mapping[str, Any]) -> list[str]:
    return [f"{entry['apiId']}:{entry['stage']}" for entry in plan.get("apiStages") or []]


def _limit_patches(
    path: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, names: Mapping[str, str]
) -> list[patches.Patch]:
    if old and not new:
        return [patches.remove(path)]
    return patches.replaced(old or {}, new or {}, {name: f"{path}/{name}" for name in names if name in (new or {})})
