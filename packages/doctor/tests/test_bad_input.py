"""Input that the doctor cannot use: one line on stderr, exit 2, no traceback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cross_account_doctor.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doctor_testing.command import Said
    from doctor_testing.deployments import Deployment


def _refused(said: Said, *words: str) -> None:
    assert said.code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 1, said.err
    assert all(word in said.err for word in words), said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--stage", "dev"], ["--api-id is missing"]),
        (["--api-id", "a1b2c3"], ["--stage is missing"]),
        (["--api-id", "a1b2c3", "--stage", "dev", "--api-profile", "a"], ["no REST or HTTP API a1b2c3", "--region"]),
        (["--api-id", "https://x", "--stage", "dev"], ["not the id of an API"]),
        (["--api-id", "a1b2c3", "--stage", "dev", "--api-profile", "nobody"], ["nobody"]),
        (["--api-id", "a1b2c3", "--stage", "dev", "--region", "Dublin"], ["'Dublin'", "eu-west-1"]),
        (["--api-id", "a1b2c3", "--stage", "dev", "--route", "users"], ["'users'", "GET /users"]),
        (["--outputs", "/nowhere.json"], ["/nowhere.json"]),
        (["--frobnicate"], ["--frobnicate"]),
        (["--api-id", "a1b2c3", "--stage", "dev"], ["credentials"]),
    ],
)
def test_bad_arguments_are_reported_in_one_line(
    arguments: list[str], words: list[str], doctor: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    _refused(doctor(*arguments), *words)


def test_a_sandbox_that_needs_no_credentials_still_needs_a_region(
    deployment: Deployment, doctor: Callable[..., Said], profiles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles.write_text("")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    who = ("--api-id", deployment.api_id, "--stage", "dev", "--endpoint-url", deployment.sandbox.endpoint)
    _refused(doctor(*who), "no Region configured: pass --region")
    assert doctor(*who, "--region", "us-east-1").code == 0


def test_an_unknown_stage_is_reported_with_the_existing_stages(
    deployment: Deployment, doctor: Callable[..., Said]
) -> None:
    _refused(doctor("--api-id", deployment.api_id, "--stage", "prod", "--api-profile", "a"), "'prod'", "dev")


def test_a_web_socket_api_is_reported_as_one(deployment: Deployment, doctor: Callable[..., Said]) -> None:
    gateway = deployment.sandbox.client("apigatewayv2", deployment.api_account)
    api = gateway.create_api(Name="chat", ProtocolType="HTTP")["ApiId"]
    # The sandbox has no WebSocket APIs; on AWS, their IDs have the same form.
    deployment.sandbox.world.http_apis(deployment.api_account, "us-east-1").apis[api].protocol_type = "WEBSOCKET"
    said = doctor("--api-id", api, "--stage", "prod", "--api-profile", "a")
    _refused(said, "protocol WEBSOCKET", "only supports REST and HTTP APIs")


def test_an_unknown_stage_of_an_http_api_is_reported_with_the_existing_stages(
    deployment: Deployment, doctor: Callable[..., Said]
) -> None:
    gateway = deployment.sandbox.client("apigatewayv2", deployment.api_account)
    api = gateway.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default")
    _refused(doctor("--api-id", api, "--stage", "dev", "--api-profile", "a"), "'dev'", "its stages: $default")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", ["not JSON"]),
        ("[]", ["not a JSON object"]),
        (json.dumps({"apiId": "a1b2c3"}), ["stageName"]),
        ("{}", ["apiId and stageName"]),
    ],
)
def test_outputs_that_are_not_a_stacks_are_reported(
    text: str, words: list[str], doctor: Callable[..., Said], tmp_path: Path
) -> None:
    source = tmp_path / "outputs.json"
    source.write_text(text)
    _refused(doctor("--outputs", str(source), "--api-profile", "a"), *words)


def test_expired_credentials_are_reported(deployment: Deployment, doctor: Callable[..., Said], profiles: Path) -> None:
    keys = deployment.sandbox.operator_in(deployment.api_account)
    deployment.sandbox.world.sessions.expire(keys["AccessKeyId"])
    with profiles.open("a") as config:
        config.write(
            f"\n[profile old]\nregion = us-east-1\naws_access_key_id = {keys['AccessKeyId']}\n"
            f"aws_secret_access_key = {keys['SecretAccessKey']}\naws_session_token = {keys['SessionToken']}\n"
        )
    said = doctor("--api-id", deployment.api_id, "--stage", "dev", "--api-profile", "old")
    _refused(said, "profile old", "Expired")


def test_an_endpoint_that_does_not_respond_is_reported(
    doctor: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    said = doctor("--api-id", "a1b2c3", "--stage", "dev", "--api-profile", "a", "--endpoint-url", address)
    _refused(said, address)


def test_the_command_itself_ends_with_two_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "cross_account_doctor",
            "check",
            "--api-id",
            "a1b2c3",
            "--stage",
            "dev",
            "--api-profile",
            "nobody",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"AWS_CONFIG_FILE": str(tmp_path / "none"), "HOME": str(tmp_path), "PATH": ""},
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "nobody" in done.stderr


def test_help_needs_no_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"]) == 0
    assert "--function-profile" in capsys.readouterr().out
