"""One request to an HTTP API, and what is known of it so far."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpRoute, HttpSnapshot, HttpStage
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.trace import Trace
from cross_account_sandbox.world import World


@dataclass(kw_only=True, slots=True)
class HttpExchange:
    """One request.

    path         what is routed, decoded; `raw_path` what the event shows: with a named stage's name
    headers      as the client sent them and as the gateway adds them, names in lower case
    integration  what access logs tell of the backend: status, latency in ms, request id, error
    """

    world: World
    request: HttpRequest
    api: HttpApi
    stage: HttpStage
    snapshot: HttpSnapshot
    trace: Trace
    extended_request_id: str
    domain: str
    partition: str
    path: str
    raw_path: str
    query: dict[str, list[str]]
    headers: list[tuple[str, str]]
    trace_root: str
    started: float = field(default_factory=time.time)
    clock: float = field(default_factory=time.perf_counter)
    route: HttpRoute | None = None
    path_parameters: dict[str, str] = field(default_factory=dict)
    authorizer: dict[str, Any] | None = None
    caller: Caller | None = None
    integration: dict[str, Any] = field(default_factory=dict)
    refusal: HttpRefusal | None = None

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

    def elapsed_ms(self) -> int:
        """Milliseconds since the request arrived."""
        return int((time.perf_counter() - self.clock) * 1000)
