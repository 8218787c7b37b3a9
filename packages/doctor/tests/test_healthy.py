"""Working deployments: every handmade variant, this program with every setting, and every example."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aws_rules.arns import invoke_uri
from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT, OTHER_ACCOUNT
from doctor_testing.deployments import Deployment
from doctor_testing.faults import with_authorizer, with_logging, with_role
from sandbox_testing.repository import EXAMPLE_NAMES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest


def _accuses_nothing(said: Said) -> None:
    assert said.report["findings"] == [], said.causes
    assert said.code == 0


def _new(sandbox: SandboxUnderTest) -> Deployment:
    return Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)


def _abroad(deployment: Deployment) -> None:
    deployment.function_region = "eu-west-1"


def _without_alias(deployment: Deployment) -> None:
    deployment.alias = None


def _any_and_greedy(deployment: Deployment) -> None:
    deployment.routes = [("ANY", "/"), ("ANY", "/{proxy+}"), ("GET", "/pets/{petId}")]


@pytest.mark.parametrize("change", [_abroad, _without_alias, _any_and_greedy, with_role])
def test_a_handmade_deployment_has_no_findings(
    change: Callable[[Deployment], None], sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    deployment = _new(sandbox)
    change(deployment)
    deployment.make()
    assert deployment.get("/").status == 200
    _accuses_nothing(examined(deployment, "--call"))


@pytest.mark.parametrize("change", [with_authorizer, with_logging])
def test_manual_additions_to_a_deployment_have_no_findings(
    change: Callable[[Deployment], None], deployment: Deployment, examined: Callable[..., Said]
) -> None:
    change(deployment)
    assert deployment.get("/", Authorization="token").status == 200
    _accuses_nothing(examined(deployment))


def test_a_function_of_the_api_s_account_in_a_stage_variable_has_no_findings(
    sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    deployment = Deployment(sandbox, api_account=API_ACCOUNT, function_account=API_ACCOUNT).make()
    deployment.set_variable("fn", "hello")
    deployment.point_to(invoke_uri(deployment.arn).replace(":hello:", ":${stageVariables.fn}:"))
    assert deployment.get("/").status == 200
    _accuses_nothing(examined(deployment))


def test_functions_of_several_accounts_are_looked_at_with_a_profile_each(
    deployment: Deployment, sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    elsewhere = Deployment(sandbox, api_account=API_ACCOUNT, function_account=OTHER_ACCOUNT)
    elsewhere.name = "orders"
    elsewhere.make_function()
    elsewhere.api_id = deployment.api_id
    deployment.add_route("GET", "/orders", uri=invoke_uri(elsewhere.arn))
    deployment.deploy()
    elsewhere.permit("GET", "/orders")
    assert deployment.get("/orders").status == 200
    _accuses_nothing(examined(deployment, "--function-profile", "c"))
    elsewhere.forget_permissions()
    said = examined(deployment, "--function-profile", "c")
    assert said.broken == ["permission"]
    assert said.report["findings"][0]["routes"] == ["GET /orders"]


LOGS_AN_ERROR = """
import json, logging, sys

def handler(event, context):
    logging.getLogger().error("ValueError: the cache was cold")
    print(json.dumps({"errorType": "Cold", "level": "ERROR"}))
    return {"statusCode": 200, "body": "{}"}
