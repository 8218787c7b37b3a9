"""The size limits of a request.

Source: API Gateway developer guide, "Quotas for configuring and running a REST API".
"""

from __future__ import annotations

from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import REQUEST_TOO_LARGE, Kind, Refusal

#: Limits in bytes: the body, all header lines together (lower for private APIs), and the method's ARN.
BODY = 10_485_760
HEADERS = 10_240
PRIVATE_HEADERS = 8_000
METHOD_ARN = 1_600

# Unconfirmed: status, error type and message for headers that are too large. Reason: only the limit is documented.
_HEADERS_TOO_LARGE = Kind("DEFAULT_4XX", 431, "RequestHeaderFieldsTooLargeException")
# The quota page gives 414 for the method's ARN.
_URI_TOO_LONG = Kind("DEFAULT_4XX", 414, "RequestUriTooLongException")


def check_request(exchange: Exchange) -> None:
    """Refuse a body or headers that exceed the limit."""
    size = exchange.request.size
    if size > BODY:
        raise Refusal(
            REQUEST_TOO_LARGE,
            f"HTTP content length exceeded {BODY} bytes.",
            hop="limits",
            why=f"The body has {size} bytes; the limit is {BODY}",
            body=("text/plain", f"HTTP content length exceeded {BODY} bytes."),
            bytes=size,
        )
    most = PRIVATE_HEADERS if exchange.snapshot.private else HEADERS
    headers = sum(len(name) + len(value) + 4 for name, value in exchange.request.headers)
    if headers > most:
        raise Refusal(
            _HEADERS_TOO_LARGE,
            "Request Header Fields Too Large",
            hop="limits",
            why=f"The headers have {headers} bytes; the limit is {most}",
            bytes=headers,
        )


def check_method_arn(exchange: Exchange) -> None:
    """Refuse a request whose method ARN exceeds the limit."""
    size = len(method_arn(exchange).encode("utf-8", "replace"))
    if size > METHOD_ARN:
        raise Refusal(
            _URI_TOO_LONG,
            "Request URI Too Long",
            hop="limits",
            why=f"The method's ARN has {size} bytes; the limit is {METHOD_ARN}",
            bytes=size,
        )


def method_arn(exchange: Exchange, path: str | None = None) -> str:
    """Return the resource of execute-api:Invoke: `arn:…:execute-api:{region}:{account}:{api}/{stage}/{VERB}{path}`."""
    api = exchange.api
    asked = exchange.address.path if path is None else path
    return (
        f"arn:{exchange.partition}:execute-api:{api.region}:{api.account}:{api.id}"
        f"/{exchange.stage.name}/{exchange.verb}{asked}"
    )
