"""Response headers: those that API Gateway renames, drops and adds.

Source: API Gateway developer guide, known issues ("remapped" headers), and responses recorded on AWS.
"""

from __future__ import annotations

from collections.abc import Iterable

from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.http import HttpResponse

_REMAPPED = frozenset({"connection", "content-length", "date", "server"})
_REMAPPED_CUSTOM = _REMAPPED | {
    "authorization",
    "content-md5",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "trailer",
    "upgrade",
    "user-agent",
    "www-authenticate",
}
# In a Lambda proxy response, these are renamed too (known issues: "the following headers may be remapped").
_REMAPPED_LAMBDA = _REMAPPED | {"authorization", "host", "www-authenticate", "user-agent"}
_DROPPED = frozenset({"transfer-encoding"})
_DROPPED_HTTP_PROXY = _DROPPED | {"content-encoding", "via"}


def remapped(headers: Iterable[tuple[str, str]], integration_type: str) -> list[tuple[str, str]]:
    """Return the backend's headers as the client gets them: `Date` as `x-amzn-Remapped-Date`."""
    renamed = _REMAPPED
    if integration_type in ("HTTP", "AWS", "MOCK"):
        renamed = _REMAPPED_CUSTOM
    elif integration_type == "AWS_PROXY":
        renamed = _REMAPPED_LAMBDA
    dropped = _DROPPED_HTTP_PROXY if integration_type == "HTTP_PROXY" else _DROPPED
    result = []
    for name, value in headers:
        lower = name.lower()
        if lower in dropped:
            continue
        result.append((f"x-amzn-Remapped-{name}" if lower in renamed else name, value))
    return result


def stamp(exchange: Exchange, response: HttpResponse) -> None:
    """Add the request's IDs. HTTP_PROXY, MOCK and gateway responses have no trace ID."""
    response.headers.append(("x-amzn-RequestId", exchange.request_id))
    response.headers.append(("x-amz-apigw-id", exchange.extended_request_id))
    if exchange.refusal is None and exchange.integration_type not in ("HTTP_PROXY", "MOCK"):
        response.headers.append(_trace_id(exchange))


def stamp_edge(exchange: Exchange, response: HttpResponse) -> None:
    """Add CloudFront's headers if it is in front of the API."""
    if exchange.edge is not None:
        exchange.edge.stamp(response)


def stamp_test(exchange: Exchange, response: HttpResponse) -> None:
    """Add the only ID that TestInvokeMethod shows: the trace ID, as the first header, except for MOCK."""
    if exchange.refusal is None and exchange.integration_type not in ("", "MOCK"):
        response.headers.insert(0, _trace_id(exchange))


def _trace_id(exchange: Exchange) -> tuple[str, str]:
    return "X-Amzn-Trace-Id", f"{exchange.trace_root};Sampled={int(exchange.stage.tracing)}"
