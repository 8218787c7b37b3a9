"""What API Gateway checks of an integration when it is put, changed or imported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from components.arns import Arn, ArnError, InvokeUri
from sandbox.apigateway.errors import access_denied, bad_request, invalid_enum
from sandbox.apigateway.mapping_expressions import check_request_mappings

if TYPE_CHECKING:
    from sandbox.apigateway.model.definition import Integration, Method

TYPES = ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS")
VERBS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
PASSTHROUGH = ("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
TRANSFER_MODES = ("BUFFERED", "STREAM")
CONTENT_HANDLING = ("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")
#: Milliseconds (developer guide, API Gateway quotas; more only by a raised quota).
SHORTEST_MS, LONGEST_MS = 50, 29_000
_CALLER_CREDENTIALS = re.compile(r"^arn:[^:]+:iam::\*:user/\*$")
_AWS_URI = re.compile(r"^arn:[^:]+:apigateway:(?P<region>[^:]+):(?P<service>[^:]+):(?P<rest>.*)$", re.DOTALL)
_VARIABLE = "${stageVariables."


def check_integration(integration: Integration, method: Method | None, *, account: str) -> None:
    """Raises BadRequestException, ValidationException, or AccessDeniedException for another account's role."""
    if integration.type not in TYPES:
        raise invalid_enum(integration.type, "putIntegrationInput.type", TYPES)
    if integration.passthrough_behavior not in PASSTHROUGH:
        message = f"Invalid passthrough behavior: {integration.passthrough_behavior}"
        raise bad_request(message)
    if integration.content_handling is not None and integration.content_handling not in CONTENT_HANDLING:
        raise invalid_enum(integration.content_handling, "putIntegrationInput.contentHandling", CONTENT_HANDLING)
    if integration.response_transfer_mode not in (None, *TRANSFER_MODES):
        raise invalid_enum(
            integration.response_transfer_mode, "putIntegrationInput.responseTransferMode", TRANSFER_MODES
        )
    if not SHORTEST_MS <= integration.timeout_ms <= LONGEST_MS:
        message = f"Timeout should be between {SHORTEST_MS} ms and {LONGEST_MS} ms"
        raise bad_request(message)
    if integration.type != "MOCK":
        _check_verb(integration)
        if integration.type.startswith("HTTP"):
            _check_http_uri(integration)
        else:
            _check_aws_uri(integration)
    if integration.credentials:
        check_credentials(integration.credentials, account=account)
    check_request_mappings(integration.request_parameters, method)


def check_credentials(credentials: str, *, account: str) -> None:
    """A role of the API's own account, or the caller's identity (`arn:aws:iam::*:user/*`)."""
    if _CALLER_CREDENTIALS.match(credentials) or _VARIABLE in credentials:
        return
    try:
        arn = Arn.parse(credentials)
    except ArnError:
        message = "Invalid ARN specified in the request"
        raise bad_request(message) from None
    if arn.service != "iam" or not arn.resource.startswith("role/"):
        message = "Invalid ARN specified in the request"
        raise bad_request(message)
    if arn.account != account:
        message = "Cross-account pass role is not allowed."
        raise access_denied(message)


def check_function_region(uri: InvokeUri) -> None:
    """The URI's Region is where API Gateway calls Lambda; it must be the function's (aws-cdk#17458)."""
    if uri.region != uri.function.region:
        message = f"Functions from '{uri.function.region}' are not reachable in this region ('{uri.region}')"
        raise bad_request(message)


def _check_verb(integration: Integration) -> None:
    if not integration.http_method:
        message = "Enumeration value for HttpMethod must be non-empty"
        raise bad_request(message)
    if integration.http_method not in VERBS:
        message = f"Invalid HttpMethod specified. Valid options are {','.join(VERBS)}"
        raise bad_request(message)


def _check_http_uri(integration: Integration) -> None:
    uri = integration.uri or ""
    if not uri.startswith(("http://", "https://", _VARIABLE)) or any(character.isspace() for character in uri):
        message = "Invalid HTTP endpoint specified for URI"
        raise bad_request(message)
    if integration.connection_type == "VPC_LINK" and not integration.connection_id:
        message = "Connection ID is required for VPC_LINK connection type"
        raise bad_request(message)


def _check_aws_uri(integration: Integration) -> None:
    uri = integration.uri or ""
    match = _AWS_URI.match(uri)
    if match is None:
        message = "Invalid ARN specified in the request"
        raise bad_request(message)
    if not match["rest"].startswith(("path/", "action/")):
        message = "AWS ARN for integration must contain path or action"
        raise bad_request(message)
    if integration.type == "AWS_PROXY" and match["service"].rpartition(".")[2] not in ("lambda", "firehose"):
        message = (
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
        )
        raise bad_request(message)
    if match["service"] != "lambda" or _VARIABLE in uri:
        return
    try:
        parsed = InvokeUri.parse(uri.replace(":path//", ":path/"))
    except ArnError:
        if "/response-streaming-invocations" in uri:
            return
        message = "Invalid function ARN or invalid uri"
        raise bad_request(message) from None
    check_function_region(parsed)
