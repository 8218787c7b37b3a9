"""The printed commands on AWS: they are complete and use the caller's profile for the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aws_rules.arns import FunctionArn
from cross_account_doctor.accounts import Accounts, Login
from cross_account_doctor.calls import Calls, Reader
from cross_account_doctor.rest_commands import RestCommands
from cross_account_doctor.target import Target

if TYPE_CHECKING:
    from pathlib import Path

API, FUNCTION, OTHER = "111111111111", "222222222222", "333333333333"
ACCOUNTS = {"api": API, "owner": FUNCTION, "owner-too": FUNCTION}


@pytest.fixture
def aws_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An AWS configuration without a sandbox; its profiles log in to the accounts above."""
    profile = "[profile {}]\naws_access_key_id = AKIA\naws_secret_access_key = s\n"
    (tmp_path / "config").write_text("".join(profile.format(name) for name in ACCOUNTS))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)

    def identify(reader: Reader, region: str) -> None:
        reader.account = ACCOUNTS[str(reader.session.profile_name)]
        reader.endpoint_url = f"https://sts.{region}.amazonaws.com"

    monkeypatch.setattr(Reader, "identify", identify)


def commands(*function_profiles: str) -> RestCommands:
    login = Login(api_profile="api", function_profiles=function_profiles)
    target = Target(api_id="a1b2c3d4e5", stage="dev")
    return RestCommands(target, "eu-west-1", Accounts(login, Calls(), "eu-west-1"))


@pytest.mark.usefixtures("aws_profiles")
@pytest.mark.parametrize(
    ("given", "account", "flags"),
    [
        (["owner"], API, "--region eu-west-1 --profile api"),
        (["owner"], FUNCTION, "--region eu-west-1 --profile owner"),
        (["owner-too", "owner"], FUNCTION, "--region eu-west-1 --profile owner-too"),
        (["owner"], OTHER, "--region eu-west-1"),
    ],
)
def test_a_command_carries_the_profile_named_for_its_account(given: list[str], account: str, flags: str) -> None:
    name_role = commands(*given).iam(account, "get-role", "--role-name", "gateway")
    assert name_role == f"aws iam get-role --role-name gateway {flags}"
    arn = FunctionArn(partition="aws", region="us-east-1", account=account, name="hello", qualifier="live")
    remove = commands(*given).remove_permission(arn, "sid")
    assert remove.endswith(f" --statement-id sid {flags.replace('eu-west-1', 'us-east-1')}")
