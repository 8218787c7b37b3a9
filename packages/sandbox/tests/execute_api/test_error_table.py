"""The error table of REST APIs, row by row: status, body, content type, x-amzn-errortype and log lines.

The row for a WAF block is in test_web_acl, because the sandbox evaluates no rules.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.apigateway.model.definition import GatewayResponse
from sandbox_testing import failing_requests as ask
from sandbox_testing.build import API_ACCOUNT, API_ID, REGION, STAGE, mock, own_log_lines

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a client sees, and patterns of the log lines at level ERROR, in order; none if nothing is logged."""

    status: int
    body: str
    error: str
    content_type: str = "application/json"
    log: tuple[str, ...] = ()


INTERNAL, FORBIDDEN = '{"message":"Internal server error"}', '{"message":"Forbidden"}'
TOO_MANY, LIMIT_EXCEEDED = '{"message":"Too Many Requests"}', '{"message":"Limit Exceeded"}'
NO_TOKEN = '{"message":"Missing Authentication Token"}'
CONFIGURATION = "Execution failed due to configuration error: "
INVALID_PERMISSIONS = f"{CONFIGURATION}Invalid permissions on Lambda function"
FAILED = "Lambda execution failed with status 200 due to customer function error: "
ID = "Lambda request id: [0-9a-f-]{36}"
DENIED = (
    "User: {who} is not authorized to perform: execute-api:Invoke on resource: "
    f"arn:aws:execute-api:{REGION}:********{API_ACCOUNT[-4:]}:{API_ID}/{STAGE}/GET/{{tail}}"
)


def internal(status: int, *log: str) -> Row:
    return Row(status=status, body=INTERNAL, error="InternalServerErrorException", log=log)


def denied(who: str, tail: str = "") -> Row:
    text = DENIED.format(who=who, tail=tail)
    body = json.dumps({"Message": text}, separators=(",", ":"))
    return Row(status=403, body=body, error="AccessDeniedException", log=(re.escape(text),))


def bad_request(message: str, *log: str) -> Row:
    return Row(
        status=400, body=json.dumps({"message": message}, separators=(",", ":")), error="BadRequestException", log=log
    )


def not_supported(what: str) -> Row:
    """501, which AWS does not return: the sandbox names what it does not support."""
    body = json.dumps({"message": f"The sandbox does not support {what}"}, separators=(",", ":"))
    log = re.escape(f"{CONFIGURATION}the sandbox does not support {what}")
    return Row(status=501, body=body, error="InternalServerErrorException", log=(log,))


MALFORMED_ANSWERS = (
    '{"statusCode": 200, "body": "x", "extra": 1}',
    '{"statusCode": "NaN"}',
    '{"statusCode": null}',
    '{"statusCode": 200, "body": {"a": 1}}',
    '"justAString"',
    "[200]",
    "null",
    '{"statusCode": 200, "multiValueHeaders": {"a": "b"}}',
    '{"statusCode": 200, "headers": ["a"]}',
    '{"statusCode": 200, "headers": {"a b": "c"}}',
)
SLEEPS = "import time\ndef handler(event, context):\n    time.sleep({})\n    return {{}}\n"
LARGE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'x' * 6_291_556}\n"
CALLER = f"arn:aws:sts::{API_ACCOUNT}:assumed-role/caller/tests"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
MAY_INVOKE = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}'
)
TIMED_OUT = Row(
    status=504,
    body='{"message":"Endpoint request timed out"}',
    error="InternalServerErrorException",
    log=("Execution failed due to a timeout error",),
)
NOBODY = Row(status=403, body=FORBIDDEN, error="ForbiddenException")
THROTTLED = Row(status=429, body=TOO_MANY, error="TooManyRequestsException")
UNKNOWN = Row(status=403, body=NO_TOKEN, error="MissingAuthenticationTokenException")

