"""The record of one request on its way: what was asked, what is known of it, and the trace of its hops.

Everything that is shown of a request (the event, `$context`, execution and access log lines, the answer's
headers) is made from this record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from aws_rules.arns import ArnError, partition_of_region
from cross_account_sandbox.apigateway.model.definition import Method, Resource
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.stage import Stage
from cross_account_sandbox.execute_api import ids
from cross_account_sandbox.execute_api.address import SOURCE_VPC_HEADER, SOURCE_VPCE_HEADER, Address
from cross_account_sandbox.execute_api.base import BaseExchange
from cross_account_sandbox.execute_api.cloudfront import EdgeRequest
from cross_account_sandbox.execute_api.refusal import Refusal
from cross_account_sandbox.execute_api.snapshot import Snapshot
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.trace import Trace
from cross_account_sandbox.world import World

#: A client's headers that reach no function, template or backend (recorded on AWS).
_NOT_PASSED_ON = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    }
)
#: The sandbox's own.
_SANDBOX_HEADERS = frozenset({SOURCE_VPCE_HEADER, SOURCE_VPC_HEADER})


@dataclass(kw_only=True, slots=True)
class BackendCall:
    """What API Gateway sent to the integration's backend and what came back, for the logs. Times in ms."""

    uri: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    status: int | None = None
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""
    latency_ms: int | None = None
    request_id: str | None = None
    error: str | None = None
    function_status: int | None = None


@dataclass(kw_only=True, slots=True)
class Exchange(BaseExchange[RestApi, Refusal]):
    """One request to a REST API."""

    address: Address
    stage: Stage
    snapshot: Snapshot
    request_id: str
    source_ip: str = "127.0.0.1"
    resource: Resource | None = None
    method: Method | None = None
    identity: dict[str, Any] = field(default_factory=dict)
    vpc_id: str | None = None
    calls: list[BackendCall] = field(default_factory=list)
    error: dict[str, Any] = field(default_factory=dict)
    #: `$context.requestOverride` and `.responseOverride` as templates left them.
    request_override: Any = None
    response_override: Any = None
    authorizer_call: BackendCall | None = None
    body: bytes = b""
    usage_identifier_key: str | None = None
    test_invoke: bool = False
    wants_data_trace: bool = False
    edge: EdgeRequest | None = None

    @property
    def integration_type(self) -> str:
        """The type of the method's integration; empty where there is none."""
        return self.method.integration.type if self.method and self.method.integration else ""

    @property
    def verb(self) -> str:
        """The request's HTTP method."""
        return self.request.method

    @property
    def invoked_path(self) -> str:
        """The path as events show it: without the stage, but behind a custom domain as the client wrote it.

        There it begins with the base path, and has the stage where the mapping leaves that to the client (recorded).
        """
        return self.address.full_path if self.address.custom else self.address.path

    def header(self, name: str, default: str = "") -> str:
        """The last header of this name, in any spelling: the one that counts where only one can."""
        wanted = name.lower()
        found = default
        for key, value in self.headers:
            if key.lower() == wanted:
                found = value
        return found


def begin(
    *,
    world: World,
    request: HttpRequest,
    address: Address,
    api: RestApi,
    stage: Stage,
    snapshot: Snapshot,
    trace: Trace,
    extended_request_id: str,
) -> Exchange:
    """The record of a request whose API and stage are known."""
    exchange = Exchange(
        world=world,
        request=request,
        address=address,
        api=api,
        stage=stage,
        snapshot=snapshot,
        trace=trace,
        request_id=trace.request_id,
        extended_request_id=extended_request_id,
        trace_root=ids.trace_root(request.header("x-amzn-trace-id")),
        started=trace.started,
        source_ip=request.peer,
        partition=_partition(api.region),
        query=parse_query(request.query),
        body=request.body,
        edge=EdgeRequest() if "EDGE" in snapshot.definition.endpoint_types else None,
    )
    exchange.headers = _headers_seen(exchange)
    return exchange


def _partition(region: str) -> str:
    try:
        return partition_of_region(region)
    except ArnError:
        return "aws"


def parse_query(query: str) -> dict[str, list[str]]:
    """Parameters decoded, in order, with every value of a repeated one. `a&b=` are both empty strings."""
    parameters: dict[str, list[str]] = {}
    if query:
        for pair in query.split("&"):
            if pair:
                name, _, value = pair.partition("=")
                parameters.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return parameters


def _headers_seen(exchange: Exchange) -> list[tuple[str, str]]:
    """The client's headers as sent, and those that API Gateway adds.

    The names added are those of the developer guide's proxy event; an edge-optimised API adds CloudFront's,
    and CloudFront spells Authorization and User-Agent its own way.
    """
    edge = exchange.edge
    headers = []
    forwarded = []
    for name, value in exchange.request.headers:
        lower = name.lower()
        if lower in _NOT_PASSED_ON or lower in _SANDBOX_HEADERS or lower == "x-amzn-trace-id":
            continue
        if lower == "x-forwarded-for":
            forwarded.append(value)
        elif lower == "host":
            headers.append(("Host", exchange.address.domain))
        elif lower in ("x-forwarded-port", "x-forwarded-proto"):
            continue
        elif edge and lower in ("authorization", "user-agent"):
            headers.append((lower.title(), value))
        else:
            headers.append((name, value))
    if edge:
        headers += edge.headers()
    headers += [
        ("X-Amzn-Trace-Id", exchange.trace_root),
        ("X-Forwarded-For", ", ".join([*forwarded, exchange.source_ip, *(["127.0.0.1"] if edge else [])])),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]
    return headers
