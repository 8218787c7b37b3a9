"""What REST and HTTP APIs share: the record of a request, and the refusal that ends it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.trace import Outcome, Trace
from cross_account_sandbox.world import World


class BaseRefusal(Exception):  # noqa: N818 - the word the developer guide's table uses
    """A response of API Gateway itself that ends the request, either a refusal or a failure.

    status, message  of the response, unless the API customizes them
    hop, why         the hop that refused, and why in one sentence; `denied` distinguishes a refusal from a failure
    evidence         what the decision is based on, for the trace
    """

    def __init__(
        self, status: int, message: str | None, *, hop: str, why: str, denied: bool = True, **evidence: Any
    ) -> None:
        super().__init__(why)
        self.status = status
        self.message = message
        self.hop = hop
        self.why = why
        self.denied = denied
        self.evidence = evidence

    @property
    def text(self) -> bytes:
        """The body of a response that is not customized: `{"message":…}`."""
        return json.dumps({"message": self.message}, separators=(",", ":")).encode()

    def add_to(self, trace: Trace) -> None:
        """Add the decision to the trace."""
        trace.add(self.hop, Outcome.DENIED if self.denied else Outcome.FAILED, self.why, **self.evidence)


class OwnedApi(Protocol):
    """A REST or HTTP API."""

    @property
    def account(self) -> str:
        """The account that it is in."""

    @property
    def region(self) -> str:
        """The Region that it is in."""


Api = TypeVar("Api", bound=OwnedApi)
Refused = TypeVar("Refused", bound=BaseRefusal)


@dataclass(kw_only=True, slots=True)
class BaseExchange(Generic[Api, Refused]):
    """One request, and what is known about it so far."""

    world: World
    request: HttpRequest
    api: Api
    trace: Trace
    extended_request_id: str
    trace_root: str
    started: float = field(default_factory=time.time)
    clock: float = field(default_factory=time.perf_counter)
    partition: str = "aws"
    headers: list[tuple[str, str]] = field(default_factory=list)
    query: dict[str, list[str]] = field(default_factory=dict)
    path_parameters: dict[str, str] = field(default_factory=dict)
    authorizer: dict[str, Any] | None = None
    caller: Caller | None = None
    refusal: Refused | None = None

    def elapsed_ms(self) -> int:
        """Milliseconds since the request arrived."""
        return int((time.perf_counter() - self.clock) * 1000)
