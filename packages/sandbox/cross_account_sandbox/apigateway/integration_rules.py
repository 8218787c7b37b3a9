"""What API Gateway checks of an integration when it is put, changed or imported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_rules.arns import Arn, ArnError, InvokeUri
from cross_account_sandbox.apigateway.errors import access_denied, bad_request, invalid_enum
from cross_account_sandbox.apigateway.mapping_expressions import check_request_mappings

if TYPE_CHECKING:
    from cross_account_sandbox.apigateway.model.definition import Integration, Method

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
        raise bad_request(f"Invalid passthrough behavior: {integration.passthrough_behavior}")
    if integration.content_handling is not None and integration.content_handling not in CONTENT_HANDLING:
        raise invalid_enum(integration.content_handling, "putIntegrationInput.contentHandling", CONTENT_HANDLING)
    if integration.response_transfer_mode not in (None, *TRANSFER_MODES):
        raise invalid_enum(
            integration.response_transfer_mode, "putIntegrationInput.responseTransferMode", TRANSFER_MODES
        )
    if not SHORTEST_MS <= integration.timeout_ms <= LONGEST_MS:
        raise bad_request(f"Timeout should be between {SHORTEST_MS} ms and {LONGEST_MS} ms")
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
        raise bad_request("Invalid ARN specified in the request") from None
    if arn.service != "iam" or not arn.resource.startswith("role/"):
        raise bad_request("Invalid ARN specified in the request")
    if arn.account != account:
        raise access_denied("Cross-account pass role is not allowed.")


def check_function_region(uri: InvokeUri) -> None:
    """The URI's Region is where API Gateway calls Lambda; it must be the function's (aws-cdk#17458)."""
    if uri.region != uri.function.region:
        raise bad_request(f"Functions from '{uri.function.region}' are not reachable in this region ('{uri.region}')")


def _check_verb(integration: Integration) -> None:
    if not integration.http_method:
        raise bad_request("Enumeration value for HttpMethod must be non-empty")
    if integration.http_method not in VERBS:
        raise bad_request(f"Invalid HttpMethod specified. Valid options are {','.join(VERBS)}")


def _check_http_uri(integration: Integration) -> None:
    uri = integration.uri or ""
    if not uri.startswith(("http://", "https://", _VARIABLE)) or any(character.isspace() for character in uri):
        raise bad_request("Invalid HTTP endpoint specified for URI")
    if integration.connection_type == "VPC_LINK" and not integration.connection_id:
        raise bad_request("Connection ID is required for VPC_LINK connection type")


def _check_aws_uri(integration: Integration) -> None:
    uri = integration.uri or ""
    match = _AWS_URI.match(uri)
    if match is None:
        raise bad_request("Invalid ARN specified in the request")
    if not match["rest"].startswith(("path/", "action/")):
        raise bad_request("AWS ARN for integration must contain path or action")
    if integration.type == "AWS_PROXY" and match["service"].rpartition(".")[2] not in ("lambda", "firehose"):
        raise bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
        )
    if match["service"] != "lambda" or _VARIABLE in uri:
        return
    try:
        parsed = InvokeUri.parse(uri.replace(":path//", ":path/"))
    except ArnError:
        if "/response-streaming-invocations" in uri:
            return
        raise bad_request("Invalid function ARN or invalid uri") from None
    check_function_region(parsed)
