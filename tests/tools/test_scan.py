"""tools/scan.py: registered resources as a Terraform plan, and Checkov's findings compared with docs/security.md."""

from __future__ import annotations

import pytest

from tools.scan import Finding, compare, terraform_type, terraform_values

PAGE = """
| controls | demand | met | how |
|---|---|---|---|
| Lambda.1, CKV_AWS_1 | not public | default | so |
| CKV_AWS_2 | a year | prod | so |
| CKV_AWS_3 | in a VPC | no | so |
"""


@pytest.mark.parametrize(
    ("failed", "differences"),
    [
        ([], []),
        ([("CKV_AWS_2", "."), ("CKV_AWS_3", "."), ("CKV_AWS_3", "examples/users")], []),
        ([("CKV_AWS_1", "examples/users")], []),
        (
            [("CKV_AWS_1", ".")],
            ["CKV_AWS_1 fails for the program, and docs/security.md says that it is met by default"],
        ),
        (
            [("CKV_AWS_4", "examples/users"), ("CKV_AWS_4", "examples/private"), ("CKV_AWS_4", "examples/users")],
            ["CKV_AWS_4 fails for examples/private and has no row in docs/security.md"],
        ),
    ],
)
def test_a_check_that_fails_needs_a_row_that_does_not_deny_it(failed: list[Finding], differences: list[str]) -> None:
    assert compare(failed, PAGE) == differences


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("aws:apigateway/restApi:RestApi", "aws_api_gateway_rest_api"),
        ("aws:apigatewayv2/stage:Stage", "aws_apigatewayv2_stage"),
        ("aws:cloudwatch/logGroup:LogGroup", "aws_cloudwatch_log_group"),
        ("aws:ec2/securityGroup:SecurityGroup", "aws_security_group"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"),
        ("aws:iam/rolePolicy:RolePolicy", "aws_iam_role_policy"),
        ("aws:lambda/function:Function", "aws_lambda_function"),
    ],
)
def test_a_resource_has_the_type_of_terraforms_provider(token: str, kind: str) -> None:
    assert terraform_type(token) == kind


def test_objects_are_blocks_but_for_maps_of_names_and_whole_numbers_are_integers() -> None:
    inputs = {
        "memorySize": 256.0,
        "throttlingRateLimit": 0.5,
        "tags": {"costCenter": "1"},
        "environment": {"variables": {"apiKey": "x"}},
        "ingress": [{"fromPort": 443}],
    }
    made = terraform_values(inputs)
    assert isinstance(made["memory_size"], int)
    assert made == {
        "memory_size": 256,
        "throttling_rate_limit": 0.5,
        "tags": {"costCenter": "1"},
        "environment": [{"variables": {"apiKey": "x"}}],
        "ingress": [{"from_port": 443}],
    }
