"""One request to an HTTP API, and what is known about it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpRoute, HttpSnapshot, HttpStage
from cross_account_sandbox.execute_api.base import BaseExchange
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal


@dataclass(kw_only=True, slots=True)
class HttpExchange(BaseExchange[HttpApi, HttpRefusal]):
    """One request.

    path         the decoded path that is routed; `raw_path` is the path in the event, with the name of a named stage
    headers      as sent by the client and added by the gateway, with lowercase names
    integration  what access logs report about the backend: status, latency in ms, request ID, error
    """

    stage: HttpStage
    snapshot: HttpSnapshot
    domain: str
    path: str
    raw_path: str
    route: HttpRoute | None = None
    integration: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The request's HTTP method."""
        return self.request.method

    def header(self, name: str) -> str:
        """Join every header of this name, as events show it; empty if there is none."""
        return ",".join(value for key, value in self.headers if key == name.lower())

    def arn(self, tail: str, *, region: str | None = None) -> str:
        """Return the API's execution ARN with this tail, in the API's Region or the given one."""
        api = self.api
        return f"arn:{self.partition}:execute-api:{region or api.region}:{api.account}:{api.api_id}/{tail}"
