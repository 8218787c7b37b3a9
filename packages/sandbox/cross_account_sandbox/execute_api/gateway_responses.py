"""Gateway responses: the API's response for the type, then its DEFAULT_4XX/5XX, then AWS's default.

Source: API Gateway developer guide, "Gateway responses for REST APIs in API Gateway".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from cross_account_sandbox.apigateway.model.definition import GatewayResponse
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import Refusal, Unsupported
from cross_account_sandbox.execute_api.request_context import template_context
from cross_account_sandbox.http import HttpResponse

_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
#: Types whose body has no template: AWS returns them before it knows the API's gateway responses.
_NOT_CUSTOMISABLE = frozenset({"REQUEST_TOO_LARGE"})
_HEADER = "gatewayresponse.header."
_SOURCES = r"(context|stageVariables|method\.request)\.([A-Za-z0-9_.\-]+)"
_VARIABLE = re.compile(rf"\$\{{{_SOURCES}\}}|\${_SOURCES}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chosen:
    status: int
    parameters: dict[str, str]
    templates: dict[str, str]


def render(exchange: Exchange, refusal: Refusal) -> HttpResponse:
    """Return the response to a refusal, with the API's own status, headers and body if it defines them.

    The body always names what the sandbox does not support: the API's gateway responses add only headers.
    """
    kind = refusal.kind
    exchange.error = {
        "message": refusal.message,
        "messageString": json.dumps(refusal.message, ensure_ascii=False),
        "responseType": kind.type,
        "validationErrorString": str(refusal.evidence.get("problem", "")),
    }
    chosen = _choose(exchange, refusal)
    content_type, template = _template(chosen.templates, exchange.header("accept"))
    if refusal.body is not None and not chosen.templates:
        content_type, body = refusal.body
    else:
        body = substitute(exchange, template)
    headers = [("Content-Type", content_type), ("x-amzn-ErrorType", kind.error)]
    for name, expression in chosen.parameters.items():
        value = _parameter(exchange, expression)
        if value is not None and name.startswith(_HEADER):
            header = name.removeprefix(_HEADER)
            headers = [(key, text) for key, text in headers if key.lower() != header.lower()]
            headers.append((header, value))
    return HttpResponse(status=chosen.status, headers=headers, body=body.encode("utf-8", "replace"))


def render_test(exchange: Exchange, refusal: Refusal) -> HttpResponse:
    """Return the same response as TestInvokeMethod shows it: without a Content-Type (recorded on AWS)."""
    response = render(exchange, refusal)
    response.headers = [pair for pair in response.headers if pair[0].lower() != "content-type"]
    return response


def _choose(exchange: Exchange, refusal: Refusal) -> _Chosen:
    own = exchange.snapshot.definition.gateway_responses
    kind = refusal.kind
    default_status = refusal.status
    if kind.type in _NOT_CUSTOMISABLE:
        return _Chosen(status=default_status, parameters={}, templates={})
    family = "DEFAULT_4XX" if default_status < 500 else "DEFAULT_5XX"
    found: GatewayResponse | None = own.get(kind.type) or own.get(family)
    if found is None:
        return _Chosen(status=default_status, parameters={}, templates={})
    if isinstance(refusal, Unsupported):
        return _Chosen(status=default_status, parameters=found.response_parameters, templates={})
    return _Chosen(
        status=int(found.status_code) if found.status_code else default_status,
        parameters=found.response_parameters,
        templates=found.response_templates,
    )


def _template(templates: dict[str, str], accept: str) -> tuple[str, str]:
    """Choose the template: for the Accept header, then application/json, then the first, then the default."""
    if not templates:
        return "application/json", _DEFAULT_TEMPLATE
    for wanted in [part.partition(";")[0].strip() for part in accept.split(",")]:
        if wanted in templates:
            return wanted, templates[wanted]
    if "application/json" in templates:
        return "application/json", templates["application/json"]
    return next(iter(templates.items()))


def substitute(exchange: Exchange, template: str) -> str:
    """Fill in variables. Gateway responses support variables but no VTL directives."""
    sources = _sources(exchange)

    def value(match: re.Match[str]) -> str:
        source, text = (match[1], match[2]) if match[1] else (match[3], match[4])
        found = _look_up(sources[source], text.rstrip("."))
        trailing = "." * (len(text) - len(text.rstrip(".")))
        return ("" if found is None else _text(found)) + trailing

    return _VARIABLE.sub(value, template)


def _sources(exchange: Exchange) -> dict[str, dict[str, Any]]:
    return {
        "context": template_context(exchange),
        "stageVariables": dict(exchange.stage.variables),
        "method.request": {
            "header": dict(exchange.headers),
            "querystring": {name: values[-1] for name, values in exchange.query.items()},
            "path": exchange.path_parameters,
        },
    }


def _parameter(exchange: Exchange, expression: str) -> str | None:
    """Evaluate a response parameter: `'a literal'`, `context.x`, `method.request.header.x` or `stageVariables.x`."""
    if len(expression) > 1 and expression[0] == expression[-1] == "'":
        return expression[1:-1]
    for prefix, source in _sources(exchange).items():
        if expression.startswith(prefix + "."):
            found = _look_up(source, expression.removeprefix(prefix + "."))
            return None if found is None else _text(found)
    return None


def _look_up(source: dict[str, Any], path: str) -> object | None:
    """Look up a dotted name such as `identity.sourceIp`; header names are case-insensitive and can contain dots."""
    if path in source:
        found: object = source[path]
        return found
    head, _, rest = path.partition(".")
    inner = source.get(head)
    if not rest or not isinstance(inner, dict):
        return None
    if head == "header":
        return next((value for name, value in inner.items() if name.lower() == rest.lower()), None)
    return _look_up(inner, rest)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)
