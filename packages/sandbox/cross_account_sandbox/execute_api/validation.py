"""Request validators: required parameters are present and not blank, and the body matches its model.

Source: API Gateway developer guide, "Request validation for REST APIs in API Gateway".
"""

from __future__ import annotations

from cross_account_sandbox import json_text
from cross_account_sandbox.apigateway.model.definition import Method
from cross_account_sandbox.bounded import PatternError, TooMuchWorkError, bounded
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.media_types import essence
from cross_account_sandbox.execute_api.refusal import (
    BAD_REQUEST_BODY,
    BAD_REQUEST_PARAMETERS,
    Refusal,
    configuration_error,
)
from cross_account_sandbox.trace import Outcome


async def check(exchange: Exchange) -> None:
    """Refuse with 400 requests that the method's validator rejects."""
    method = exchange.method
    if method is None or not method.request_validator_id:
        return
    validator = exchange.snapshot.definition.validators.get(method.request_validator_id)
    if validator is None:
        raise configuration_error(
            why=f"Unknown request validator {method.request_validator_id!r}",
            hop="validation",
            detail="Invalid request validator",
        )
    if validator.validate_parameters:
        _check_parameters(exchange, method)
    if validator.validate_body:
        await bounded(_check_body, exchange, method)
    exchange.trace.add("validation", Outcome.PASSED, f"Validator {validator.name} accepts the request")


def _check_parameters(exchange: Exchange, method: Method) -> None:
    # Headers, then path, then query (recorded on AWS).
    # Unconfirmed: the order of missing parameters of one kind. Reason: the recording has one of each kind.
    missing = [
        name.split(".", 3)[3]
        for name, required in sorted(method.request_parameters.items())
        if required and not _present(exchange, name)
    ]
    if missing:
        text = f"Missing required request parameters: [{', '.join(missing)}]"
        raise Refusal(BAD_REQUEST_PARAMETERS, text, hop="validation", why=text, missing=missing)


def _present(exchange: Exchange, name: str) -> bool:
    _, _, place, parameter = name.split(".", 3)
    if place == "querystring":
        return bool("".join(exchange.query.get(parameter, [])).strip())
    if place == "path":
        return bool(exchange.path_parameters.get(parameter, "").strip())
    return bool(exchange.header(parameter).strip())


def _check_body(exchange: Exchange, method: Method) -> None:
    name = _model(method, essence(exchange.header("content-type")) or "application/json")
    if name is None:
        return
    try:
        validator = exchange.snapshot.validators.get(name)
    except ValueError as problem:
        raise configuration_error(why=str(problem), hop="validation", detail="Invalid model specified") from None
    try:
        document = json_text.loads(exchange.body or b"{}")
    except ValueError as problem:
        raise _invalid(problem=f"the body is not JSON: {problem}", model=name) from None
    try:
        problems = sorted(validator.iter_errors(document), key=lambda item: [str(part) for part in item.absolute_path])
    except (RecursionError, OverflowError, PatternError, TooMuchWorkError) as problem:
        # A model that refers to itself with a deeply nested body; an integer too large for a float in multipleOf.
        raise _invalid(problem=f"the body cannot be validated: {problem}", model=name) from None
    if problems:
        where = "/" + "/".join(str(part) for part in problems[0].absolute_path)
        raise _invalid(problem=f"{where}: {problems[0].message}", model=name)


def _model(method: Method, content_type: str) -> str | None:
    """Return the model of the Content-Type, or of $default; without either, the body is not validated."""
    for key, name in method.request_models.items():
        if essence(key) == content_type:
            return name
    return method.request_models.get("$default")


def _invalid(*, problem: str, model: str) -> Refusal:
    return Refusal(
        BAD_REQUEST_BODY,
        "Invalid request body",
        hop="validation",
        why=f"The body does not match model {model}: {problem}",
        log=(f"Request body does not match model schema for content type application/json: [{problem}]",),
        problem=problem,
        model=model,
    )
