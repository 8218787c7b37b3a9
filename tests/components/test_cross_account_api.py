"""The component as a whole: the accounts of its resources, their order, and when they change."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from aws_rules import policies
from cross_account_api import GatewayLoggingArgs, StageArgs
from cross_account_api.accounts import account_provider
from cross_account_api.config import AccountSettings
from cross_account_api.function.targets import ExistingFunction, ExternalFunction
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.testing import API_ID, record
from tests.components.builders import API, FUNCTION, THIRD, account, get, made, new_function, outputs
from tests.projects import record_main

API_TYPES = {
    "aws:apigateway/restApi:RestApi",
    "aws:apigateway/deployment:Deployment",
    "aws:apigateway/stage:Stage",
    "aws:apigateway/methodSettings:MethodSettings",
}
FUNCTION_TYPES = {
    "aws:lambda/function:Function",
    "aws:lambda/alias:Alias",
    "aws:lambda/permission:Permission",
}
MANAGED = GatewayLoggingArgs(gateway_logging="managed")


def test_every_resource_names_its_provider() -> None:
    for invocation in ("permission", "role"):
        recording = made(invocation=invocation, logging=MANAGED)

        assert {resource.provider for resource in recording.in_aws} == {"api", "function"}


def test_the_api_half_is_in_the_api_account_and_the_function_half_in_the_other() -> None:
    recording = made(logging=MANAGED)

    assert {each.provider for each in recording.in_aws if each.type in API_TYPES} == {"api"}
    assert {each.provider for each in recording.in_aws if each.type in FUNCTION_TYPES} == {"function"}
    assert {each.name: each.provider for each in recording.all("LogGroup")} == {
        "shop-access-logs": "api",
        "shop-execution-logs": "api",
        "shop-hello-logs": "function",
    }
    assert {each.name: each.provider for each in recording.all("Role")} == {
        "shop-hello-role": "function",
        "shop-logging-role": "api",
    }


def test_a_provider_refuses_any_other_account() -> None:
    recording = made()

    assert [each.inputs["allowedAccountIds"] for each in recording.all("pulumi:providers:aws")] == [
        json.dumps([FUNCTION]),
        json.dumps([API]),
    ]


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_no_urn_is_registered_twice(stack: str, invocation: str) -> None:
    recording = record_main(f"Pulumi.{stack}.yaml", overrides={"invocation": invocation}, stack=stack)

    assert [urn for urn, count in Counter(each.urn for each in recording.resources).items() if count > 1] == []


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
def test_the_whole_program_names_a_provider_for_every_resource(stack: str) -> None:
    recording = record_main(f"Pulumi.{stack}.yaml", stack=stack)

    assert {each.provider for each in recording.in_aws} == {"api-account", "function-account"}


@pytest.mark.parametrize("invocation", ["permission", "role"])
@pytest.mark.parametrize("scope", ["method", "stage", "api"])
def test_a_first_preview_knows_nothing_and_does_not_fail(invocation: str, scope: str) -> None:
    recording = made(preview=True, invocation=invocation, scope=scope, logging=MANAGED)
    whole = made(invocation=invocation, scope=scope, logging=MANAGED)

    assert Counter(each.urn for each in recording.resources) == Counter(each.urn for each in whole.resources)
    assert "url" in recording.unknown_outputs


@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_the_stage_waits_for_its_permissions_and_its_logs(invocation: str) -> None:
    recording = made(invocation=invocation, logging=MANAGED)
    stage, deployment = recording.one("Stage"), recording.one("Deployment")

    assert stage.depends_on(recording.one("Permission"))
    assert deployment.depends_on(recording.one("Permission"))
    assert all(stage.depends_on(each) for each in recording.all("LogGroup") if each.provider == "api")
    assert stage.depends_on(recording.one("apigateway/account:Account"))
    if invocation == "role":
        assert stage.depends_on(recording.one("RolePolicy", name="shop-invoke-role-policy"))


def test_the_function_waits_for_its_log_group_and_its_rights() -> None:
    recording = made()
    function = recording.one("lambda/function:Function")

    assert function.depends_on(recording.one("LogGroup", name="shop-hello-logs"))
    assert function.depends_on(recording.one("RolePolicy", name="shop-hello-role-policy"))


def test_nothing_is_deleted_before_its_replacement_exists() -> None:
    recording = made(invocation="role", logging=MANAGED)

    assert {each.deletes_before_replace for each in recording.in_aws} == {False}


def test_names_of_global_resources_are_automatic_or_carry_their_content() -> None:
    recording = made(invocation="role", logging=MANAGED)

    assert [each.name for each in recording.all("Role") if "name" in each.inputs] == []


def test_the_outputs_have_their_fixed_names_and_values() -> None:
    recording = made(region="eu-west-1", function_region="eu-central-1", stage=StageArgs(name="test"))
    function = recording.one("lambda/function:Function")
    name = function.state["name"]
    arn = f"arn:aws:lambda:eu-central-1:{FUNCTION}:function:{name}"
    source = f"arn:aws:execute-api:eu-central-1:{API}:{API_ID}/test/GET/"
    sid = policies.statement_id(arn, "live", "apigateway.amazonaws.com", None, source, API)

    assert recording.outputs == {
        "url": f"https://{API_ID}.execute-api.eu-west-1.amazonaws.com/test",
        "apiId": API_ID,
        "stageName": "test",
        "functionName": name,
        "apiExecutionArn": f"arn:aws:execute-api:eu-west-1:{API}:{API_ID}",
        "functionArn": arn,
        "integrationUri": f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{arn}:live/invocations",
        "sourceArn": source,
        "addPermissionCommand": (
            f"aws lambda add-permission --function-name {name} --qualifier live --statement-id {sid} "
            f"--action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn {source} "
            f"--source-account {API} --region eu-central-1"
        ),
    }


def test_on_a_sandbox_the_printed_command_has_its_endpoint() -> None:
    def command(endpoint: str | None) -> str:
        def program() -> dict[str, Any]:
            api, function = (
                account_provider(name, AccountSettings(id=number, region="eu-west-1"), endpoint=endpoint)
                for name, number in (("api", API), ("function", FUNCTION))
            )
            args = CrossAccountApiArgs(account=api, functions={"hello": new_function(function)}, routes=[get("/")])
            return outputs(CrossAccountApi("shop", args))

        return str(record(program).outputs["addPermissionCommand"])

    assert command("http://127.0.0.1:4566").endswith(" --region eu-west-1 --endpoint-url http://127.0.0.1:4566")
    assert "--endpoint-url" not in command(None)


def test_the_url_of_a_chinese_region_ends_as_there() -> None:
    recording = made(region="cn-north-1")

    assert recording.outputs["url"] == f"https://{API_ID}.execute-api.cn-north-1.amazonaws.com.cn/dev"


def test_with_a_role_the_statement_has_no_source_and_the_command_names_the_role() -> None:
    recording = made(invocation="role")
    role = recording.one("Role", name="shop-invoke-role").state["arn"]

    assert "sourceArn" not in recording.outputs
    assert f"--principal {role} " in recording.outputs["addPermissionCommand"]
    assert "--source" not in recording.outputs["addPermissionCommand"]


def test_tags_reach_everything_that_can_carry_them() -> None:
    recording = made(tags={"team": "pets"}, function_changes={"tags": {"team": "pets"}}, logging=MANAGED)
    untaggable = {
        "Deployment",
        "MethodSettings",
        "Permission",
        "Alias",
        "RolePolicy",
        "Account",
    }

    assert {
        each.name: each.inputs.get("tags")
        for each in recording.in_aws
        if each.type.rpartition(":")[2] not in untaggable and each.inputs.get("tags") != {"team": "pets"}
    } == {}


def test_the_api_account_has_as_many_resources_for_300_routes_as_for_3() -> None:
    counts = [
        len([each for each in made(*routes, scope="api").in_aws if each.provider == "api"])
        for routes in ([("GET", "/"), *(("GET", f"/r{number}") for number in range(1, count))] for count in (3, 300))
    ]

    assert counts[0] == counts[1]


def test_300_routes_in_scope_api_are_one_statement() -> None:
    routes = [("GET", "/"), *(("GET", f"/r{number}") for number in range(1, 300))]
    recording = made(*routes, scope="api")

    assert recording.one("Permission").inputs["sourceArn"] == f"arn:aws:execute-api:eu-west-1:{API}:{API_ID}/*"


def test_functions_of_several_accounts_each_get_their_permission_through_their_own_provider() -> None:
    def program() -> None:
        near, far = account(FUNCTION), account(THIRD, "us-east-1")
        CrossAccountApi(
            "shop",
            CrossAccountApiArgs(
                account=account(API),
                functions={"near": new_function(near), "far": new_function(far)},
                routes=[get("/near", "near"), get("/far", "far")],
            ),
        )

    permissions = record(program).all("Permission")

    assert {each.provider: each.inputs["sourceArn"] for each in permissions} == {
        "function": f"arn:aws:execute-api:eu-west-1:{API}:{API_ID}/dev/GET/near",
        "third": f"arn:aws:execute-api:us-east-1:{API}:{API_ID}/dev/GET/far",
    }


def test_a_function_with_several_routes_is_created_once() -> None:
    recording = made(("GET", "/a"), ("POST", "/a"), ("ANY", "/b/{proxy+}"))

    assert len(recording.all("lambda/function:Function")) == 1
    assert {each.inputs["sourceArn"].rpartition(API_ID)[2] for each in recording.all("Permission")} == {
        "/dev/GET/a",
        "/dev/POST/a",
        "/dev/*/b/*",
    }


def test_a_function_known_only_by_arn_gets_a_command_for_its_owner_instead_of_a_permission() -> None:
    arn = f"arn:aws:lambda:us-east-1:{THIRD}:function:theirs:prod"

    def program() -> dict[str, Any]:
        args = CrossAccountApiArgs(
            account=account(API), functions={"theirs": ExternalFunction(arn=arn)}, routes=[get("/", "theirs")]
        )
        return outputs(CrossAccountApi("shop", args))

    recording = record(program)

    assert recording.all("Permission") == []
    assert {each.provider for each in recording.in_aws} == {"api"}
    words = recording.outputs["addPermissionCommand"].split()
    assert words[:3] == ["aws", "lambda", "add-permission"]
    flags = dict(zip(words[3::2], words[4::2], strict=True))
    assert flags["--function-name"] == "theirs"
    assert flags["--qualifier"] == "prod"
    assert flags["--source-arn"] == f"arn:aws:execute-api:us-east-1:{API}:{API_ID}/dev/GET/"
    assert flags["--region"] == "us-east-1"
    assert recording.outputs["integrationUri"].endswith(f"/functions/{arn}/invocations")


def test_an_existing_function_gets_its_permission_on_the_qualifier_of_its_arn() -> None:
    def program() -> None:
        existing = ExistingFunction(
            arn=f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:there:live", account=account(FUNCTION)
        )
        CrossAccountApi(
            "shop", CrossAccountApiArgs(account=account(API), functions={"there": existing}, routes=[get("/", "there")])
        )

    recording = record(program)
    permission = recording.one("Permission")

    assert recording.all("lambda/function:Function") == []
    assert permission.provider == "function"
    assert (permission.inputs["function"], permission.inputs["qualifier"]) == ("there", "live")


def test_alias_none_calls_the_plain_function_and_puts_the_statement_there() -> None:
    recording = made(function_changes={"alias": None})

    assert recording.all("Alias") == []
    assert "qualifier" not in recording.one("Permission").inputs
    assert recording.outputs["integrationUri"].endswith(f"{recording.outputs['functionArn']}/invocations")
    assert "--qualifier" not in recording.outputs["addPermissionCommand"]


def test_a_protected_api_protects_what_cannot_be_had_again_and_the_stage_that_everything_else_goes_after() -> None:
    recording = made(deletion_protection=True, function_changes={"deletion_protection": True})

    assert {each.type.rpartition(":")[2] for each in recording.resources if each.protect} == {
        *("RestApi", "Function", "Stage", "MethodSettings"),
    }


def test_retained_logs_remain_when_the_stack_is_destroyed() -> None:
    recording = made(logging=GatewayLoggingArgs(retain_logs=True), function_changes={"retain_logs": True})

    assert {each.type.rpartition(":")[2] for each in recording.in_aws if each.retain_on_delete} == {"LogGroup"}
    assert all(each.retain_on_delete for each in recording.all("LogGroup"))


@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_a_program_can_be_tested_with_mocks_that_only_return_the_inputs(invocation: str) -> None:
    recording = record_main("Pulumi.sandbox.yaml", overrides={"invocation": invocation}, bare=True)

    assert recording.outputs["apiId"] == "cross-account-api-id"
    assert recording.one("Permission").inputs["action"] == "lambda:InvokeFunction"


def test_a_program_evaluates_to_the_same_twice() -> None:
    first, second = (made(("GET", "/a"), ("GET", "/b")) for _ in range(2))

    assert [each.inputs for each in first.all("RestApi")] == [each.inputs for each in second.all("RestApi")]
    assert first.outputs == second.outputs
