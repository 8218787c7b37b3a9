"""Method settings of a stage: for all methods (`*/*`) or one method, in the notation of patch paths."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from cross_account_sandbox.apigateway.describe import not_none
from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.model.stage import MethodSetting, Stage
from cross_account_sandbox.apigateway.patch import truth

#: Default rate in requests per second, and default burst in requests (developer guide, account quotas).
ACCOUNT_RATE = 10_000.0
ACCOUNT_BURST = 5_000
ALL_METHODS = "*/*"
_LEVELS = ("OFF", "ERROR", "INFO")
_CACHE_STRATEGIES = ("FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER")
_MOST_TTL_S = 3600


def _number(name: str, value: str | None, kind: Callable[[str], float]) -> float:
    try:
        number = kind(str(value))
    except ValueError:
        # Unconfirmed: the text for a setting of a method that is not a number. Reason: only the rule is documented.
        raise bad_request(f"Invalid value for {name}: {value}") from None
    if number < 0 and number != -1:
        raise bad_request(f"Invalid value for {name}: {value}")
    return number


def _level(value: str | None) -> str:
    if value not in _LEVELS:
        # Unconfirmed: the text for a logging level that does not exist. Reason: only the rule is documented.
        raise bad_request(f"Invalid logging level '{value}'. Must be one of: [{', '.join(_LEVELS)}]")
    return str(value)


def _ttl(value: str | None) -> int:
    seconds = int(_number("cache TTL", value, int))
    if not 0 <= seconds <= _MOST_TTL_S:
        # Unconfirmed: the text for a cache TTL out of range. Reason: only the rule is documented.
        raise bad_request(f"Cache TTL must be between 0 and {_MOST_TTL_S} seconds")
    return seconds


def _strategy(value: str | None) -> str:
    if value not in _CACHE_STRATEGIES:
        raise bad_request(f"Invalid unauthorized cache control header strategy: {value}")
    return str(value)


#: The part of a patch path after the method → (attribute, function that parses the value).
_SETTINGS: Mapping[str, tuple[str, Callable[[str | None], Any]]] = {
    "metrics/enabled": ("metrics", truth),
    "logging/dataTrace": ("data_trace", truth),
    "logging/loglevel": ("logging_level", _level),
    "throttling/burstLimit": ("throttling_burst", lambda value: int(_number("throttling burst limit", value, int))),
    "throttling/rateLimit": ("throttling_rate", lambda value: _number("throttling rate limit", value, float)),
    "caching/enabled": ("caching", truth),
    "caching/ttlInSeconds": ("cache_ttl_s", _ttl),
    "caching/dataEncrypted": ("cache_encrypted", truth),
    "caching/requireAuthorizationForCacheControl": ("require_cache_authorization", truth),
    "caching/unauthorizedCacheControlHeaderStrategy": ("unauthorized_cache_control", _strategy),
}
_METHOD_SEGMENTS = 2


def is_setting_path(operation: str, path: str) -> bool:
    """Return True for the path of a method setting or, for `remove`, of a method: `/*/*`, `/~1pets/GET`."""
    parts = path.split("/")[1:]
    if operation == "remove" and len(parts) == _METHOD_SEGMENTS:
        return True
    return len(parts) == 2 * _METHOD_SEGMENTS and "/".join(parts[_METHOD_SEGMENTS:]) in _SETTINGS


def patch_setting(stage: Stage, operation: str, path: str, value: str | None) -> None:
    """Apply one operation to a stage's method settings.

    `replace` and `add` set one value. `remove` resets one value to its default or, on a path that ends with the method,
    deletes all of the method's settings.
    """
    parts = path.split("/")[1:]
    key, name = "/".join(parts[:_METHOD_SEGMENTS]), "/".join(parts[_METHOD_SEGMENTS:])
    if not name:
        if stage.method_settings.pop(key, None) is None:
            raise bad_request(f"Cannot remove method setting {key} because there is no method setting for this method ")
        return
    attribute, read = _SETTINGS[name]
    if operation == "remove":
        if key in stage.method_settings:
            setting = stage.method_settings[key]
            setattr(setting, attribute, getattr(MethodSetting(), attribute))
            setting.stated.discard(attribute)
        return
    if key not in stage.method_settings:
        # Unconfirmed: that the settings of a method begin as those of `*/*`. Reason: AWS documents that a method's
        # settings override the stage's, not what happens to settings that are not set.
        base = stage.method_settings.get(ALL_METHODS)
        stage.method_settings[key] = copy.deepcopy(base) if base else MethodSetting()
    setattr(stage.method_settings[key], attribute, read(value))
    stage.method_settings[key].stated.add(attribute)


def shown_setting(setting: MethodSetting) -> dict[str, Any]:
    """Format a method's settings for a response; include the logging level only if it was set."""
    stated = setting.stated
    return not_none(
        metricsEnabled=setting.metrics,
        loggingLevel=setting.logging_level if "logging_level" in stated else None,
        dataTraceEnabled=setting.data_trace,
        throttlingBurstLimit=setting.throttling_burst if "throttling_burst" in stated else ACCOUNT_BURST,
        throttlingRateLimit=setting.throttling_rate if "throttling_rate" in stated else ACCOUNT_RATE,
        cachingEnabled=setting.caching,
        cacheTtlInSeconds=setting.cache_ttl_s,
        cacheDataEncrypted=setting.cache_encrypted,
        requireAuthorizationForCacheControl=setting.require_cache_authorization,
        unauthorizedCacheControlHeaderStrategy=setting.unauthorized_cache_control,
    )
