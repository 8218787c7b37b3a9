"""The statements of the function's policy, in each scope, Region and partition."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aws_rules import policies
from cross_account_api import CrossAccountApi, CrossAccountApiArgs, ExistingFunction, StageArgs, Throttling
from cross_account_api.testing import API_ID, Recording, record
from tests.components.builders import API, FUNCTION, account, get, made

REGIONS = [
    ("eu-west-1", "eu-west-1", "aws"),
    ("eu-west-1", "us-east-1", "aws"),
    ("cn-north-1", "cn-northwest-1", "aws-cn"),
    ("us-gov-west-1", "us-gov-east-1", "aws-us-gov"),
]


def statements(recording: Recording) -> list[dict[str, Any]]:
    """The permissions, without their IDs."""
    return [
        {key: value for key, value in each.inputs.items() if key != "statementIdPrefix"}
        for each in recording.all("Permission")
    ]


@pytest.mark.parametrize(("api_region", "region", "partition"), REGIONS)
@pytest.mark.parametrize(("scope", "tail"), [("method", "dev/GET/"), ("stage", "dev/*"), ("api", "*")])
def test_the_statement_names_service_method_and_account_in_the_functions_region(
    api_region: str, region: str, partition: str, scope: str, tail: str
) -> None:
    recording = made(region=api_region, function_region=region, scope=scope)

    assert statements(recording) == [
        {
            "action": "lambda:InvokeFunction",
            "function": recording.one("lambda/function:Function").state["name"],
            "qualifier": "live",
            "principal": "apigateway.amazonaws.com",
            "sourceArn": f"arn:{partition}:execute-api:{region}:{API}:{API_ID}/{tail}",
            "sourceAccount": API,
        }
    ]


@pytest.mark.parametrize(
    ("method", "path", "tail"),
    [
        ("GET", "/", "GET/"),
        ("GET", "/pets", "GET/pets"),
        ("GET", "/pets/{petId}", "GET/pets/*"),
        ("ANY", "/{proxy+}", "*/*"),
        ("ANY", "/", "*/"),
        ("POST", "/a/{b}/c/{d+}", "POST/a/*/c/*"),
    ],
)
def test_any_and_path_parameters_become_stars_and_the_root_keeps_its_slash(method: str, path: str, tail: str) -> None:
    assert made((method, path)).outputs["sourceArn"].endswith(f":{API_ID}/dev/{tail}")


@pytest.mark.parametrize(
    ("scope", "tails"),
    [
        ("method", {"dev/GET/", "test-invoke-stage/GET/"}),
        ("stage", {"dev/*", "test-invoke-stage/*"}),
        ("api", {"*"}),
    ],
)
def test_the_consoles_test_button_gets_a_second_statement_where_the_first_does_not_cover_it(
    scope: str, tails: set[str]
) -> None:
    recording = made(scope=scope, test_invoke=True)

    assert {each["sourceArn"].partition(f"{API_ID}/")[2] for each in statements(recording)} == tails


@pytest.mark.parametrize("partition", [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_with_a_role_the_statement_names_the_role_and_no_source(partition: tuple[str, str]) -> None:
    recording = made(region=partition[0], invocation="role")
    role = recording.one("Role", name="shop-invoke-role")

    assert statements(recording) == [
        {
            "action": "lambda:InvokeFunction",
            "function": recording.one("lambda/function:Function").state["name"],
            "qualifier": "live",
            "principal": role.state["arn"],
        }
    ]
    assert role.state["arn"].startswith(f"arn:{partition[1]}:iam::{API}:role/")


def test_no_statement_ever_names_an_account_root() -> None:
    for invocation in ("permission", "role"):
        assert not [each for each in statements(made(invocation=invocation)) if ":root" in each["principal"]]


def manual_statement_id(**changes: Any) -> str:
    """The statement ID in the command for the function's owner."""
    words = made(**changes).outputs["addPermissionCommand"].split()
    value: str = words[words.index("--statement-id") + 1]
    return value


def test_the_commands_statement_id_is_the_same_for_the_same_content() -> None:
    assert manual_statement_id() == manual_statement_id(throttling=Throttling(rate_limit=1), cors_origin=None)


