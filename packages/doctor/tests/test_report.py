"""The report for people, and the less common options."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_rules.arns import invoke_uri
from cross_account_doctor.cli import main
from cross_account_doctor.findings import HopName
from doctor_testing.faults import FAULTS, with_logging
from sandbox_testing.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from doctor_testing.deployments import Deployment

BY_NAME = {fault.name: fault for fault in FAULTS}
BOTH = ("--api-profile", "a", "--function-profile", "b")


def test_the_text_report_has_the_hops_the_cause_and_each_command_on_its_own_line(
    deployment: Deployment, doctor: Callable[..., Said], aws: Callable[[str], str]
) -> None:
    deployment.forget_permissions()
    said = doctor("--api-id", deployment.api_id, "--stage", "dev", *BOTH)
    lines = said.out.splitlines()
    assert any(line.split()[:2] == ["✓", "integration"] for line in lines)
    assert any(line.split()[:2] == ["✗", "permission"] for line in lines)
    assert "   fix:" in lines
    commands = [line for line in lines if line.startswith("AWS_ACCESS_KEY_ID=")]
    assert shlex.split(commands[0])[2:5] == ["aws", "lambda", "add-permission"]
    assert lines[-1] == "1 broken"
    for command in commands:
        aws(command)
    assert deployment.get("/").status == 200
    assert doctor("--api-id", deployment.api_id, "--stage", "dev", *BOTH).out.splitlines()[-1] == "healthy"


def test_every_option_is_in_the_docs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"]) == 0
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    page = (ROOT / "docs" / "doctor.md").read_text()
    assert "--function-profile" in options
    assert not [option for option in options if f"`{option}" not in page]


def test_every_hop_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text()
    assert not [hop.value for hop in HopName if f"\n| {hop.value} | " not in page]


def test_one_route_can_be_selected(deployment: Deployment, examined: Callable[..., Said]) -> None:
    deployment.forget_permissions()
    deployment.permit("GET", "/pets/{petId}")
    assert examined(deployment, "--route", "GET /pets/7").code == 0
    said = examined(deployment, "--route", "GET /")
    assert said.broken == ["permission"]
    assert said.report["routes"] == 1


def test_an_unknown_route_is_reported_with_the_existing_routes(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    said = examined(deployment, "--route", "POST /pets/7")
    assert said.broken == ["route"]
    assert "Missing Authentication Token" in said.causes
    assert said.report["findings"][0]["routes"] == ["POST /pets/7"]


def test_commands_carry_the_endpoint_that_the_doctor_was_given(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    deployment.forget_permissions()
    endpoint = deployment.sandbox.endpoint
    said = examined(deployment, "--endpoint-url", endpoint)
    keys = f"AWS_ACCESS_KEY_ID={deployment.function_account} AWS_SECRET_ACCESS_KEY=test aws lambda add-permission "
    assert said.commands
    assert all(command.startswith(keys) for command in said.commands)
    assert all(f" --endpoint-url {endpoint}" in command for command in said.commands)


@pytest.mark.parametrize("way", ["option", "environment", "profile", "outputs"])
def test_a_sandbox_is_known_by_whatever_names_it(
    way: str,
    deployment: Deployment,
    doctor: Callable[..., Said],
    aws: Callable[[str], str],
    profiles: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deployment.forget_permissions()
    endpoint = deployment.sandbox.endpoint
    first_line = {"endpoint": endpoint, "outputs": {"apiId": deployment.api_id, "stageName": "dev"}}
    (tmp_path / "serve.json").write_text(json.dumps(first_line))
    if way != "environment":
        monkeypatch.delenv("AWS_ENDPOINT_URL")
    if way == "profile":
        profiles.write_text(profiles.read_text().replace("[profile a]\n", f"[profile a]\nendpoint_url = {endpoint}\n"))
    options = {
        "option": ("--endpoint-url", endpoint, "--api-id", deployment.api_id, "--stage", "dev"),
        "outputs": ("--outputs", str(tmp_path / "serve.json")),
    }
    asked = options.get(way, ("--api-id", deployment.api_id, "--stage", "dev"))
    for command in doctor(*asked, "--api-profile", "a", "--json").commands:
        aws(command)
    assert deployment.get("/").status == 200


def test_on_a_sandbox_no_profile_is_needed(
    deployment: Deployment, doctor: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    outputs = {
        "apiId": deployment.api_id,
        "stageName": "dev",
        "apiExecutionArn": f"arn:aws:execute-api:us-east-1:{deployment.api_account}:{deployment.api_id}",
    }
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(outputs)))
    said = doctor("--outputs", "-", "--endpoint-url", deployment.sandbox.endpoint, "--json")
    assert said.report["findings"] == []
    assert said.code == 0


def test_a_role_can_stand_in_for_a_functions_profile(deployment: Deployment, doctor: Callable[..., Said]) -> None:
    role = f"arn:aws:iam::{deployment.function_account}:role/reader"
    who = ("--api-profile", "a", "--function-role", role)
    assert doctor("--api-id", deployment.api_id, "--stage", "dev", *who, "--json").code == 0


def test_a_request_is_only_sent_with_the_option(deployment: Deployment, examined: Callable[..., Said]) -> None:
    last = deployment.sandbox.world.traces.last
    examined(deployment)
    assert last() is None
    said = examined(deployment, "--call")
    trace = last()
    assert trace is not None
    assert trace.status == 200
    assert [hop["name"] for hop in said.report["hops"]][-1] == "call"


def test_a_call_shows_a_malformed_response_that_no_log_shows(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    BY_NAME["malformed answer"].before(deployment)
    functions = deployment.functions
    functions.update_function_code(FunctionName="hello", ZipFile=_archive(deployment.source))
    functions.update_alias(
        FunctionName="hello", Name="live", FunctionVersion=functions.publish_version(FunctionName="hello")["Version"]
    )
    assert examined(deployment).broken == []
    said = examined(deployment, "--call")
    assert said.broken == ["result"]
    assert "the only remaining cause is a malformed Lambda proxy response" in said.causes
    with_logging(deployment)
    assert examined(deployment, "--call").broken == ["result"]


def _archive(source: str) -> bytes:
    from doctor_testing.deployments import archive

    return archive(source)


def test_a_policy_for_roles_needs_a_method_that_requires_signatures(
    deployment: Deployment, examined: Callable[..., Said], aws: Callable[[str], str]
) -> None:
    account = deployment.api_account
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
            }
        ],
    }
    deployment.gateway.update_rest_api(
        restApiId=deployment.api_id,
        patchOperations=[{"op": "replace", "path": "/policy", "value": json.dumps(document)}],
    )
    deployment.deploy()
    assert deployment.get("/").status == 403
    said = examined(deployment)
    assert said.broken == ["authorization"]
    assert "does not require signed requests" in said.causes
    for command in said.commands:
        aws(command)
    assert _signed(deployment) == 200
    assert examined(deployment).broken == []


def _signed(deployment: Deployment) -> int:
    url = f"https://{deployment.api_id}.execute-api.us-east-1.amazonaws.com/dev/"
    request = AWSRequest(method="GET", url=url)
    SigV4Auth(Credentials("test", "test"), "execute-api", "us-east-1").add_auth(request)
    return deployment.get("/", **dict(request.headers.items())).status


def test_an_edit_that_would_break_a_working_route_is_reported(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    deployment.patch_integration("/", invoke_uri(deployment.arn.replace(":hello:", ":helo:")))
    assert deployment.get("/").status == 200
    said = examined(deployment)
    assert said.broken[0] == "deployment"


def test_logging_that_is_off_is_a_note_with_the_command_that_switches_it_on(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    said = examined(deployment)
    notes = [note for hop in said.report["hops"] for note in hop["notes"]]
    assert any("execution logging is off" in note and "aws apigateway update-stage" in note for note in notes)
    assert said.code == 0
