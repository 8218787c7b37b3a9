"""Usage of API keys against their plan's quota, as counted by the data plane."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request, not_found
from cross_account_sandbox.apigateway.model.usage_plan import UsagePlan
from cross_account_sandbox.apigateway.usage_plans import usage_plan_of
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call, Operation

#: Maximum number of days in a response (API reference, GetUsage).
_MOST_DAYS = 90


def get_usage(call: Call) -> dict[str, Any]:
    """GetUsage: return used and remaining requests for each key and day of the range.

    The data plane counts by quota period, so a day shows the numbers of its whole week or month.
    """
    plan, params = usage_plan_of(call), call.params
    first, last = _day(params["startDate"]), _day(params["endDate"])
    if last < first or (last - first).days >= _MOST_DAYS:
        raise bad_request(
            f"Invalid date range: {first} to {last}. It must begin before it ends and have at most {_MOST_DAYS} days"
        )
    days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    wanted = params.get("keyId")
    if wanted is not None and wanted not in plan.key_ids:
        raise not_found("Invalid Usage Plan Key ID specified")
    keys = [key for key in plan.key_ids if wanted in (None, key)]
    items = {key: [_figures(call, plan, key, day) for day in days] for key in keys}
    used = {key: figures for key, figures in items.items() if any(one[0] for one in figures)}
    return {
        "usagePlanId": plan.id,
        "startDate": params["startDate"],
        "endDate": params["endDate"],
        "items": used,
    }


def update_usage(call: Call) -> dict[str, Any]:
    """UpdateUsage: set a key's remaining requests in the current period (`replace /remaining`)."""
    from cross_account_sandbox.execute_api.usage_plans import period

    plan, key = usage_plan_of(call), str(call.params["keyId"])
    if key not in plan.key_ids:
        raise not_found("Invalid Usage Plan Key ID specified")
    if plan.quota_limit is None:
        raise bad_request("Usage Plan has no quota")
    day = period(plan, utc_now())
    for operation in call.params.get("patchOperations") or ():
        if (operation.get("op"), operation.get("path")) != ("replace", "/remaining"):
            raise bad_request(
                f"Invalid patch path  '{operation.get('path')}' specified for op '{operation.get('op')}'. "
                "Must be one of: [/remaining]"
            )
        call.world.gateway.usage[plan.id, key, day] = plan.quota_limit - int(operation["value"])
    return {
        "usagePlanId": plan.id,
        "startDate": day,
        "endDate": day,
        "items": {key: [_figures(call, plan, key, day)]},
    }


def _figures(call: Call, plan: UsagePlan, key: str, day: str) -> list[int]:
    used = call.world.gateway.usage.get((plan.id, key, day), 0)
    return [used, max((plan.quota_limit or 0) - used, 0)]


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise bad_request(f"Invalid date: {text}. Expected a date like 2016-08-01") from None


OPERATIONS: Mapping[str, Operation] = {"GetUsage": get_usage, "UpdateUsage": update_usage}
