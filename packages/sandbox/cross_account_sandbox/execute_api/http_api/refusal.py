"""Refusals of an HTTP API itself. Their bodies are `{"message": …}` and cannot be customized.

Source: API Gateway developer guide, "Troubleshooting issues with HTTP APIs" and "Working with HTTP APIs".
"""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.execute_api.base import BaseRefusal
from cross_account_sandbox.http import HttpResponse

#: The message of every failure behind the gateway; REST APIs write it with lowercase words.
INTERNAL_SERVER_ERROR = "Internal Server Error"
#: `$context.integrationErrorMessage` if the function's policy or the role does not allow the call.
NO_PERMISSION = (
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. "
    "Check the permissions and try again."
)


class HttpRefusal(BaseRefusal):
    """A refusal of an HTTP API.

    headers added to the response
    integration_error  the value of $context.integrationErrorMessage in access logs
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        hop: str,
        why: str,
        denied: bool = True,
        headers: tuple[tuple[str, str], ...] = (),
        integration_error: str = "",
        **evidence: Any,
    ) -> None:
        super().__init__(status, message, hop=hop, why=why, denied=denied, **evidence)
        self.headers = headers
        self.integration_error = integration_error


def render(_exchange: object, refusal: HttpRefusal) -> HttpResponse:
    """Return the response to a refusal."""
    headers = [("Content-Type", "application/json"), *refusal.headers]
    return HttpResponse(status=refusal.status, headers=headers, body=refusal.text)


def not_found(*, hop: str, why: str, **evidence: Any) -> HttpRefusal:
    """404: no stage or route matches."""
    return HttpRefusal(404, "Not Found", hop=hop, why=why, **evidence)


def failed(*, hop: str, why: str, integration_error: str = "", denied: bool = False, **evidence: Any) -> HttpRefusal:
    """500: something behind the gateway failed, or the call to it is not allowed."""
    return HttpRefusal(
        500,
        INTERNAL_SERVER_ERROR,
        hop=hop,
        why=why,
        denied=denied,
        integration_error=integration_error or INTERNAL_SERVER_ERROR,
        **evidence,
    )


def unavailable(*, hop: str, why: str, **evidence: Any) -> HttpRefusal:
    """503: the backend did not respond in time, or cannot be reached."""
    return HttpRefusal(
        503,
        "Service Unavailable",
        hop=hop,
        why=why,
        denied=False,
        integration_error="Endpoint request timed out",
        **evidence,
    )


def unsupported(*, hop: str, what: str, **evidence: Any) -> HttpRefusal:
    """501: something the sandbox cannot decide or run. The error names it; the sandbox never guesses."""
    why = f"The sandbox does not support {what}"
    return HttpRefusal(501, why, hop=hop, why=why, denied=False, integration_error=why, **evidence)
