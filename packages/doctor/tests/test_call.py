"""`--call`: a failed response is a finding if API Gateway itself failed, and a note otherwise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.deployments import Deployment
from doctor_testing.faults.callers import policy
from doctor_testing.faults.stages import disabled
from doctor_testing.http_deployments import HttpDeployment
from sandbox_testing.repository import EXAMPLE_NAMES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest

#: The response to GET, signed by the operator if the route requires a signature.
ANSWERS = {
    "authorizer": "returned 401",
    "consumer": "returned 200",
    "custom-domain": "returned 200",
    "http-api": "returned 200",
    "many-accounts": "returned 200",
    "private": "no request was sent: the API is private",
    "resource-policy": "returned 200",
    "users": "returned 200",
}

ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
OFFICE_ADDRESS = {"aws:SourceIp": ["203.0.113.0/24"]}
OFFICE = {**ANYBODY, "Sid": "Office", "Condition": {"IpAddress": OFFICE_ADDRESS}}


def _note(said: Said) -> str:
    assert said.report["findings"] == [], said.causes
    assert said.code == 0
    (note,) = said.report["hops"][-1]["notes"]
    return str(note)


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_no_response_of_an_example_is_a_finding(
    name: str,
    sandbox: SandboxUnderTest,
    doctor: Callable[..., Said],
    profile_of: Callable[[str], str],
    tmp_path: Path,
) -> None:
    (up,) = deploy(sandbox.world, read_projects([ROOT / "examples" / name], "sandbox", []))
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(up.outputs))
    owners = sorted({store.account for store in sandbox.world.functions.all() if store.functions})
    functions = [word for account in owners for word in ("--function-profile", profile_of(account))]
    who = ("--api-profile", profile_of(up.outputs["apiExecutionArn"].split(":")[4]), *functions)
    # Pass the sandbox's URL, so that requests to the custom domain are also sent there.
    said = doctor("--outputs", str(outputs), *who, "--call", "--json", "--endpoint-url", sandbox.endpoint)
    assert ANSWERS[name] in _note(said)


def _with_a_key(deployment: Deployment) -> None:
    gateway = deployment.gateway
    operation = {"op": "replace", "path": "/apiKeyRequired", "value": "true"}
    for path in ("/", "/pets/{petId}"):
        gateway.update_method(
            restApiId=deployment.api_id,
            resourceId=deployment.resource(path),
            httpMethod="GET",
            patchOperations=[operation],
        )
    deployment.deploy()
    gateway.create_usage_plan(name="partners", apiStages=[{"apiId": deployment.api_id, "stage": deployment.stage}])


def _for_other_addresses(deployment: Deployment) -> None:
    policy(OFFICE)(deployment)


POLICIES = {
    "an Allow for other addresses": (
        [OFFICE],
        "statement Office of the resource policy allows it only where IpAddress aws:SourceIp 203.0.113.0/24",
    ),
    "one Allow of another stage, one for other addresses": (
        [{**ANYBODY, "Sid": "Prod", "Resource": "execute-api:/prod/*"}, OFFICE],
        "statement Office of the resource policy allows it only where IpAddress aws:SourceIp 203.0.113.0/24",
    ),
    "a Deny of all other addresses": (
        [ANYBODY, {**ANYBODY, "Sid": "Out", "Effect": "Deny", "Condition": {"NotIpAddress": OFFICE_ADDRESS}}],
        "statement Out of the resource policy denies callers where NotIpAddress aws:SourceIp 203.0.113.0/24",
    ),
    "a Deny outside a VPC endpoint": (
        [
            ANYBODY,
            {
                **ANYBODY,
                "Effect": "Deny",
                "Condition": {"StringNotEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}},
            },
        ],
        (
            "statement number 2 of the resource policy denies callers where StringNotEquals aws:SourceVpce vpce-1 or "
            "vpce-2"
        ),
    ),
    "an Allow for another client": (
        [{**ANYBODY, "Sid": "App", "Condition": {"StringLike": {"aws:UserAgent": "app/*"}}}],
        "statement App of the resource policy allows it only where StringLike aws:UserAgent app/*",
    ),
}


@pytest.mark.parametrize(("statements", "why"), POLICIES.values(), ids=POLICIES)
def test_a_refusal_names_the_statement_and_its_condition(
    statements: list[dict[str, Any]], why: str, deployment: Deployment, examined: Callable[..., Said]
) -> None:
    policy(*statements)(deployment)
    assert deployment.get("/").status == 403
    assert f"returned 403 (AccessDeniedException): {why}" in _note(examined(deployment, "--call"))
    (notes,) = (hop["notes"] for hop in examined(deployment).report["hops"] if hop["name"] == "authorization")
    assert len(notes) == len([statement for statement in statements if "Condition" in statement])


def test_a_signed_caller_that_the_policy_denies_gets_the_reason(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    for path in ("/", "/pets/{petId}"):
        deployment.gateway.update_method(
            restApiId=deployment.api_id,
            resourceId=deployment.resource(path),
            httpMethod="GET",
            patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}],
        )
    policy(ANYBODY, {**ANYBODY, "Sid": "Out", "Effect": "Deny", "Principal": {"AWS": "111111111111"}})(deployment)
    assert "statement Out of the resource policy denies it" in _note(examined(deployment, "--call"))


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        (Deployment, "'hello'"),
        (Deployment, "{'statusCode': 200, 'body': 7, 'more': 1}"),
        (HttpDeployment, "{'statusCode': 'fine'}"),
    ],
)
def test_a_malformed_response_is_named_without_a_stage_log(
    kind: type[Deployment], response: str, sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    made = kind(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    made.source = f"def handler(event, context):\n    return {response}\n"
    made.make()
    said = examined(made, "--call")
    assert said.broken == ["result"], said.causes
    assert "the only remaining cause is a malformed Lambda proxy response" in said.causes
    assert examined(made).broken == []


@pytest.mark.parametrize("change", [_with_a_key, _for_other_addresses])
def test_conditions_on_the_caller_are_notes(
    change: Callable[[Deployment], None], deployment: Deployment, examined: Callable[..., Said]
) -> None:
    change(deployment)
    assert deployment.get("/").status == 403
    assert "returned 403" in _note(examined(deployment, "--call"))


def test_a_handler_s_response_is_a_note(sandbox: SandboxUnderTest, examined: Callable[..., Said]) -> None:
    made = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    made.source = "def handler(event, context):\n    return {'statusCode': 503, 'body': 'closed'}\n"
    made.make()
    assert "returned 503" in _note(examined(made, "--call"))


def test_a_failure_that_no_hop_explains_is_a_finding(deployment: Deployment, examined: Callable[..., Said]) -> None:
    # A gateway response with an invalid template would also do; here the last log is an hour old.
    where = {"restApiId": deployment.api_id, "resourceId": deployment.resource("/backend"), "httpMethod": "GET"}
    deployment.gateway.put_method(**where, authorizationType="NONE")
    deployment.gateway.put_integration(
        **where, type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://127.0.0.1:9/"
    )
    deployment.deploy()
    said = examined(deployment, "--call", "--route", "GET /backend")
    assert said.broken == ["call"]
    assert "no other hop explains it" in said.causes


def test_without_a_url_no_request_is_sent_to_a_disabled_default_endpoint(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    disabled(deployment)
    said = examined(deployment, "--call")
    assert said.broken == ["stage"]
    assert said.report["hops"][-1]["notes"] == [
        (
            "no request was sent: the default endpoint is disabled; to send the request to the custom domain, pass the "
            "stack's outputs"
        )
    ]
