"""Patch operations of usage plans: numeric limits, stages, and limits of a stage's methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request, not_found
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.apigateway.model.usage_plan import UsagePlan

_STAGES = "/apiStages"
_LIMITS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "/throttle/rateLimit": ("rate", float),
    "/throttle/burstLimit": ("burst", int),
    "/quota/limit": ("quota_limit", int),
    "/quota/offset": ("quota_offset", int),
    "/quota/period": ("quota_period", str),
}
_TEXTS = {"/name": "name", "/description": "description", "/productCode": "product_code"}


def patch_plan(store: ApiGatewayStore, plan: UsagePlan, operation: Mapping[str, Any]) -> None:
    """Apply one operation. Raises BadRequestException, or NotFoundException for an unknown stage."""
    verb, path, value = str(operation.get("op")), str(operation.get("path") or ""), operation.get("value")
    if path in _TEXTS:
        setattr(plan, _TEXTS[path], value or None if path != "/name" else value or "")
    elif path in _LIMITS:
        attribute, kind = _LIMITS[path]
        empty = 0 if attribute == "quota_offset" else None
        setattr(plan, attribute, empty if verb == "remove" else _number(path, value, kind))
    elif path == "/throttle" and verb == "remove":
        plan.rate = plan.burst = None
    elif path == "/quota" and verb == "remove":
        plan.quota_limit, plan.quota_offset, plan.quota_period = None, 0, None
    elif path == _STAGES and verb in ("add", "remove"):
        _patch_stage(store, plan, verb, str(value or ""))
    elif path.startswith(f"{_STAGES}/"):
        _patch_method_throttle(plan, verb, path, value)
    else:
        raise bad_request(f"Invalid patch path  '{path}' specified for op '{verb}'. Please choose supported operations")


def api_stage(store: ApiGatewayStore, plan: UsagePlan, api_id: str, stage: str) -> dict[str, Any]:
    """Return a stage in the form in which a plan stores it. Raises NotFoundException."""
    api = store.rest_apis.get(api_id)
    if api is None or stage not in api.stages:
        raise not_found(f"Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {plan.id}")
    return {"apiId": api_id, "stage": stage}


def _number(path: str, value: object, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(str(value))
    except ValueError:
        # Unconfirmed: the text for a limit of a usage plan that is not a number. Reason: only the rule is documented.
        raise bad_request(f"Invalid value '{value}' for {path}") from None


def _patch_stage(store: ApiGatewayStore, plan: UsagePlan, verb: str, text: str) -> None:
    api_id, colon, stage = text.partition(":")
    if not colon or ":" in stage:
        raise bad_request("Invalid API Stage specified")
    found = api_stage(store, plan, api_id, stage)
    kept = [entry for entry in plan.api_stages if (entry["apiId"], entry["stage"]) != (api_id, stage)]
    if verb == "remove":
        plan.api_stages = kept
    elif len(kept) == len(plan.api_stages):
        plan.api_stages.append(found)


def _patch_method_throttle(plan: UsagePlan, verb: str, path: str, value: object) -> None:
    text, _, rest = path.removeprefix(f"{_STAGES}/").partition("/")
    api_id, _, stage = text.partition(":")
    entry = next((one for one in plan.api_stages if (one["apiId"], one["stage"]) == (api_id, stage)), None)
    if entry is None or not rest.startswith("throttle"):
        raise not_found(f"Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {plan.id}")
    method = rest.removeprefix("throttle").removeprefix("/")
    throttle: dict[str, Any] = entry.setdefault("throttle", {})
    if verb == "remove":
        if method:
            throttle.pop(method.replace("~1", "/"), None)
        else:
            throttle.clear()
    else:
        method, _, limit = method.rpartition("/")
        if limit not in ("rateLimit", "burstLimit"):
            raise bad_request(
                f"Invalid patch path  '{path}' specified for op '{verb}'. Please choose supported operations"
            )
        number = _number(path, value, float if limit == "rateLimit" else int)
        throttle.setdefault(method.replace("~1", "/"), {})[limit] = number
    if not throttle:
        del entry["throttle"]
