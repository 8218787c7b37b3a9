"""The quotas of API Gateway in every account and Region: AWS's defaults, unless raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_rules.quotas import INTEGRATION_TIMEOUT_QUOTA, MOST_RESOURCES, RESOURCES_QUOTA, REST_INTEGRATION_MS

#: Name, unit and default of each quota, by code.
QUOTAS: Mapping[str, tuple[str, str, int]] = {
    INTEGRATION_TIMEOUT_QUOTA: ("Maximum integration timeout in milliseconds", "Milliseconds", REST_INTEGRATION_MS),
    RESOURCES_QUOTA: ("Resources/Routes per REST/WebSocket API", "None", MOST_RESOURCES),
}


@dataclass(kw_only=True)
class ServiceQuotas:
    """The raised quotas of every account and Region, and the requests that raised them.

    everywhere  values that apply to all of them from the start
    """

    everywhere: dict[str, int] = field(default_factory=dict)
    _raised: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _requests: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def value(self, account: str, region: str, code: str) -> int:
        """The value of a quota in an account and Region."""
        return self._raised.get((account, region, code)) or self.everywhere.get(code) or QUOTAS[code][2]

    def requests(self, account: str, region: str) -> list[dict[str, Any]]:
        """The requests of an account and Region, oldest first."""
        return self._requests.setdefault((account, region), [])

    def grant(self, account: str, region: str, code: str, value: int, request: dict[str, Any]) -> None:
        """Raise a quota."""
        self._raised[account, region, code] = value
        self.requests(account, region).append(request)
