"""The record of a request in progress: the request, what is known about it, and the trace of its hops.

Everything shown about a request (the event, `$context`, execution and access log lines, response headers) is derived
from this record.
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

#: Client headers that are not passed to functions, templates or backends (recorded on AWS).
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
#: Headers of the sandbox itself.
_SANDBOX_HEADERS = frozenset({SOURCE_VPCE_HEADER, SOURCE_VPC_HEADER})


@dataclass(kw_only=True, slots=True)
class BackendCall:
    """What API Gateway sent to the integration's backend, and the response, for the logs. Times are in ms."""

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
    #: `$context.requestOverride` and `.responseOverride` as set by templates.
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
        """The type of the method's integration; empty if the method has none."""
        return self.method.integration.type if self.method and self.method.integration else ""

    @property
    def verb(self) -> str:
        """The request's HTTP method."""
        return self.request.method

    @property
    def invoked_path(self) -> str:
        """The path as events show it: without the stage, but on a custom domain as the client sent it.

        There it begins with the base path, and includes the stage if the mapping does not set it (recorded).
        """
        return self.address.full_path if self.address.custom else self.address.path

    def header(self, name: str, default: str = "") -> str:
        """Return the last header of this name, in any case: the one that counts if only one value is allowed."""
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
    """Create the record of a request whose API and stage are known."""
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
    """Return the decoded parameters, in order, with every value of a repeated one.

    In `a&b=`, both are empty strings.
    """
    parameters: dict[str, list[str]] = {}
    if query:
        for pair in query.split("&"):
            if pair:
                name, _, value = pair.partition("=")
                parameters.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return parameters


def _headers_seen(exchange: Exchange) -> list[tuple[str, str]]:
    """Return the client's headers as sent, and those that API Gateway adds.

    The added names are those of the proxy event in the developer guide. An edge-optimized API adds CloudFront's, and
    CloudFront changes the case of Authorization and User-Agent.
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