@pytest.mark.parametrize(
    "change",
    [
        {"stage": StageArgs(name="other")},
        {"scope": "stage"},
        {"invocation": "role"},
        {"function_changes": {"alias": "prod"}},
        {"function_changes": {"alias": None}},
        {"function_changes": {"function_name": "other"}},
        {"function_region": "us-east-1"},
    ],
)
def test_the_commands_statement_id_is_another_one_for_any_other_content(change: dict[str, Any]) -> None:
    assert manual_statement_id(**change) != manual_statement_id()


@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_the_provider_makes_the_statements_id_and_it_has_the_form_that_lambda_takes(invocation: str) -> None:
    recording = made(invocation=invocation)
    permission = recording.one("Permission")

    assert "statementId" not in permission.inputs
    longest = permission.inputs["statementIdPrefix"] + "20261129213330123400000001"
    for sid in (longest, manual_statement_id(invocation=invocation)):
        assert re.fullmatch(r"[A-Za-z0-9-_]{1,100}", sid)


def test_a_statement_that_an_earlier_version_made_keeps_its_id() -> None:
    """It set `statementId`; the engine keeps both inputs until it replaces the statement."""
    assert made().one("Permission").ignore_changes == ("statementId", "statementIdPrefix")


def test_a_statement_for_a_role_is_replaced_when_the_role_is_created_again() -> None:
    """AWS stores the principal as the role's unique ID, so a role with the same name is another principal."""
    permission = made(invocation="role").one("Permission")
    role = made(invocation="role").one("Role", name="shop-invoke-role").state

    assert permission.inputs["statementIdPrefix"] == policies.statement_id_prefix(role["uniqueId"])
    assert permission.ignore_changes == ()
    assert policies.statement_id_prefix("AROAFIRST") != policies.statement_id_prefix("AROASECOND")


def test_a_roles_statement_waits_for_the_api_which_gives_the_new_role_time_to_be_known() -> None:
    recording = made(invocation="role")
    permission = recording.one("Permission")

    assert permission.depends_on(recording.one("RestApi"))
    assert permission.depends_on(recording.one("RolePolicy", name="shop-invoke-role-policy"))


def test_the_permission_reaches_a_function_of_another_stack_through_its_name() -> None:
    def program() -> None:
        there = ExistingFunction(
            arn=f"arn:aws:lambda:us-east-1:{FUNCTION}:function:there",
            account=account(FUNCTION, "us-east-1"),
        )
        CrossAccountApi(
            "shop",
            CrossAccountApiArgs(account=account(API), functions={"there": there}, routes=[get("/pets", "there")]),
        )

    assert statements(record(program)) == [
        {
            "action": "lambda:InvokeFunction",
            "function": "there",
            "principal": "apigateway.amazonaws.com",
            "sourceArn": f"arn:aws:execute-api:us-east-1:{API}:{API_ID}/dev/GET/pets",
            "sourceAccount": API,
        }
    ]


def test_the_role_can_only_invoke_the_alias_and_only_api_gateway_can_assume_it() -> None:
    recording = made(invocation="role")
    policy = recording.one("RolePolicy", name="shop-invoke-role-policy")
    trust = recording.one("Role", name="shop-invoke-role").document("assumeRolePolicy")

    assert policy.provider == "api"
    assert policy.document("policy")["Statement"] == [
        {
            "Sid": "Invoke",
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Resource": [f"{recording.outputs['functionArn']}:live"],
        }
    ]
    assert trust["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": API}},
        }
    ]


def test_another_function_is_a_second_policy_of_the_role_until_the_stage_has_moved() -> None:
    names = {
        made(invocation="role", function_changes={"function_name": name})
        .one("RolePolicy", name="shop-invoke-role-policy")
        .inputs["name"]
        for name in ("one", "two")
    }

    assert len(names) == 2


def test_only_with_a_role_the_integration_has_credentials() -> None:
    integrations = [
        made(invocation=invocation).one("RestApi").document()["paths"]["/"]["get"]["x-amazon-apigateway-integration"]
        for invocation in ("permission", "role")
    ]

    assert "credentials" not in integrations[0]
    assert integrations[1]["credentials"].startswith(f"arn:aws:iam::{API}:role/shop-invoke-role-")
