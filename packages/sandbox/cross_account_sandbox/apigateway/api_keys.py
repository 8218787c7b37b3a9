"""API keys: callers send their values in `x-api-key`, and usage plans meter them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request, conflict, must_exist
from cross_account_sandbox.apigateway.identifiers import LONG, stable_id
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.model.usage_plan import ApiKey
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import PatchTable, Wording, optional, setter, truth
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call, Operation

#: Characters (recorded; the API reference states the limits of the value).
_SHORTEST, _LONGEST, _GENERATED = 20, 128, 40
_LONGEST_NAME, _LONGEST_DESCRIPTION = 1_024, 125_000


def create_api_key(call: Call) -> dict[str, Any]:
    """CreateApiKey: generate a value if the call has none. A key is disabled unless the call sets `enabled`."""
    store, params = store_of(call), call.params
    name, description = _checked_name(params.get("name")), _checked_description(params.get("description"))
    values = {key.value for key in store.api_keys.values()}
    value = str(params.get("value") or stable_id(call.resource, _GENERATED, taken=values))
    if not _SHORTEST <= len(value) <= _LONGEST:
        message = f"API Key value should be at least {_SHORTEST} characters"
        if len(value) > _LONGEST:
            message = f"API Key value exceeds maximum size of {_LONGEST} characters"
        raise bad_request(message)
    if value in values:
        raise conflict("API Key already exists")
    key = ApiKey(
        id=stable_id(call.resource, LONG, taken=store.api_keys),
        name=name,
        value=value,
        enabled=bool(params.get("enabled", False)),
        description=description,
        customer_id=params.get("customerId"),
        tags=dict(params.get("tags") or {}),
    )
    store.api_keys[key.id] = key
    return {**_shown(key, value=True), **not_none(tags=filled(dict(key.tags)))}


def get_api_key(call: Call) -> dict[str, Any]:
    """GetApiKey: include the value if the call sets `includeValue`."""
    key = api_key_of(call, "apiKey")
    return {**_shown(key, value=bool(call.params.get("includeValue"))), "tags": dict(key.tags)}


def get_api_keys(call: Call) -> dict[str, Any]:
    """GetApiKeys: filter by name prefix and customer if the call has these parameters."""
    params = call.params
    keys = [
        key
        for key in store_of(call).api_keys.values()
        if key.name.startswith(str(params.get("nameQuery") or ""))
        and params.get("customerId") in (None, key.customer_id)
    ]
    shown = [
        {**_shown(key, value=bool(params.get("includeValues"))), **not_none(tags=filled(dict(key.tags)))}
        for key in keys
    ]
    return page_by_position(shown, params)


def update_api_key(call: Call) -> dict[str, Any]:
    """UpdateApiKey: apply patch operations. The value never changes."""
    key = api_key_of(call, "apiKey")
    _PATCHES.apply(key, call.params.get("patchOperations"))
    key.updated = utc_now()
    return {**_shown(key, value=False), "tags": dict(key.tags)}


def delete_api_key(call: Call) -> None:
    """DeleteApiKey: delete the key and remove it from its usage plans."""
    store, key = store_of(call), api_key_of(call, "apiKey")
    del store.api_keys[key.id]
    for plan in store.usage_plans.values():
        plan.key_ids = [one for one in plan.key_ids if one != key.id]


def api_key_of(call: Call, member: str) -> ApiKey:
    """Raises NotFoundException."""
    return must_exist(store_of(call).api_keys.get(str(call.params[member])), "Invalid API Key identifier specified")


def _checked_name(name: str | None) -> str:
    if name and len(name) > _LONGEST_NAME:
        raise bad_request(f"Invalid API Key name, can be at most {_LONGEST_NAME} characters.")
    return name or ""


def _checked_description(description: str | None) -> str | None:
    if description and len(description) > _LONGEST_DESCRIPTION:
        raise bad_request("Invalid API Key description specified.")
    return description or None


def _shown(key: ApiKey, *, value: bool) -> dict[str, Any]:
    return not_none(
        id=key.id,
        value=key.value if value else None,
        name=filled(key.name),
        customerId=key.customer_id,
        description=filled(key.description),
        enabled=key.enabled,
        createdDate=key.created,
        lastUpdatedDate=key.updated,
        stageKeys=[],
    )


_PATCHES = PatchTable[ApiKey](
    {
        "/name": {"replace": setter("name", _checked_name)},
        "/description": {**optional("description"), "replace": setter("description", _checked_description)},
        "/enabled": {"replace": setter("enabled", truth)},
        "/customerId": optional("customer_id"),
    },
    Wording.LISTING,
)

OPERATIONS: Mapping[str, Operation] = {
    "CreateApiKey": create_api_key,
    "DeleteApiKey": delete_api_key,
    "GetApiKey": get_api_key,
    "GetApiKeys": get_api_keys,
    "UpdateApiKey": update_api_key,
}
