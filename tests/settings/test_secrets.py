"""Settings stored with `--secret`: encrypted in the state, and never shown in a message."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from pydantic import Field

from cross_account_api.config import Program, load
from cross_account_api.setting_types import Secret
from cross_account_api.testing import PROVIDER, record
from tests.projects import record_main
from tests.settings.reading import API, FUNCTION, refusal

HIDDEN = "hush-4711"
ROLE = "arn:aws:iam::111111111111:role/deployer"
LOGIN: dict[str, Any] = {**API, "roleArn": ROLE, "externalId": HIDDEN}


@pytest.mark.parametrize("preview", [False, True])
def test_an_external_id_is_a_secret_of_only_its_own_provider(*, preview: bool) -> None:
    config = {"apiAccount": json.dumps(LOGIN), "functionAccount": json.dumps(FUNCTION)}
    made = record_main(overrides=config, secret_keys=["apiAccount"], preview=preview)

    assert json.loads(made.one(PROVIDER, name="api-account").inputs["assumeRoles"])[0]["externalId"] == HIDDEN
    assert {each.name: set(each.secrets) for each in made.resources if each.secrets} == {"api-account": {"assumeRoles"}}
    assert HIDDEN not in str([each.inputs for each in made.resources if each.name != "api-account"])
    assert HIDDEN not in str(made.outputs)


def test_a_secret_of_a_program_of_its_own_stays_one_wherever_it_goes() -> None:
    class Own(Program):
        token: Secret = Field(description="a token", examples=["my-token"])

    def program() -> dict[str, Any]:
        token = load(Own).token
        pulumi.export("greeting", token.apply(lambda text: f"Hello, {text}"))
        return {}

    made = record(program, config={"own:token": HIDDEN}, secret_keys=["own:token"], project="own")

    assert made.outputs["greeting"] == f"Hello, {HIDDEN}"
    assert made.secret_outputs == {"greeting"}


def test_a_secret_of_digits_is_text() -> None:
    config = {"apiAccount": json.dumps({**LOGIN, "externalId": 1234}), "functionAccount": json.dumps(FUNCTION)}

    assert (
        '"externalId": "1234"' in record_main(overrides=config).one(PROVIDER, name="api-account").inputs["assumeRoles"]
    )


@pytest.mark.parametrize(
    ("values", "secret", "fix"),
    [
        ({"backendUrl": f"https://{HIDDEN}@pets.example.com"}, "backendUrl", "--path backendUrl"),
        ({"functionName": HIDDEN}, "functionName", "--path functionName"),
        ({"timeout": "10"}, "timeout", "--path timeout"),
        ({"tags": {"token": HIDDEN}}, "tags", "--path tags.token"),
        ({"allowedSourceIps": ["192.0.2.1"]}, "allowedSourceIps", "--path 'allowedSourceIps[0]'"),
        (
            {"apiAccount": {**API, "roleArn": f"{ROLE}-{HIDDEN}"}},
            "apiAccount",
            (
                "--path apiAccount.id && pulumi config set --plaintext --path apiAccount.region && "
                "pulumi config set --plaintext --path apiAccount.roleArn"
            ),
        ),
    ],
)
def test_a_secret_that_the_program_would_show_is_refused(values: dict[str, Any], secret: str, fix: str) -> None:
    given = {"apiAccount": API, "functionAccount": FUNCTION, **values}
    message = _refusal(given, secret)

    assert message.splitlines()[1:] == [
        (
            f"  {secret}: stored with --secret, but AWS and the state would show its value. "
            f"To fix: pulumi config set --plaintext {fix}"
        )
    ]
    assert HIDDEN not in message


@pytest.mark.parametrize(
    ("values", "secret", "message"),
    [
        (
            {"apiAccount": {**LOGIN, "id": HIDDEN}},
            "apiAccount",
            (
                "apiAccount.id: [secret] must be an account ID of exactly 12 digits. "
                "To fix: pulumi config set --path apiAccount.id 111111111111"
            ),
        ),
        (
            {"apiAccount": {**LOGIN, "roleArn": HIDDEN}},
            "apiAccount",
            (
                "apiAccount.roleArn: [secret] must be the ARN of an IAM role. "
                f"To fix: pulumi config set --path apiAccount.roleArn {ROLE}"
            ),
        ),
        (
            {"apiAccount": {**LOGIN, "externalId": [HIDDEN]}},
            "apiAccount",
            (
                "apiAccount.externalId: [secret] must be text. "
                "To fix: pulumi config set --secret --path apiAccount.externalId"
            ),
        ),
        (
            {"apiAccount": {**API, "externalId": HIDDEN}},
            "apiAccount",
            (
                "apiAccount.roleArn is required with externalId, which is sent when a role is assumed. "
                "To fix: pulumi config set --path apiAccount.roleArn"
            ),
        ),
        (
            {"apiAccount": {**LOGIN, "externalID": HIDDEN}},
            "apiAccount",
            (
                "apiAccount.externalID: unknown key, with value [secret]; did you mean apiAccount.externalId? "
                "To fix: pulumi config rm --path apiAccount.externalID && "
                "pulumi config set --secret --path apiAccount.externalId"
            ),
        ),
        (
            {"apiAccount": {**LOGIN, "roleArn": ROLE.replace("111111111111", "333333333333")}},
            "apiAccount",
            "apiAccount.roleArn: [secret] cannot be used. To fix: pulumi config set --path apiAccount.roleArn",
        ),
        (
            {"functionAccount": {**FUNCTION, "region": "cn-north-1"}},
            "functionAccount",
            "functionAccount.region: [secret] cannot be used. To fix: pulumi config set --path functionAccount.region",
        ),
        (
            {"functionAccount": {**FUNCTION, "region": "cn-north-1"}},
            "apiAccount",
            "functionAccount.region: [secret] cannot be used. To fix: pulumi config set --path functionAccount.region",
        ),
        (
            {"functionAccount": API},
            "apiAccount",
            (
                "functionAccount.id: [secret] is also the API's account; this program connects two accounts. "
                "To fix: pulumi config set --path functionAccount.id"
            ),
        ),
        (
            {"stagName": HIDDEN},
            "stagName",
            (
                "stagName: unknown key, with value [secret]; did you mean stageName? "
                "To fix: pulumi config rm --path stagName && pulumi config set --path stageName"
            ),
        ),
        (
            {"runtime": HIDDEN},
            "runtime",
            (
                "runtime: [secret] must be nodejs, python, or the full identifier of one of their runtimes, "
                "such as python3.13. To fix: pulumi config set --path runtime python"
            ),
        ),
        (
            {"runtime": f"python-{HIDDEN}"},
            "runtime",
            "runtime: [secret] cannot be used. To fix: pulumi config set --path runtime",
        ),
        (
            {"backendUrl": f"https://{HIDDEN}/petstore"},
            "backendUrl",
            (
                "backendUrl: [secret] already ends in /petstore, which the document adds. "
                "To fix: pulumi config set --path backendUrl"
            ),
        ),
        (
            {"endpointType": HIDDEN},
            "endpointType",
            (
                "endpointType: [secret] is not one of 'REGIONAL', 'EDGE'. "
                "To fix: pulumi config set --path endpointType REGIONAL"
            ),
        ),
    ],
)
def test_no_message_shows_the_value_of_a_secret(values: dict[str, Any], secret: str, message: str) -> None:
    given = {"apiAccount": API, "functionAccount": FUNCTION, **values}

    assert _refusal(given, secret).splitlines()[1:] == [f"  {message}"]


def _refusal(values: dict[str, Any], secret: str) -> str:
    return refusal(values, api=values["apiAccount"], function=values["functionAccount"], secrets=[secret])
