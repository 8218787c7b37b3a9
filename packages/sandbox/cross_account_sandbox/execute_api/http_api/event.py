"""Events that an HTTP API sends to functions: payload formats 2.0 and 1.0.

Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
"""

# Unconfirmed: percent-encoding in the paths of an HTTP API's event, and whether a body without a type is text. Reason:
# the guide does not say so.

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TEXT = ("text/", "application/json", "application/xml", "application/javascript")


def event_2_0(exchange: HttpExchange) -> dict[str, Any]:
    """Build an event in format 2.0: repeated values joined by commas, cookies separate, no null members."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": exchange.route.route_key if exchange.route else "$default",
        "rawPath": exchange.raw_path,
        "rawQueryString": exchange.request.query,
    }
    cookies = [cookie.strip() for text in _values(exchange, "cookie") for cookie in text.split(";") if cookie.strip()]
    if cookies:
        event["cookies"] = cookies
    event["headers"] = {
        name: exchange.header(name) for name in dict.fromkeys(name for name, _ in exchange.headers) if name != "cookie"
    }
    if exchange.query:
        event["queryStringParameters"] = {name: ",".join(values) for name, values in exchange.query.items()}
    event["requestContext"] = context_2_0(exchange)
    if exchange.path_parameters:
        event["pathParameters"] = exchange.path_parameters
    if exchange.stage.stage_variables:
        event["stageVariables"] = exchange.stage.stage_variables
    body, encoded = body_of(exchange)
    if body is not None:
        event["body"] = body
    event["isBase64Encoded"] = encoded
    return event


def context_2_0(exchange: HttpExchange) -> dict[str, Any]:
    """Build `requestContext` in format 2.0."""
    context: dict[str, Any] = {
        "accountId": exchange.api.account,
        "apiId": exchange.api.api_id,
        "domainName": exchange.domain,
        "domainPrefix": exchange.domain.partition(".")[0],
        "http": {
            "method": exchange.method,
            "path": exchange.raw_path,
            "protocol": exchange.request.protocol,
            "sourceIp": exchange.request.peer,
            "userAgent": exchange.header("user-agent"),
        },
        "requestId": exchange.extended_request_id,
        "routeKey": exchange.route.route_key if exchange.route else "$default",
        "stage": exchange.stage.stage_name,
        "time": clf_time(exchange.started),
        "timeEpoch": int(exchange.started * 1000),
    }
    if exchange.authorizer is not None:
        context["authorizer"] = exchange.authorizer
    return context


def event_1_0(exchange: HttpExchange) -> dict[str, Any]:
    """Build an event in format 1.0: single-value and multi-value maps, null for missing members."""
    body, encoded = body_of(exchange)
    names = list(dict.fromkeys(name for name, _ in exchange.headers))
    key = exchange.route.route_key if exchange.route else "$default"
    return {
        "version": "1.0",
        "resource": key.partition(" ")[2] or key,
        "path": exchange.raw_path,
        "httpMethod": exchange.method,
        "headers": {name: _values(exchange, name)[-1] for name in names},
        "multiValueHeaders": {name: _values(exchange, name) for name in names},
        "queryStringParameters": {name: values[-1] for name, values in exchange.query.items()} or None,
        "multiValueQueryStringParameters": exchange.query or None,
        "requestContext": context_1_0(exchange),
        "pathParameters": exchange.path_parameters or None,
        "stageVariables": exchange.stage.stage_variables or None,
        "body": body,
        "isBase64Encoded": encoded,
    }


def context_1_0(exchange: HttpExchange) -> dict[str, Any]:
    """Build `requestContext` in format 1.0."""
    caller = exchange.caller
    key = exchange.route.route_key if exchange.route else "$default"
    authorizer = dict(exchange.authorizer or {})
    for kind in ("jwt", "lambda"):
        authorizer |= authorizer.pop(kind, None) or {}
    iam = authorizer.pop("iam", None) or {}
    return {
        "accountId": exchange.api.account,
        "apiId": exchange.api.api_id,
        "authorizer": authorizer or {"claims": None, "scopes": None},
        "domainName": exchange.domain,
        "domainPrefix": exchange.domain.partition(".")[0],
        "extendedRequestId": exchange.extended_request_id,
        "httpMethod": exchange.method,
        "identity": {
            "accessKey": caller.access_key if caller else None,
            "accountId": caller.account if caller else None,
            "caller": caller.user_id if caller else None,
            "cognitoAuthenticationProvider": None,
            "cognitoAuthenticationType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "principalOrgId": iam.get("principalOrgId"),
            "sourceIp": exchange.request.peer,
            "user": caller.user_id if caller else None,
            "userAgent": exchange.header("user-agent"),
            "userArn": caller.arn if caller else None,
        },
        "path": exchange.raw_path,
        "protocol": exchange.request.protocol,
        "requestId": exchange.extended_request_id,
        "requestTime": clf_time(exchange.started),
        "requestTimeEpoch": int(exchange.started * 1000),
        "resourceId": key,
        "resourcePath": key.partition(" ")[2] or key,
        "stage": exchange.stage.stage_name,
    }


def body_of(exchange: HttpExchange) -> tuple[str | None, bool]:
    """Return the body and whether it is base64: everything except text, JSON, XML and JavaScript is."""
    body = exchange.request.body
    if not body:
        return None, False
    if exchange.header("content-type").lower().startswith(_TEXT) and not exchange.header("content-encoding"):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode("ascii"), True


def clf_time(epoch: float) -> str:
    """Format a CLF time, in English in every locale: `12/Mar/2020:19:03:58 +0000`."""
    moment = datetime.fromtimestamp(epoch, tz=UTC)
    return f"{moment.day:02d}/{_MONTHS[moment.month - 1]}/{moment.year}:{moment:%H:%M:%S} +0000"


def _values(exchange: HttpExchange, name: str) -> list[str]:
    return [value for key, value in exchange.headers if key == name]
