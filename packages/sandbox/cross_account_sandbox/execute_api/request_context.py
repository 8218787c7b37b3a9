"""`requestContext` of the proxy event and `$context` of templates, gateway responses and access logs.

Source: API Gateway developer guide, "Variables for data models, authorizers, mapping templates, and
CloudWatch access logging for API Gateway".
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.velocity_values import plain

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def request_time(epoch: float) -> str:
    """Format a CLF time, in English in every locale: `09/Apr/2015:12:34:56 +0000`."""
    return _clf_time(int(epoch))


@lru_cache(maxsize=16)
def _clf_time(epoch: int) -> str:
    moment = datetime.fromtimestamp(epoch, tz=UTC)
    return f"{moment.day:02d}/{_MONTHS[moment.month - 1]}/{moment.year}:{moment:%H:%M:%S} +0000"


def identity(exchange: Exchange) -> dict[str, Any]:
    """Build `identity`: null for an unsigned request; keys, endpoint and VPC only if present."""
    return {
        "cognitoIdentityPoolId": None,
        "accountId": None,
        "cognitoIdentityId": None,
        "caller": None,
        "sourceIp": exchange.source_ip,
        "principalOrgId": None,
        "accessKey": None,
        "cognitoAuthenticationType": None,
        "cognitoAuthenticationProvider": None,
        "userArn": None,
        "userAgent": exchange.header("user-agent") or None,
        "user": None,
        **exchange.identity,
    }


def request_context(exchange: Exchange) -> dict[str, Any]:
    """Build `requestContext` of a REST proxy event."""
    resource, method, address = exchange.resource, exchange.method, exchange.address
    context: dict[str, Any] = {
        "resourceId": resource.id if resource else None,
        "resourcePath": resource.path if resource else None,
        "httpMethod": exchange.verb,
        "extendedRequestId": exchange.extended_request_id,
        "requestTime": request_time(exchange.started),
        "path": address.full_path,
        "accountId": exchange.api.account,
        "protocol": exchange.request.protocol,
        "stage": exchange.stage.name,
        "domainPrefix": address.domain.partition(".")[0],
        "requestTimeEpoch": int(exchange.started * 1000),
        "requestId": exchange.request_id,
        "identity": identity(exchange),
        "domainName": address.domain,
        "deploymentId": exchange.stage.deployment_id,
        "apiId": exchange.api.id,
    }
    if method is not None and method.operation_name:
        context["operationName"] = method.operation_name
    if exchange.authorizer is not None:
        context["authorizer"] = exchange.authorizer
    return context


def template_context(exchange: Exchange) -> dict[str, Any]:
    """Build `$context` as mapping templates and gateway responses see it."""
    context = request_context(exchange)
    context["error"] = exchange.error
    context["requestOverride"] = plain(exchange.request_override)
    context["responseOverride"] = plain(exchange.response_override)
    context["xrayTraceId"] = exchange.trace_root.removeprefix("Root=")
    return context
