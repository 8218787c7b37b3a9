"""Calls Lambda's Invoke through the API, so that the function's policy decides as it does for the AWS CLI."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from aws_rules.arns import ArnError, FunctionArn, dns_suffix, partition_of_region
from cross_account_sandbox import json_text
from cross_account_sandbox.control_plane import dispatch
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.page.accounts import functions_of
from cross_account_sandbox.page.sending import BadFormError
from cross_account_sandbox.page.signing import signed_headers
from cross_account_sandbox.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class InvokeForm:
    """The fields of the form. `function` is an ARN, with or without a qualifier."""

    function: str = ""
    event: str = "{}"
    signer: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> InvokeForm:
        """Read the submitted form."""
        return cls(**{name: fields[name] for name in cls.__slots__ if name in fields})


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoked:
    """Lambda's response: its status, the function's error if it failed, the result, and the end of its log."""

    status: int
    error: str
    result: str
    log: str


def targets(world: World) -> list[str]:
    """The ARNs of every function and of its aliases and versions."""
    return [
        arn
        for function in functions_of(world)
        for arn in (
            function.arn,
            *(f"{function.arn}:{name}" for name in function.aliases),
            *(f"{function.arn}:{number}" for number in function.versions),
        )
    ]


async def invoke(world: World, form: InvokeForm) -> Invoked:
    """Invoke a function and wait. Raises BadFormError, or UnknownSignerError for an unknown signer."""
    try:
        arn = FunctionArn.parse(form.function)
        partition = partition_of_region(arn.region)
    except ArnError:
        raise BadFormError(f"Function {form.function!r} is not the ARN of a function.") from None
    try:
        json_text.loads(form.event)
    except ValueError as problem:
        raise BadFormError(f"The event is not JSON: {problem}") from None
    host = f"lambda.{arn.region}.{dns_suffix(partition)}"
    target = f"/2015-03-31/functions/{arn}/invocations"
    body = form.event.encode()
    headers = signed_headers(
        world,
        form.signer or arn.account,
        method="POST",
        url=f"https://{host}{target}",
        headers={"Host": host, "Content-Type": "application/json", "X-Amz-Log-Type": "Tail"},
        body=body,
        service="lambda",
        region=arn.region,
    )
    response = await dispatch.answer(
        world, HttpRequest(method="POST", target=target, headers=tuple(headers.items()), body=body)
    )
    given = {name.lower(): value for name, value in response.headers}
    return Invoked(
        status=response.status,
        error=given.get("x-amz-function-error", ""),
        result=response.body.decode("utf-8", "replace"),
        log=base64.b64decode(given.get("x-amz-log-result", "")).decode("utf-8", "replace"),
    )