"""


@pytest.mark.parametrize("log_format", ["Text", "JSON"])
def test_a_handler_that_logs_an_error_and_responds_has_no_findings(
    log_format: str, sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    deployment = _new(sandbox)
    deployment.source = LOGS_AN_ERROR
    deployment.log_format = log_format
    deployment.make()
    assert deployment.get("/").status == 200
    _accuses_nothing(examined(deployment))


def test_a_handler_that_recovered_from_a_failure_has_no_findings(
    sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    deployment = _new(sandbox)
    deployment.source = "def handler(event, context):\n    assert event['path'] == '/'\n    return {}\n"
    deployment.make()
    assert [deployment.get("/pets/7").status, deployment.get("/").status] == [502, 200]
    _accuses_nothing(examined(deployment))


def test_a_mock_integration_calls_no_function(deployment: Deployment, examined: Callable[..., Said]) -> None:
    where = {"restApiId": deployment.api_id, "resourceId": deployment.root_id, "httpMethod": "OPTIONS"}
    deployment.gateway.put_method(**where, authorizationType="NONE")
    deployment.gateway.put_method_response(**where, statusCode="200")
    deployment.gateway.put_integration(
        **where, type="MOCK", requestTemplates={"application/json": '{"statusCode":200}'}
    )
    deployment.gateway.put_integration_response(**where, statusCode="200")
    deployment.deploy()
    _accuses_nothing(examined(deployment))


def test_a_function_in_a_vpc_has_no_finding_about_it(deployment: Deployment, examined: Callable[..., Said]) -> None:
    statement = {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}
    deployment.iam(deployment.function_account).put_role_policy(
        RoleName="hello-role",
        PolicyName="interfaces",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    ec2 = deployment.sandbox.client("ec2", deployment.function_account)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="closed", Description="closed", VpcId=vpc)["GroupId"]
    deployment.functions.update_function_configuration(
        FunctionName="hello", VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]}
    )
    said = examined(deployment)
    _accuses_nothing(said)
    assert "vpc" not in said.out.lower()


def test_a_policy_that_depends_on_the_caller_is_not_a_finding(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    shared = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    condition = {"NotIpAddress": {"aws:SourceIp": ["127.0.0.0/8"]}}
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", **shared}, {"Effect": "Deny", **shared, "Condition": condition}],
    }
    deployment.gateway.update_rest_api(
        restApiId=deployment.api_id,
        patchOperations=[{"op": "replace", "path": "/policy", "value": json.dumps(document)}],
    )
    deployment.deploy()
    assert deployment.get("/").status == 200
    _accuses_nothing(examined(deployment))


@pytest.mark.parametrize(
    "setting",
    [
        "runtime=python",
        "invocation=role",
        "alias=false",
        "permissionScope=stage",
        "permissionScope=api",
        "authorization=AWS_IAM",
        "endpointType=EDGE",
        "functionAccount.region=eu-west-1",
    ],
)
def test_this_programs_deployment_has_no_findings_and_its_outputs_are_enough(
    setting: str, sandbox: SandboxUnderTest, doctor: Callable[..., Said], tmp_path: Path
) -> None:
    (project,) = read_projects([ROOT], "sandbox", ["runtime=python", setting])
    (up,) = deploy(sandbox.world, [project])
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(up.outputs))
    _accuses_nothing(
        doctor("--outputs", str(outputs), "--api-profile", "a", "--function-profile", "b", "--call", "--json")
    )


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_no_api_of_an_example_has_findings(
    name: str, sandbox: SandboxUnderTest, doctor: Callable[..., Said], profile_of: Callable[[str], str]
) -> None:
    deploy(sandbox.world, read_projects([ROOT / "examples" / name], "sandbox", []))
    functions = [word for account in _accounts(sandbox) for word in ("--function-profile", profile_of(account))]
    stages = list(_stages(sandbox))
    assert stages
    for account, region, api, stage in stages:
        which = ("--api-id", api, "--stage", stage, "--region", region, "--json")
        _accuses_nothing(doctor(*which, "--api-profile", profile_of(account), *functions))


def test_the_outputs_of_an_http_api_say_all(
    sandbox: SandboxUnderTest, doctor: Callable[..., Said], profile_of: Callable[[str], str], tmp_path: Path
) -> None:
    (up,) = deploy(sandbox.world, read_projects([ROOT / "examples" / "http-api"], "sandbox", []))
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(up.outputs))
    account = up.outputs["apiExecutionArn"].split(":")[4]
    functions = [word for each in _accounts(sandbox) for word in ("--function-profile", profile_of(each))]
    said = doctor("--outputs", str(outputs), "--api-profile", profile_of(account), *functions, "--call", "--json")
    _accuses_nothing(said)
    assert said.report["hops"][-1]["notes"][0].endswith("returned 200")


def _stages(sandbox: SandboxUnderTest) -> Iterator[tuple[str, str, str, str]]:
    for rest in sandbox.world.apigateway.all():
        yield from (
            (rest.account, rest.region, key, name) for key, api in rest.rest_apis.items() for name in api.stages
        )
    for http in sandbox.world.http_apis.all():
        yield from ((http.account, http.region, key, name) for key, api in http.apis.items() for name in api.stages)


def _accounts(sandbox: SandboxUnderTest) -> list[str]:
    return sorted({store.account for store in sandbox.world.functions.all() if store.functions})
