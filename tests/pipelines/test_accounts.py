"""The roles that a pipeline assumes, read from a stack's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.projects import ROOT
from tools.pipelines import accounts


def _settings(folder: Path, **changes: Any) -> Path:
    api = {"id": "111111111111", "region": "eu-west-1", "profile": "a"}
    function = {"id": "222222222222", "region": "us-gov-west-1", "profile": "b"}
    for key, value in changes.items():
        account, _, field = key.partition("_")
        target = api if account == "api" else function
        target.update({field: value}) if value is not None else target.pop(field)
    config = {"cross-account-api:apiAccount": api, "cross-account-api:functionAccount": function}
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": config}))
    return folder


def test_each_account_has_its_role_region_and_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert accounts.main(["prod", "deploy"], root=_settings(tmp_path)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "api-role=arn:aws:iam::111111111111:role/github/cross-account-api-deploy-prod",
        "api-region=eu-west-1",
        "api-profile=a",
        "function-role=arn:aws-us-gov:iam::222222222222:role/github/cross-account-api-deploy-prod",
        "function-region=us-gov-west-1",
        "function-profile=b",
    ]


def test_every_stack_has_the_same_preview_role(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accounts.main(["prod", "preview"], root=_settings(tmp_path))

    assert "api-role=arn:aws:iam::111111111111:role/github/cross-account-api-preview\n" in capsys.readouterr().out


def test_the_repositorys_prod_stack_can_be_deployed_by_the_pipeline(capsys: pytest.CaptureFixture[str]) -> None:
    assert accounts.main(["prod", "deploy"], root=ROOT) == 0
    assert "function-profile=function-account" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"api_profile": None}, "apiAccount.profile is required"),
        ({"function_profile": None}, "pulumi config set --path functionAccount.profile function-account"),
        ({"function_profile": "a"}, "both accounts have the profile a"),
        ({"api_roleArn": "arn:aws:iam::111111111111:role/deployer"}, "pulumi config rm --path apiAccount.roleArn"),
        ({"api_id": "1111"}, "apiAccount.id '1111' is not an account ID"),
        ({"api_id": 111111111111}, "apiAccount.id 111111111111 is not an account ID: 12 digits, as text"),
        ({"function_region": "europe"}, "functionAccount.region 'europe' is not the name of a Region"),
    ],
)
def test_a_stack_that_cannot_log_in_is_refused(
    changes: dict[str, Any], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accounts.main(["prod", "preview"], root=_settings(tmp_path, **changes)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


@pytest.mark.parametrize("arguments", [[], ["prod"], ["prod", "admin"], ["prod", "preview", "x"]])
def test_bad_arguments_are_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert accounts.main(arguments) == 2
    assert "STACK preview|deploy" in capsys.readouterr().err


def test_a_stack_without_settings_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert accounts.main(["nope", "preview"], root=tmp_path) == 2
    assert "Pulumi.nope.yaml does not exist" in capsys.readouterr().err
