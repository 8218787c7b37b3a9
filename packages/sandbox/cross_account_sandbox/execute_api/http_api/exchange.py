"""One request to an HTTP API, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpRoute, HttpSnapshot, HttpStage
from cross_account_sandbox.execute_api.base import BaseExchange
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal


@dataclass(kw_only=True, slots=True)
class HttpExchange(BaseExchange[HttpApi, HttpRefusal]):
    """One request.

    path         what is routed, decoded; `raw_path` what the event shows: with a named stage's name
    headers      as the client sent them and as the gateway adds them, names in lower case
    integration  what access logs tell of the backend: status, latency in ms, request id, error
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
        """Every header of this name in one text, as events show it; empty where there is none."""
        return ",".join(value for key, value in self.headers if key == name.lower())

    def arn(self, tail: str, *, region: str | None = None) -> str:
        """The API's execution ARN with this tail, in the API's Region or another one's."""
        api = self.api
        return f"arn:{self.partition}:execute-api:{region or api.region}:{api.account}:{api.api_id}/{tail}"