TABLE: list[tuple[str, Callable[[Any], Any], Row]] = [
    ("function policy missing", ask.policy_missing, internal(500, INVALID_PERMISSIONS)),
    ("function policy for another Region's API", ask.policy_of_another_region, internal(500, INVALID_PERMISSIONS)),
    ("alias without a statement", ask.policy_of_the_function_alone, internal(500, INVALID_PERMISSIONS)),
    ("role not allowed", partial(ask.role, principal="apigateway.amazonaws.com"), internal(500, INVALID_PERMISSIONS)),
    (
        "role that API Gateway cannot assume",
        partial(ask.role, principal="lambda.amazonaws.com"),
        internal(
            500,
            f"{CONFIGURATION}API Gateway does not have permission to assume the provided role "
            f"arn:aws:iam::{API_ACCOUNT}:role/invoker",
        ),
    ),
    (
        "authorizer permission missing",
        ask.authorizer_permission_missing,
        Row(
            status=500,
            body='{"message":null}',
            error="AuthorizerConfigurationException",
            log=(INVALID_PERMISSIONS, f"{CONFIGURATION}Authorizer error"),
        ),
    ),
    (
        "URI Region differs from the function's",
        ask.uri_of_another_region,
        internal(
            500, re.escape(f"{CONFIGURATION}Functions from 'us-east-1' are not reachable in this region ('eu-west-1')")
        ),
    ),
    *(
        (
            f"malformed proxy response {answer}",
            partial(ask.answering, answer=answer),
            internal(502, f"{CONFIGURATION}Malformed Lambda proxy response"),
        )
        for answer in MALFORMED_ANSWERS
    ),
    ("handler throws", partial(ask.answering, answer="no json"), internal(502, f"{FAILED}Expecting value: .*\\. {ID}")),
    (
        "import error",
        partial(ask.running, code="import nothing_of_this_name\n"),
        internal(502, f"{FAILED}.*No module named 'nothing_of_this_name'.* {ID}"),
    ),
    (
        "function timeout shorter than the integration's",
        partial(ask.running, code=SLEEPS.format(30), timeout_s=1),
        internal(502, f"{FAILED}.*Task timed out after 1\\.00 seconds\\. {ID}"),
    ),
    ("integration timeout", partial(ask.running, code=SLEEPS.format(2), timeout_ms=50), TIMED_OUT),
    ("Lambda throttled", ask.throttled_by_lambda, internal(500, f"Lambda invocation failed with status: 429\\. {ID}")),
    ("function pending", ask.pending, internal(500, f"Lambda invocation failed with status: 409\\. {ID}")),
    ("stage rate", ask.over_the_stages_rate, THROTTLED),
    ("usage-plan rate", partial(ask.over_the_plans, rate=0.0, burst=1), THROTTLED),
    (
        "usage-plan quota",
        partial(ask.over_the_plans, quota_limit=1, quota_period="DAY"),
        Row(status=429, body=LIMIT_EXCEEDED, error="LimitExceededException"),
    ),
    (
        "no status mapping",
        ask.without_a_status_mapping,
        internal(
            500,
            f"{CONFIGURATION}No match for output mapping and no default output mapping configured\\. "
            "Endpoint Response Status Code: 200",
        ),
    ),
    (
        "output mapping to an undeclared method response",
        ask.without_the_method_response,
        internal(500, f"{CONFIGURATION}Output mapping refers to an invalid method response: 200"),
    ),
    ("unknown path", partial(ask.unknown, verb="GET", path="/nothing"), UNKNOWN),
    ("unknown verb", partial(ask.unknown, verb="DELETE", path="/"), UNKNOWN),
    ("unsigned call of an AWS_IAM method", ask.unsigned, UNKNOWN),
    ("signed but no identity policy allows", ask.signed_but_not_allowed, denied(CALLER)),
    (
        "signed but the resource policy denies",
        partial(ask.signed_but_not_allowed, policy=MAY_INVOKE, resource=DENY),
        denied(CALLER, " with an explicit deny"),
    ),
    (
        "resource policy names AWS principals but the method is not AWS_IAM",
        ask.policy_names_principals,
        denied("anonymous"),
    ),
    (
        "default endpoint disabled",
        ask.default_endpoint_disabled,
        NOBODY,
    ),
    ("unknown stage", ask.at_an_unknown_stage, NOBODY),
    ("unknown API", ask.of_an_unknown_api, NOBODY),
    ("another Region's name", ask.under_another_regions_name, NOBODY),
    (
        "request over 10 MB",
        partial(ask.with_a_body_of, size=10_485_761),
        Row(
            status=413,
            body="HTTP content length exceeded 10485760 bytes.",
            error="RequestEntityTooLargeException",
            content_type="text/plain",
        ),
    ),
    (
        "event over Lambda's 6 MB",
        partial(ask.with_a_body_of, size=6_400_000),
        Row(
            status=413,
            body='{"message": "Request Too Long"}',
            error="BadRequestException",
            log=(f"Lambda invocation failed with status: 413\\. {ID}",),
        ),
    ),
    (
        "function result over 6,291,556 bytes",
        partial(ask.running, code=LARGE),
        internal(
            502,
            # Lambda's message ends with a period, and the log line adds another.
            f"{FAILED}Response payload size exceeded maximum allowed payload size \\(6291556 bytes\\)\\.\\. {ID}",
        ),
    ),
    (
        "method ARN over 1,600 bytes",
        ask.with_a_method_arn_over_1600_bytes,
        Row(status=414, body='{"message":"Request URI Too Long"}', error="RequestUriTooLongException"),
    ),
    (
        "headers over 10,240 bytes",
        ask.with_headers_over_10240_bytes,
        Row(
            status=431,
            body='{"message":"Request Header Fields Too Large"}',
            error="RequestHeaderFieldsTooLargeException",
        ),
    ),
    (
        "body that does not match its model",
        partial(ask.validated, target="/?page=1", body="{}"),
        bad_request(
            "Invalid request body",
            "Request body does not match model schema for content type application/json: "
            r"\[/: 'type' is a required property\]",
        ),
    ),
    (
        "required parameter missing",
        partial(ask.validated, target="/", body='{"type": "dog"}'),
        bad_request("Missing required request parameters: [page]"),
    ),
    (
        "response transfer mode STREAM",
        ask.streaming,
        not_supported("response streaming (transfer mode STREAM)"),
    ),
]


