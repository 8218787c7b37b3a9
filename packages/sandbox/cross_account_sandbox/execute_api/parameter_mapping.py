"""Parameter mappings: `integration.request.…` from the method's request, `method.response.…` from the backend's.

Source: API Gateway developer guide, "Parameter mapping examples for REST APIs for API Gateway".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.apigateway.model.definition import Integration
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.json_path import MISSING, look_up
from cross_account_sandbox.execute_api.refusal import configuration_error
from cross_account_sandbox.execute_api.request_context import template_context

#: Headers that a mapping must not set, by integration type: API Gateway's call fails (recorded on AWS).
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_NOT_SET_FOR_LAMBDA = _FRAMING | {"authorization", "connection", "expect", "proxy-authenticate", "te"}


@dataclass(kw_only=True, slots=True)
class RequestParameters:
    """Headers, query and path parameters for the integration."""

    header: dict[str, str] = field(default_factory=dict)
    querystring: dict[str, list[str]] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)

    def header_value(self, name: str, default: str) -> str:
        """Return the header of this name, in any case."""
        return next((value for key, value in self.header.items() if key.lower() == name.lower()), default)

    def override(self, values: dict[str, dict[str, Any]]) -> None:
        """Apply what a request template put into `$context.requestOverride`."""
        for name, value in values.get("header", {}).items():
            self.header = {key: text for key, text in self.header.items() if key.lower() != name.lower()}
            self.header[name] = str(value)
        self.path.update({name: str(value) for name, value in values.get("path", {}).items()})
        self.querystring.update({name: [str(value)] for name, value in values.get("querystring", {}).items()})

    def check_headers(self, integration_type: str) -> None:
        """Refuse (500) a header that must not be set for this type."""
        # Unconfirmed: that a mapping of a forbidden header is allowed if it has no value. Reason: all recordings have a
        # value.
        fixed = _NOT_SET_FOR_LAMBDA if integration_type in ("AWS", "AWS_PROXY") else _FRAMING
        for name in self.header:
            if name.lower() in fixed:
                raise configuration_error(
                    why=f"A mapping sets the header {name}, which {integration_type} integrations do not allow",
                    hop="integration",
                    detail=f"{name} header already present",
                    header=name,
                )


def request_parameters(exchange: Exchange, integration: Integration) -> RequestParameters:
    """Apply the integration's mappings; a source that the request lacks is skipped."""
    result = RequestParameters()
    for target, source in integration.request_parameters.items():
        place, _, name = target.removeprefix("integration.request.").partition(".")
        values = _request_values(exchange, source)
        if not values:
            continue
        if place == "querystring":
            result.querystring[name] = values
        elif place == "header":
            result.header[name] = ",".join(values)
        elif place == "path":
            result.path[name] = values[-1]
    return result


def _request_values(exchange: Exchange, source: str) -> list[str]:
    if source.startswith("method.request."):
        place, _, name = source.removeprefix("method.request.").partition(".")
        return _method_values(exchange, place, name)
    value = _shared(exchange, source)
    return [] if value is None else [value]


def _method_values(exchange: Exchange, place: str, name: str) -> list[str]:
    if place == "path":
        value = exchange.path_parameters.get(name)
        return [] if value is None else [value]
    if place == "querystring":
        return exchange.query.get(name, [])[-1:]
    if place == "multivaluequerystring":
        return exchange.query.get(name, [])
    if place in ("header", "multivalueheader"):
        values = [value for key, value in exchange.headers if key.lower() == name.lower()]
        return values if place == "multivalueheader" else values[-1:]
    if place == "body":
        text = exchange.body.decode("utf-8", "replace")
        return [text] if not name else _from_json(text, name)
    return []


def response_parameters(
    exchange: Exchange, mappings: dict[str, str], *, headers: list[tuple[str, str]], body: bytes
) -> list[tuple[str, str]]:
    """Return the method's response headers, in the order of the mappings."""
    result: list[tuple[str, str]] = []
    for target, source in mappings.items():
        name = target.removeprefix("method.response.header.")
        if source.startswith("integration.response."):
            place, _, wanted = source.removeprefix("integration.response.").partition(".")
            values = _integration_values(place, wanted, headers=headers, body=body)
        else:
            value = _shared(exchange, source)
            values = [] if value is None else [value]
        result.extend((name, value) for value in values)
    return result


def _integration_values(place: str, name: str, *, headers: list[tuple[str, str]], body: bytes) -> list[str]:
    if place in ("header", "multivalueheader"):
        values = [value for key, value in headers if key.lower() == name.lower()]
        return values if place == "multivalueheader" else values[-1:]
    if place == "body":
        text = body.decode("utf-8", "replace")
        return [text] if not name else _from_json(text, name)
    return []


def _from_json(text: str, path: str) -> list[str]:
    try:
        found = look_up(json_text.loads(text), path)
        return [] if found is MISSING or found is None else [_text(found)]
    except (ValueError, RecursionError):
        return []


def _shared(exchange: Exchange, source: str) -> str | None:
    """Evaluate sources that both directions support: a literal, `context.…` and `stageVariables.…`."""
    if len(source) > 1 and source[0] == source[-1] == "'":
        return source[1:-1]
    if source.startswith("stageVariables."):
        return exchange.stage.variables.get(source.removeprefix("stageVariables."))
    if source.startswith("context."):
        found: Any = look_up(template_context(exchange), source.removeprefix("context."))
        return None if found is MISSING or found is None else _text(found)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
