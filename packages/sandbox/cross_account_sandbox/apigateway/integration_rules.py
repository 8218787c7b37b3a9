"""What API Gateway checks when an integration is created, changed or imported."""

from __future__ import annotations

import re

from aws_rules.arns import Arn, ArnError, InvokeUri, foreign_partition, partition_of_region
from aws_rules.quotas import INTEGRATION_TIMEOUT_QUOTA, SHORTEST_INTEGRATION_MS, longest_integration_ms
from cross_account_sandbox.apigateway.errors import access_denied, bad_request, not_one_of
from cross_account_sandbox.apigateway.mapping_expressions import check_request_mappings
from cross_account_sandbox.apigateway.model.definition import Integration, Method
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.control_plane.service import Call

TYPES = ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS")
VERBS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
PASSTHROUGH = ("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
TRANSFER_MODES = ("BUFFERED", "STREAM")
CONTENT_HANDLING = ("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")
_CALLER_CREDENTIALS = re.compile(r"^arn:[^:]+:iam::\*:user/\*$")
_AWS_URI = re.compile(r"^arn:[^:]+:apigateway:(?P<region>[^:]+):(?P<service>[^:]+):(?P<rest>.*)$", re.DOTALL)
_VARIABLE = "${stageVariables."


def check_integration(integration: Integration, method: Method | None, *, call: Call, api: RestApi) -> None:
    """Raises BadRequestException; AccessDeniedException for another account's role."""
    if integration.type not in TYPES:
        kind = "integration type"
        raise not_one_of(kind, integration.type, TYPES)
    if integration.passthrough_behavior not in PASSTHROUGH:
        raise bad_request(f"Invalid passthrough behavior: {integration.passthrough_behavior}")
    if integration.content_handling is not None and integration.content_handling not in CONTENT_HANDLING:
        kind = "content handling"
        raise not_one_of(kind, integration.content_handling, CONTENT_HANDLING)
    if integration.response_transfer_mode not in (None, *TRANSFER_MODES):
        kind = "response transfer mode"
        raise not_one_of(kind, integration.response_transfer_mode, TRANSFER_MODES)
    _check_timeout(integration, call, api)
    if integration.type != "MOCK":
        _check_verb(integration)
        if integration.type.startswith("HTTP"):
            _check_http_uri(integration)
        else:
            _check_aws_uri(integration, partition_of_region(call.region))
    if integration.credentials:
        check_credentials(integration.credentials, call)
    check_request_mappings(integration.request_parameters, method)


def _check_timeout(integration: Integration, call: Call, api: RestApi) -> None:
    raised = call.world.quotas.value(call.account, call.region, INTEGRATION_TIMEOUT_QUOTA)
    longest = longest_integration_ms(api.definition.endpoint_types[0], raised)
    if not SHORTEST_INTEGRATION_MS <= integration.timeout_ms <= longest:
        raise bad_request(f"Timeout should be between {SHORTEST_INTEGRATION_MS} ms and {longest} ms")


def check_credentials(credentials: str, call: Call) -> None:
    """Allow only a role of the API's own account or the caller's identity (`arn:aws:iam::*:user/*`)."""
    if _CALLER_CREDENTIALS.match(credentials) or _VARIABLE in credentials:
        return
    try:
        arn = Arn.parse(credentials)
    except ArnError:
        raise bad_request("Invalid ARN specified in the request") from None
    # Unconfirmed: the text for a role of another partition as credentials. Reason: no AWS page shows it.
    foreign = foreign_partition(credentials, partition_of_region(call.region))
    if arn.service != "iam" or not arn.resource.startswith("role/") or foreign:
        raise bad_request("Invalid ARN specified in the request")
    if arn.account != call.account:
        raise access_denied("Cross-account pass role is not allowed.")


def check_function_region(uri: InvokeUri) -> None:
    """Require the function's Region in the URI, because API Gateway calls Lambda there (aws-cdk#17458)."""
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


def _check_aws_uri(integration: Integration, partition: str) -> None:
    uri = integration.uri or ""
    match = _AWS_URI.match(uri)
    # An ARN of another partition gets the same message: serverless-components/aws-api-gateway#19.
    if match is None or foreign_partition(uri, partition):
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