@pytest.mark.parametrize(("made", "row"), [pytest.param(made, row, id=cause) for cause, made, row in TABLE])
def test_row(sandbox: Any, made: Callable[[Any], Any], row: Row) -> None:
    reply = made(sandbox)
    assert (reply.status, reply.body.decode()) == (row.status, row.body)
    assert reply.header("Content-Type") == row.content_type
    assert reply.header("x-amzn-ErrorType") == row.error
    assert reply.header("x-amzn-RequestId")
    assert reply.header("x-amz-apigw-id")
    lines = own_log_lines(sandbox, reply)
    wanted = (*row.log, f"Method completed with status: {row.status}") if row.log else ()
    assert len(lines) == len(wanted), lines
    for line, pattern in zip(lines, wanted, strict=True):
        assert re.fullmatch(pattern, line), line


def test_an_unknown_path_with_an_authorization_header_that_is_no_signature(sandbox: Any) -> None:
    api = ask.serve(sandbox, mock())
    reply = ask.get(sandbox, api, "/nothing", headers={"Authorization": "Bearer abc"})
    assert reply.status == 403
    assert reply.header("x-amzn-ErrorType") == "IncompleteSignatureException"
    assert "key=value pair (missing equal-sign) in Authorization header" in reply.json()["message"]


def test_a_request_of_exactly_10_megabytes_is_taken(sandbox: Any) -> None:
    api = ask.serve(sandbox, mock(), "POST")
    assert sandbox.request("POST", api.url(), body=b"x" * 10_485_760).status == 200


def test_the_answer_to_a_too_large_request_cannot_be_customised(sandbox: Any) -> None:
    # Developer guide, supported-gateway-response-types: REQUEST_TOO_LARGE (known issues)
    api = ask.serve(sandbox, mock(), "POST")
    for kind in ("REQUEST_TOO_LARGE", "DEFAULT_4XX"):
        api.definition.gateway_responses[kind] = GatewayResponse(response_type=kind, status_code="418")
    api.deploy()
    reply = sandbox.request("POST", api.url(), body=b"x" * 10_485_761)
    assert (reply.status, reply.body) == (413, b"HTTP content length exceeded 10485760 bytes.")
