"""Parameter mapping of HTTP APIs: append to, overwrite or remove parts of a request or a response.

Keys are `append|overwrite|remove:header.NAME`, `…:querystring.NAME`, `overwrite:path` and, for responses,
`overwrite:statuscode`. Values are literals, variables (`$request.header.NAME`, `$context.requestId`,
`$response.header.NAME`, `$stageVariables.NAME`), or literals that contain `${…}`. Source: API Gateway developer guide,
"Transform API requests and responses for HTTP APIs in API Gateway".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from cross_account_sandbox import json_text
from cross_account_sandbox.execute_api.http_api.event import context_2_0
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import failed
from cross_account_sandbox.http import HttpResponse

_KEY = re.compile(
    r"^(?P<action>append|overwrite|remove):(?P<place>header|querystring|path|statuscode)(?:\.(?P<name>.+))?$"
)
_INSIDE = re.compile(r"\$\{([^}]+)\}")


class RequestMapping:
    """A request to an HTTP backend, before it is sent; `apply` changes it."""

    def __init__(self, exchange: HttpExchange, target: str, headers: list[tuple[str, str]]) -> None:
        parts = urlsplit(target)
        self._exchange = exchange
        self._base = f"{parts.scheme}://{parts.netloc}"
        self.path = parts.path
        self.query = [
            tuple(pair.split("=", 1)) if "=" in pair else (pair, "") for pair in parts.query.split("&") if pair
        ]
        self.headers = headers

    def apply(self, parameters: Mapping[str, str]) -> None:
        """Make every change that the integration's request parameters define."""
        for key, expression in parameters.items():
            action, place, name = _parsed(key)
            value = _value(self._exchange, expression, None)
            if place == "path":
                self.path = value if value.startswith("/") else f"/{value}"
            elif place == "header":
                self.headers = _changed(self.headers, action, name.lower(), value)
            else:
                self.query = _changed(
                    self.query, action, quote(name, safe="", errors="replace"), quote(value, safe="", errors="replace")
                )

    @property
    def target(self) -> str:
        """Return the URL with the changes made so far."""
        query = "&".join(f"{name}={value}" if value else name for name, value in self.query)
        return f"{self._base}{self.path}" + (f"?{query}" if query else "")


def map_response(exchange: HttpExchange, parameters: Mapping[str, Mapping[str, str]], response: HttpResponse) -> None:
    """Change a response by the response parameters of its status code."""
    for key, expression in parameters.get(str(response.status), {}).items():
        action, place, name = _parsed(key)
        value = _value(exchange, expression, response)
        if place == "statuscode":
            if re.fullmatch("[2-5][0-9]{2}", value) is None:
                raise failed(hop="response", why=f"The mapped status code {value!r} is not a valid HTTP status code")
            response.status = int(value)
        else:
            response.headers = _changed(response.headers, action, name, value)


def _parsed(key: str) -> tuple[str, str, str]:
    match = _KEY.match(key)
    if match is None:
        raise failed(hop="integration", why=f"API Gateway does not support the parameter mapping {key!r}")
    return match["action"], match["place"], match["name"] or ""


def _changed(pairs: list[Any], action: str, name: str, value: str) -> list[Any]:
    kept = pairs if action == "append" else [pair for pair in pairs if pair[0].lower() != name.lower()]
    return kept if action == "remove" else [*kept, (name, value)]


def _value(exchange: HttpExchange, expression: str, response: HttpResponse | None) -> str:
    if expression.startswith("$") and not expression.startswith("${"):
        return _variable(exchange, expression[1:], response)
    return _INSIDE.sub(lambda match: _variable(exchange, match[1], response), expression)


def _variable(exchange: HttpExchange, name: str, response: HttpResponse | None) -> str:
    place, _, rest = name.partition(".")
    if place == "stageVariables":
        return exchange.stage.stage_variables.get(rest, "")
    if place == "context":
        return _walk(context_2_0(exchange), rest)
    if place == "response" and response is not None:
        kind, _, key = rest.partition(".")
        if kind == "header":
            return ",".join(value for found, value in response.headers if found.lower() == key.lower())
        return _from_body(response.body, key)
    kind, _, key = rest.partition(".")
    if kind == "header":
        return exchange.header(key)
    if kind == "querystring":
        return ",".join(exchange.query.get(key, []))
    if kind == "path":
        return exchange.path_parameters.get(key, "") if key else exchange.path
    return _from_body(exchange.request.body, key)


def _from_body(body: bytes, path: str) -> str:
    try:
        document = json_text.loads(body or b"null")
        return _walk(document, path) if path else body.decode("utf-8", "replace")
    except (ValueError, RecursionError):
        return ""


def _walk(found: Any, path: str) -> str:
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if found is None:
        return ""
    return found if isinstance(found, str) else json.dumps(found)
