"""CloudWatch over CBOR, the protocol that the AWS provider uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from cross_account_sandbox.control_plane.service_model import service_model

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

ALARM = {
    "AlarmName": "too many errors",
    "MetricName": "5XXError",
    "Namespace": "AWS/ApiGateway",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "Statistic": "Sum",
}


def call(
    sandbox: SandboxUnderTest, name: str, params: dict[str, Any], *, key: str = "test"
) -> tuple[int, dict[str, Any]]:
    operation = service_model("cloudwatch").operation_model(name)
    request = create_serializer("smithy-rpc-v2-cbor").serialize_to_request(params, operation)
    scope = f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/monitoring/aws4_request, Signature=0"
    reply = sandbox.request(
        "POST",
        f"https://monitoring.us-east-1.amazonaws.com{request['url_path']}",
        headers={**request["headers"], "Authorization": scope},
        body=bytes(request["body"]),
    )
    shape: Any = operation.output_shape
    parsed = create_parser("smithy-rpc-v2-cbor").parse(
        {
            "status_code": reply.status,
            "headers": {name.lower(): value for name, value in reply.headers},
            "body": reply.body,
        },
        shape,
    )
    return reply.status, parsed


def test_an_alarm_is_put_and_described(sandbox: SandboxUnderTest) -> None:
    assert call(sandbox, "PutMetricAlarm", ALARM)[0] == 200
    status, described = call(sandbox, "DescribeAlarms", {"AlarmNames": [ALARM["AlarmName"]]})
    assert status == 200
    assert ALARM.items() <= described["MetricAlarms"][0].items()


def test_a_refusal_carries_its_code(sandbox: SandboxUnderTest) -> None:
    status, answer = call(sandbox, "DescribeAlarmHistory", {})
    assert (status, answer["Error"]["Code"]) == (501, "NotImplemented")
    status, answer = call(sandbox, "DescribeAlarms", {}, key="AKIAIOSFODNN7EXAMPLE")
    assert (status, answer["Error"]["Code"]) == (403, "UnrecognizedClientException")
