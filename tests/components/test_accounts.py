"""The explicit providers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from cross_account_api.accounts import SANDBOX_SERVICES, account_provider
from cross_account_api.config import AccountSettings
from cross_account_api.errors import ArgumentError
from cross_account_api.testing import Recording, Resource, record


def registered(endpoint: str | None = None, region: str = "eu-west-1", **settings: Any) -> Resource:
    """Register the provider of an account."""

    def program() -> None:
        account_provider("there", AccountSettings(id="123456789012", region=region, **settings), endpoint=endpoint)

    return record(program).one("pulumi:providers:aws")


def provider(endpoint: str | None = None, region: str = "eu-west-1", **settings: Any) -> dict[str, Any]:
    """The provider's inputs."""
    return registered(endpoint, region, **settings).inputs


def test_on_aws_it_has_region_account_and_profile_and_nothing_of_a_sandbox() -> None:
    inputs = provider(profile="there")

    assert {key: inputs[key] for key in ("region", "profile", "allowedAccountIds")} == {
        "region": "eu-west-1",
        "profile": "there",
        "allowedAccountIds": '["123456789012"]',
    }
    assert not {"endpoints", "accessKey", "maxRetries", "assumeRoles", "skipRequestingAccountId"} & set(inputs)


def test_a_role_is_assumed_with_its_external_id() -> None:
    inputs = provider(role_arn="arn:aws:iam::123456789012:role/deployer", external_id="secret")

    assert json.loads(inputs["assumeRoles"]) == [
        {
            "roleArn": "arn:aws:iam::123456789012:role/deployer",
            "externalId": "secret",
            "sessionName": "pulumi",
        }
    ]


def test_an_external_id_is_a_secret_of_the_provider() -> None:
    role = "arn:aws:iam::123456789012:role/deployer"

    assert registered(role_arn=role, external_id="hush").secrets == {"assumeRoles"}
    assert registered(role_arn=role).secrets == frozenset()


@dataclass(frozen=True, kw_only=True)
class Described:
    """An account as a user's own class can describe it."""

    id: str = "123456789012"
    region: str = "eu-west-1"
    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:4566"])
@pytest.mark.parametrize(
    ("account", "message"),
    [
        (Described(external_id="x"), "external_id is sent only when a role is assumed: give role_arn as well"),
        (Described(role_arn="deployer"), "role_arn 'deployer' is not the ARN of an IAM role"),
        (
            Described(role_arn="arn:aws:iam::222222222222:role/teams/deployer"),
            "account 123456789012: use a role such as arn:aws:iam::123456789012:role/teams/deployer",
        ),
        (
            Described(region="cn-north-1", role_arn="arn:aws:iam::123456789012:role/deployer"),
            "in aws-cn: use a role such as arn:aws-cn:iam::123456789012:role/deployer",
        ),
    ],
)
def test_a_login_that_cannot_reach_the_account_is_refused(
    account: Described, message: str, endpoint: str | None
) -> None:
    made: list[Recording] = []

    with pytest.raises(ArgumentError, match=re.escape(message)):
        record(lambda: {"account": str(account_provider("there", account, endpoint=endpoint))}, keep=made)
    assert made[0].resources == []


def test_in_a_sandbox_every_service_has_its_address_and_the_account_is_still_looked_up() -> None:
    inputs = provider("http://127.0.0.1:4566")

    endpoints = json.loads(inputs["endpoints"])[0]
    assert set(endpoints.values()) == {"http://127.0.0.1:4566"}
    assert len(endpoints) == len(SANDBOX_SERVICES)
    assert {"lambda", "apigateway", "sts", "iam", "logs"} <= set(endpoints)
    assert (inputs["skipCredentialsValidation"], inputs["skipMetadataApiCheck"]) == ("true", "true")
    assert inputs["skipRequestingAccountId"] == "false"
    assert inputs["maxRetries"] == "2"
    assert inputs["allowedAccountIds"] == '["123456789012"]'


@pytest.mark.parametrize(("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn")])
def test_in_a_sandbox_any_account_is_reached_through_its_operators_role(region: str, partition: str) -> None:
    inputs = provider("http://127.0.0.1:4566", region)

    assert json.loads(inputs["assumeRoles"])[0]["roleArn"] == (
        f"arn:{partition}:iam::123456789012:role/sandbox-operator"
    )


def test_in_a_sandbox_a_configured_role_is_kept() -> None:
    inputs = provider("http://127.0.0.1:4566", role_arn="arn:aws:iam::123456789012:role/deployer")

    assert json.loads(inputs["assumeRoles"])[0]["roleArn"].endswith(":role/deployer")


def test_a_second_region_of_an_account_counts_as_a_separate_account() -> None:
    made = []

    def program() -> None:
        made.append(account_provider("far", AccountSettings(id="123456789012", region="eu-west-1"), region="us-east-1"))

    assert record(program).one("pulumi:providers:aws").inputs["region"] == "us-east-1"
    assert str(made[0]) == "123456789012 (us-east-1)"
