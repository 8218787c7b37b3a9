"""A refusal or failure with which API Gateway itself responds, by gateway response type.

Default status codes: API Gateway developer guide, "Gateway response types". Error names are those in the header
x-amzn-ErrorType.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cross_account_sandbox.execute_api.base import BaseRefusal


@dataclass(frozen=True, slots=True)
class Kind:
    """A gateway response type: its default status, and the name in x-amzn-ErrorType."""

    type: str
    status: int
    error: str


ACCESS_DENIED = Kind("ACCESS_DENIED", 403, "AccessDeniedException")
API_CONFIGURATION_ERROR = Kind("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException")
AUTHORIZER_CONFIGURATION_ERROR = Kind("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException")
AUTHORIZER_FAILURE = Kind("AUTHORIZER_FAILURE", 500, "AuthorizerFailureException")
BAD_REQUEST_BODY = Kind("BAD_REQUEST_BODY", 400, "BadRequestException")
BAD_REQUEST_PARAMETERS = Kind("BAD_REQUEST_PARAMETERS", 400, "BadRequestException")
DEFAULT_4XX = Kind("DEFAULT_4XX", 400, "BadRequestException")
DEFAULT_5XX = Kind("DEFAULT_5XX", 500, "InternalServerErrorException")
EXPIRED_TOKEN = Kind("EXPIRED_TOKEN", 403, "ExpiredTokenException")
INTEGRATION_FAILURE = Kind("INTEGRATION_FAILURE", 504, "InternalServerErrorException")
INTEGRATION_TIMEOUT = Kind("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException")
INVALID_API_KEY = Kind("INVALID_API_KEY", 403, "ForbiddenException")
INVALID_SIGNATURE = Kind("INVALID_SIGNATURE", 403, "InvalidSignatureException")
MISSING_AUTHENTICATION_TOKEN = Kind("MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException")
QUOTA_EXCEEDED = Kind("QUOTA_EXCEEDED", 429, "LimitExceededException")
REQUEST_TOO_LARGE = Kind("REQUEST_TOO_LARGE", 413, "RequestEntityTooLargeException")
THROTTLED = Kind("THROTTLED", 429, "TooManyRequestsException")
UNAUTHORIZED = Kind("UNAUTHORIZED", 401, "UnauthorizedException")
UNSUPPORTED_MEDIA_TYPE = Kind("UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException")

#: The message to the client for any failure behind API Gateway.
INTERNAL_SERVER_ERROR = "Internal server error"


class Refusal(BaseRefusal):
    """A refusal of a REST API.

    kind     the gateway response type, which the API can customize
    message  $context.error.message, which the body shows; None results in `{"message":null}`
    log      the lines of the execution log, as AWS writes them
    status   set if it differs from the type's default (502 for a malformed proxy response)
    body     content type and text of the body, if it is not `{"message":…}`
    """

    def __init__(
        self,
        kind: Kind,
        message: str | None,
        *,
        hop: str,
        why: str,
        log: tuple[str, ...] = (),
        status: int | None = None,
        denied: bool = True,
        body: tuple[str, str] | None = None,
        **evidence: Any,
    ) -> None:
        super().__init__(status or kind.status, message, hop=hop, why=why, denied=denied, **evidence)
        self.kind = kind
        self.log = log
        self.body = body


class Unsupported(Refusal):
    """Something the sandbox cannot decide or run. The error names it; the sandbox never guesses."""

    def __init__(self, *, what: str, hop: str, **evidence: Any) -> None:
        super().__init__(
            API_CONFIGURATION_ERROR,
            f"The sandbox does not support {what}",
            hop=hop,
            why=f"The sandbox does not support {what}",
            status=501,
            denied=False,
            log=(f"Execution failed due to configuration error: the sandbox does not support {what}",),
            **evidence,
        )


def configuration_error(*, why: str, hop: str, detail: str, **evidence: Any) -> Refusal:
    """Create a 500 for an API whose definition cannot work; `detail` follows "configuration error:" in the log."""
    return Refusal(
        API_CONFIGURATION_ERROR,
        INTERNAL_SERVER_ERROR,
        hop=hop,
        why=why,
        denied=False,
        log=(f"Execution failed due to configuration error: {detail}",),
        **evidence,
    )
