"""tools/deployer_policies.py: the page's policies with a stack's own IDs, or one error message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tools import deployer_policies

if TYPE_CHECKING:
    from pathlib import Path

API = {"id": "444444444444", "region": "ap-southeast-2"}
FUNCTION = {"id": "555555555555", "region": "us-west-2"}


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command in a checkout with these settings; returns exit code, output and message."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/deployer-policies.md").write_text(
        (deployer_policies.ROOT / "docs/deployer-policies.md").read_text()
    )
    monkeypatch.setattr(deployer_policies, "ROOT", tmp_path)

    def run(*arguments: str, api: Any = API, function: Any = FUNCTION, **more: str) -> tuple[int, str, str]:
        blocks = {"apiAccount": api, "functionAccount": function, **more}
        config = {f"cross-account-api:{key}": value for key, value in blocks.items() if value is not None}
        (tmp_path / "Pulumi.own.yaml").write_text(yaml.safe_dump({"config": config}))
        code = deployer_policies.main(["--stack", "own", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_every_policy_has_the_stacks_accounts_and_regions_and_no_others(printed: Any) -> None:
    code, out, _ = printed()
    assert code == 0
    policies = json.loads(out)
    assert list(policies) == ["function-boundary", "api-boundary", "function", "api", "api-roles"]
    for example in (deployer_policies.API, deployer_policies.FUNCTION, deployer_policies.REGION):
        assert example not in out
    invoke = policies["api-boundary"]["Statement"][0]["Resource"]
    assert invoke == "arn:aws:lambda:us-west-2:555555555555:function:cross-account-api-*"
    assert policies["api"]["Statement"][0]["Resource"][0] == "arn:aws:apigateway:ap-southeast-2::/restapis"


def test_accounts_that_are_those_of_the_page_the_other_way_round(printed: Any) -> None:
    swapped = {"api": FUNCTION | {"id": deployer_policies.FUNCTION}, "function": API | {"id": deployer_policies.API}}
    _, out, _ = printed("function", **swapped)
    (admits,) = [each for each in json.loads(out)["Statement"] if each["Sid"] == "AdmitApiGateway"]
    assert admits["Resource"] == "arn:aws:lambda:ap-southeast-2:111111111111:function:cross-account-api-*"
    assert "arn:aws:iam::222222222222:role/cross-account-api-*" in admits["Condition"]["StringLike"]["lambda:Principal"]


def test_one_policy_alone_and_the_name_of_the_function_beside_the_automatic_ones(printed: Any) -> None:
    _, out, _ = printed("function", functionName="orders")
    (function,) = [each for each in json.loads(out)["Statement"] if each["Sid"] == "Function"]
    prefix = "arn:aws:lambda:us-west-2:555555555555:function:"
    assert function["Resource"] == [f"{prefix}cross-account-api-*", f"{prefix}orders"]


def test_in_another_partition_its_arns(printed: Any) -> None:
    china = {"region": "cn-north-1"}
    _, out, _ = printed(api=API | china, function=FUNCTION | china)
    assert "arn:aws:" not in out
    assert "arn:aws-cn:iam::555555555555:role/cross-account-api-*" in out


@pytest.mark.parametrize(
    ("arguments", "sids"),
    [
        ((), {"BoundedRoles", "OnlyWithTheBoundary", "TheBoundaryStays", "ChangeRoles"}),
        (("--roles", "unbounded"), {"Roles", "ChangeRoles"}),
        (("--roles", "existing"), set()),
    ],
)
def test_the_three_ways_differ_in_the_roles(printed: Any, arguments: tuple[str, ...], sids: set[str]) -> None:
    _, out, _ = printed(*arguments)
    of_roles = {"BoundedRoles", "OnlyWithTheBoundary", "TheBoundaryStays", "ChangeRoles", "Roles"}
    policies = json.loads(out)
    for name in ("function", "api-roles"):
        assert {each["Sid"] for each in policies[name]["Statement"]} & of_roles == sids
    assert ("function-boundary" in policies) is (arguments == ())


@pytest.mark.parametrize(
    ("changes", "arguments", "message"),
    [
        ({"api": None}, (), "cross-account-api:apiAccount.id in Pulumi.own.yaml is ''; it must be an account ID"),
        ({"api": "444444444444"}, (), "cross-account-api:apiAccount.id in Pulumi.own.yaml is ''"),
        ({"function": FUNCTION | {"id": "55"}}, (), "functionAccount.id in Pulumi.own.yaml is '55'"),
        ({"function": FUNCTION | {"region": "moon"}}, (), "functionAccount.region in Pulumi.own.yaml: 'moon' is not"),
        ({}, ("other",), "'other' is not one of function-boundary, api-boundary, function, api, api-roles"),
        ({}, ("--stack", "gone"), "Pulumi.gone.yaml does not exist"),
    ],
)
def test_a_mistake_is_one_message(printed: Any, changes: Any, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = printed(*arguments, **changes)
    assert (code, out) == (2, "")
    assert err.startswith("deployer_policies: ")
    assert message in err
    assert err.count("\n") == 1
