"""What custom (non-proxy) integrations share: the request template, and the mapping of the backend's response.

Source: API Gateway developer guide, "Integration requests", "Method request behavior for payloads without
mapping templates" and "Integration responses".
"""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.apigateway.model.definition import Integration, IntegrationResponse
from cross_account_sandbox.bounded import PatternError, TooMuchWorkError, bounded, fullmatch
from cross_account_sandbox.execute_api import content_handling, velocity
from cross_account_sandbox.execute_api.answer_headers import remapped
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.media_types import essence
from cross_account_sandbox.execute_api.parameter_mapping import (
    RequestParameters,
    request_parameters,
    response_parameters,
)
from cross_account_sandbox.execute_api.refusal import UNSUPPORTED_MEDIA_TYPE, Refusal, configuration_error
from cross_account_sandbox.execute_api.request_context import template_context
from cross_account_sandbox.execute_api.velocity_values import VelocityMap, plain
from cross_account_sandbox.http import HttpResponse

_JSON = "application/json"


async def integration_request(exchange: Exchange, integration: Integration) -> tuple[RequestParameters, bytes]:
    """Build the parameters and the body for the backend: mapped first, then overridden by the template."""
    parameters = request_parameters(exchange, integration)
    body = await request_payload(exchange, integration)
    parameters.override(_overrides(exchange.request_override))
    parameters.check_headers(integration.type)
    return parameters, body


async def request_payload(exchange: Exchange, integration: Integration) -> bytes:
    """Build the body for the backend: by the Content-Type's template, or by the passthrough behavior."""
    content_type = exchange.header("content-type")
    binary = exchange.snapshot.binary.match(content_type)
    try:
        body = content_handling.request_body(exchange.body, binary=binary, handling=integration.content_handling)
    except ValueError as problem:
        raise configuration_error(why=str(problem), hop="integration", detail="Unable to transform request") from None
    template = _request_template(integration, essence(content_type) or _JSON)
    if template is None:
        return body
    return await bounded(_render, exchange, template, body, "request")


def _request_template(integration: Integration, content_type: str) -> str | None:
    templates = integration.request_templates
    for key, template in templates.items():
        if essence(key) == content_type:
            return template
    behaviour = (integration.passthrough_behavior or "WHEN_NO_MATCH").upper()
    if behaviour == "WHEN_NO_MATCH" or (behaviour == "WHEN_NO_TEMPLATES" and not templates):
        return None
    raise Refusal(
        UNSUPPORTED_MEDIA_TYPE,
        "Unsupported Media Type",
        hop="integration",
        why=f"No request template for {content_type}, and the passthrough behavior is {behaviour}",
        contentType=content_type,
        templates=sorted(templates),
    )


def _render(exchange: Exchange, template: str, payload: bytes, direction: str) -> bytes:
    if velocity.is_constant(template):
        return template.encode("utf-8", "replace")
    # Both templates use the same maps: the response template sees what the request template sets.
    overrides = {
        "requestOverride": exchange.request_override or VelocityMap(header={}, querystring={}, path={}),
        "responseOverride": exchange.response_override or VelocityMap(header={}),
    }
    context = VelocityMap(template_context(exchange) | overrides)
    params = {
        "path": exchange.path_parameters,
        "querystring": {name: values[-1] for name, values in exchange.query.items()},
        "header": dict(exchange.headers),
    }
    try:
        body = payload.decode("utf-8", "replace")
        text = velocity.render(template, body=body, params=params, context=context, variables=exchange.stage.variables)
        made = context["requestOverride"], context["responseOverride"]
        plain(made)
    except (velocity.TemplateError, RecursionError, TooMuchWorkError) as problem:
        # A log line cannot show a map that a template put into itself.
        exchange.request_override = exchange.response_override = None
        raise configuration_error(
            why=f"The {direction} template cannot be rendered: {problem}",
            hop="integration",
            detail=f"Unable to transform {direction}",
            template=template[:512],
        ) from None
    exchange.request_override, exchange.response_override = made
    return text.encode("utf-8", "replace")


def _overrides(made: object) -> dict[str, Any]:
    """Return what a template set, without values that must be maps but are not."""
    found = plain(made)
    if not isinstance(found, dict):
        return {}
    places = ("header", "querystring", "path")
    return {str(name): value for name, value in found.items() if name not in places or isinstance(value, dict)}


async def method_response(
    exchange: Exchange,
    integration: Integration,
    *,
    selector: str | None,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
) -> HttpResponse:
    """Apply the integration response whose pattern matches `selector`; None selects the default."""
    chosen = await _choose(integration, selector, status)
    method = exchange.method
    if method is not None and chosen.status_code not in method.responses:
        raise configuration_error(
            why=f"The method does not declare the response {chosen.status_code}",
            hop="response",
            detail=f"Output mapping refers to an invalid method response: {chosen.status_code}",
            methodResponse=chosen.status_code,
            declared=sorted(method.responses),
        )
    mapped = remapped(
        response_parameters(exchange, chosen.response_parameters, headers=headers, body=body), integration.type
    )
    binary = exchange.snapshot.binary
    backend_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    try:
        payload = content_handling.response_body(
            body,
            binary=binary.match(backend_type),
            wanted=binary.accepted(exchange.header("accept")),
            handling=chosen.content_handling,
        )
    except ValueError as problem:
        raise configuration_error(why=str(problem), hop="response", detail="Unable to transform response") from None
    content_type, template = _response_template(chosen, exchange.header("accept"))
    if template is not None:
        payload = await bounded(_render, exchange, template, payload, "response")
    return _overridden(exchange, chosen, mapped, content_type, payload)


def _overridden(
    exchange: Exchange, chosen: IntegrationResponse, headers: list[tuple[str, str]], content_type: str, body: bytes
) -> HttpResponse:
    override = _overrides(exchange.response_override)
    status = int(chosen.status_code)
    wanted = override.get("status")
    if isinstance(wanted, int) and 200 <= wanted <= 599:
        status = wanted
    for name, value in override.get("header", {}).items():
        headers = [(key, text) for key, text in headers if key.lower() != name.lower()]
        headers.append((name, str(value)))
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", content_type))
    return HttpResponse(status=status, headers=headers, body=body)


async def _choose(integration: Integration, selector: str | None, status: int) -> IntegrationResponse:
    default = None
    for response in integration.responses.values():
        if not response.selection_pattern:
            default = default or response
        elif selector is not None and await _fits(response.selection_pattern, selector):
            return response
    if default is None:
        raise configuration_error(
            why=f"No integration response matches {'a success' if selector is None else repr(selector)}, "
            "and none is the default",
            hop="response",
            detail="No match for output mapping and no default output mapping configured. "
            f"Endpoint Response Status Code: {status}",
            patterns=[response.selection_pattern for response in integration.responses.values()],
        )
    return default


async def _fits(pattern: str, text: str) -> bool:
    try:
        return await bounded(fullmatch, pattern, text)
    except PatternError as problem:
        raise configuration_error(
            why=f"A selection pattern is invalid: {problem}",
            hop="response",
            detail="Invalid selection pattern",
        ) from None


def _response_template(chosen: IntegrationResponse, accept: str) -> tuple[str, str | None]:
    """Choose the template: for the Accept header, then application/json, then the first."""
    templates = chosen.response_templates
    if not templates:
        return _JSON, None
    for wanted in (part.partition(";")[0].strip() for part in accept.split(",")):
        if wanted in templates:
            return wanted, templates[wanted]
    if _JSON in templates:
        return _JSON, templates[_JSON]
    return next(iter(templates.items()))
