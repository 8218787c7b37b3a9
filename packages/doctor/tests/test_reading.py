"""The doctor reads only what the documented policy allows, and never reports what it could not read as healthy."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.arns import invoke_uri
from aws_rules.iam.evaluation import AccessRequest, Decision, Principal, evaluate_policy
from cross_account_doctor.calls import Reader
from cross_account_doctor.errors import NotAllowedError
from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.deployments import Deployment
from doctor_testing.faults import http, with_authorizer, with_logging, with_role
from doctor_testing.http_deployments import HttpDeployment
from sandbox_testing.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest

PAGE = ROOT / "docs" / "doctor.md"


@pytest.fixture
def everything(sandbox: SandboxUnderTest) -> Deployment:
    """A deployment with everything that the doctor reads: role, boundary, authorizer, logging."""
    made = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    with_role(made)
    made.make()
    del made.permit  # the role has its statement; the authorizer's statement names the service
    with_authorizer(made)
    with_logging(made)
    return made


def test_every_call_is_one_that_the_documented_policy_allows(
    everything: Deployment, examined: Callable[..., Said]
) -> None:
    everything.gateway.update_rest_api(
        restApiId=everything.api_id,
        patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}],
    )
    everything.functions.delete_alias(FunctionName="hello", Name="live")
    calls = examined(everything).report["calls"]
    assert {"apigateway:GetDomainNames", "lambda:ListAliases", "iam:GetRole"} <= set(calls)
    _assert_documented(calls, api="/restapis/a1b2c3")


def test_every_call_for_an_http_api_is_documented_and_not_repeated(
    sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    made = HttpDeployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    made.auto_deploy = False
    made.make()
    http.with_authorizer(made)
    made.gateway.update_api(ApiId=made.api_id, DisableExecuteApiEndpoint=True)
    made.deploy()
    calls = examined(made).report["calls"]
    of_api = {call: count for call, count in calls.items() if call.startswith("apigateway")}
    assert of_api == {
        "apigateway:GetRestApi": 1,  # its id might have been one
        "apigatewayv2:ExportApi": 2,  # what the stage serves, and the API as edited
        "apigatewayv2:GetApi": 1,
        "apigatewayv2:GetAuthorizers": 1,
        "apigatewayv2:GetDomainNames": 1,
        "apigatewayv2:GetIntegrations": 1,
        "apigatewayv2:GetRoutes": 1,
        "apigatewayv2:GetStage": 1,
    }
    _assert_documented(calls, api="/apis/a1b2c3")


def _assert_documented(calls: dict[str, int], *, api: str) -> None:
    """Assert that the documented policy allows every call."""
    policy = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[0])
    for call in calls:
        service = call.partition(":")[0]
        if service == "sts":
            continue
        gateway = service.startswith("apigateway")
        path = "/domainnames" if "DomainName" in call else api
        action = "apigateway:GET" if gateway else call
        resource = f"arn:aws:apigateway:us-east-1::{path}" if gateway else "*"
        request = AccessRequest(
            principal=Principal.of_user("arn:aws:iam::111111111111:user/doctor"), action=action, resource=resource
        )
        assert evaluate_policy(policy, request, has_principal=False).decision is Decision.ALLOW, call


@pytest.mark.parametrize(
    ("method", "right", "hops"),
    [
        ("get_resources", "apigateway:GET", {"route", "integration", "permission", "function"}),
        ("get_deployment", "apigateway:GET", {"deployment"}),
        ("get_export", "apigateway:GET", {"deployment"}),
        ("get_authorizers", "apigateway:GET", {"authorization"}),
        ("get_account", "apigateway:GET", {"logging"}),
        ("get_function", "lambda:GetFunction", {"integration", "permission", "function"}),
        ("get_policy", "lambda:GetPolicy", {"permission"}),
        ("get_role", "iam:GetRole", {"credentials"}),
        ("list_role_policies", "iam:ListRolePolicies", {"credentials"}),
        ("get_role_policy", "iam:GetRolePolicy", {"credentials"}),
        ("filter_log_events", "logs:FilterLogEvents", {"result"}),
    ],
)
def test_unreadable_parts_are_not_checked_and_name_the_missing_permission(
    method: str,
    right: str,
    hops: set[str],
    everything: Deployment,
    examined: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = Reader.ask

    def denied(self: Reader, service: str, region: str, asked: str, **params: Any) -> dict[str, Any]:
        if asked == method:
            raise NotAllowedError(right, self.account, "not authorized")
        return ask(self, service, region, asked, **params)

    monkeypatch.setattr(Reader, "ask", denied)
    said = examined(everything)
    assert said.broken == [], said.causes
    assert hops <= set(said.unknown)
    assert all(item["evidence"]["right"] == right for item in said.report["findings"])
    assert said.code == 2


@pytest.mark.parametrize("method", ["get_rest_api", "get_stage"])
def test_without_the_api_nothing_can_be_checked(
    method: str, deployment: Deployment, doctor: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Reader.ask

    def denied(self: Reader, service: str, region: str, asked: str, **params: Any) -> dict[str, Any]:
        if asked == method:
            raise NotAllowedError("apigateway:GET", self.account, "not authorized")
        return ask(self, service, region, asked, **params)

    monkeypatch.setattr(Reader, "ask", denied)
    said = doctor("--api-id", deployment.api_id, "--stage", "dev", "--api-profile", "a")
    assert said.code == 2
    assert said.err == "doctor: apigateway:GET is not allowed in account 111111111111: not authorized\n"


def test_an_unreadable_http_api_is_reported_with_the_missing_permission(
    doctor: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Reader.ask

    def denied(self: Reader, service: str, region: str, asked: str, **params: Any) -> dict[str, Any]:
        if service == "apigatewayv2":
            raise NotAllowedError("apigateway:GET", self.account, "not authorized")
        return ask(self, service, region, asked, **params)

    monkeypatch.setattr(Reader, "ask", denied)
    said = doctor("--api-id", "a1b2c3d4e5", "--stage", "dev", "--api-profile", "a")
    assert said.code == 2
    assert "to check for an HTTP API, allow apigateway:GET on /apis/*" in said.err


@pytest.fixture
def alone(deployment: Deployment, profiles: Path) -> str:
    """A profile for only the API's account; the operator's own keys work for every account."""
    keys = deployment.sandbox.operator_in(API_ACCOUNT)
    with profiles.open("a") as config:
        config.write(
            f"\n[profile alone]\nregion = us-east-1\naws_access_key_id = {keys['AccessKeyId']}\n"
            f"aws_secret_access_key = {keys['SecretAccessKey']}\naws_session_token = {keys['SessionToken']}\n"
        )
    return "alone"


def test_a_function_in_an_account_without_credentials_is_not_checked(
    alone: str, deployment: Deployment, doctor: Callable[..., Said]
) -> None:
    said = doctor("--api-id", deployment.api_id, "--stage", "dev", "--api-profile", alone, "--json")
    needs = {item["hop"]: item["evidence"]["right"] for item in said.report["findings"]}
    assert needs == {
        "integration": "lambda:GetFunction",
        "permission": "lambda:GetPolicy",
        "function": "lambda:GetFunction",
        "result": "logs:FilterLogEvents",
    }
    asked = "in account 222222222222, but no credentials were given for that account"
    assert [asked in cause for cause in said.causes.splitlines()] == [True] * 4
    assert said.code == 2


def test_a_uri_of_a_strange_account_is_held_against_the_accounts_that_were_given(
    alone: str, deployment: Deployment, doctor: Callable[..., Said]
) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace(FUNCTION_ACCOUNT, "333333333333")))
    who = ("--api-profile", alone, "--function-profile", "b", "--json")
    said = doctor("--api-id", deployment.api_id, "--stage", "dev", *who)
    assert said.broken == ["integration"]
    assert "names account 333333333333, but the function hello is in account 222222222222" in said.causes
    assert said.commands == []


@pytest.mark.parametrize("named", ["account", "region"])
def test_only_the_stacks_own_function_takes_the_place_of_the_one_named(
    named: str, deployment: Deployment, doctor: Callable[..., Said], aws: Callable[[str], str], tmp_path: Path
) -> None:
    wrong = {"account": (FUNCTION_ACCOUNT, "333333333333"), "region": ("lambda:us-east-1", "lambda:eu-west-1")}[named]
    deployment.point_to(invoke_uri(deployment.arn.replace(*wrong)))
    outputs = {"apiId": deployment.api_id, "stageName": "dev", "functionArn": deployment.arn_of("hello")}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    who = ("--region", "us-east-1", "--api-profile", "a", "--function-profile", "b", "--json")
    for command in doctor("--outputs", str(tmp_path / "outputs.json"), *who).commands:
        aws(command)
    assert deployment.get("/").status == 200


@pytest.mark.parametrize("own", ["hello-v2", "orders"])
def test_the_stacks_function_of_another_name_does_not(
    own: str, deployment: Deployment, doctor: Callable[..., Said], tmp_path: Path
) -> None:
    deployment.make_function(own)
    deployment.functions.delete_function(FunctionName="hello")
    outputs = {"apiId": deployment.api_id, "stageName": "dev", "functionArn": deployment.arn_of(own)}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    said = doctor("--outputs", str(tmp_path / "outputs.json"), "--region", "us-east-1", "--api-profile", "a", "--json")
    assert said.broken == ["integration"]
    assert said.commands == []
