"""Each change to the program only changes the necessary resources, without failing requests.

Every change is applied and reverted: this tests both directions, and each test leaves the stack unchanged.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cross_account_sandbox.server import RunningSandbox
from tests.engine.cli import ROOT
from tests.engine.stacks import Engine, Stack
from tests.engine.traffic import Traffic

_NAME = "cross-account-api"
_API = f"RestApi {_NAME}"
_DEPLOYMENT = f"Deployment {_NAME}-deployment"
_STAGE = f"Stage {_NAME}-stage"
_FUNCTION = f"Function {_NAME}-hello"
_ALIAS = f"Alias {_NAME}-hello-alias"
#: A new document needs a new deployment; the stage is updated to it in place.
_REDEPLOYED = {_API: "update", _DEPLOYMENT: "replace", _STAGE: "update"}


def _permission(tail: str) -> str:
    return f"Permission {_NAME}-hello-{tail}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with editable function code."""
    copy = tmp_path_factory.mktemp("project") / "program"
    copy.mkdir()
    for name in ("__main__.py", "Pulumi.yaml", "Pulumi.sandbox.yaml"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "lambda_src", copy / "lambda_src")
    return copy


@pytest.fixture(scope="module")
def deployed(engine: Engine, sandbox: RunningSandbox, project: Path) -> Iterator[Stack]:
    """The deployed program. The fixture destroys it at the end, which must work after all changes."""
    stack = engine.stack(endpoint=sandbox.endpoint, project=project)
    # Python starts faster than Node.js, and is available on every machine.
    stack.settings["runtime"] = "python"
    stack.up()
    yield stack
    stack.destroy()


@contextmanager
def _asking(stack: Stack, sandbox: RunningSandbox, *, stage: str = "dev") -> Iterator[Traffic]:
    with Traffic(f"{sandbox.endpoint}/_aws/execute-api/{stack.outputs['apiId']}/{stage}/") as traffic:
        yield traffic


def _unnoticed(traffic: Traffic) -> None:
    assert sum(traffic.answers.values()) > 20
    assert set(traffic.answers) == {200}, f"{dict(traffic.answers)}: {traffic.refused}"


_SETTINGS: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"allowedSourceIps": ["127.0.0.0/8"]},
        _REDEPLOYED,
    ),
    (
        {"functionName": "renamed"},
        {_FUNCTION: "replace", _ALIAS: "replace", _permission("GET/"): "replace", **_REDEPLOYED},
    ),
    (
        {"runtime": "nodejs"},
        {_FUNCTION: "update", _ALIAS: "update"},
    ),
    (
        {"endpointType": "EDGE"},
        _REDEPLOYED,
    ),
]


@pytest.mark.parametrize(("settings", "touched"), _SETTINGS, ids=",".join)
def test_a_change_touches_exactly_these_and_no_caller_notices(
    deployed: Stack, sandbox: RunningSandbox, settings: dict[str, Any], touched: dict[str, str]
) -> None:
    before = {key: deployed.settings.get(key) for key in settings}
    with _asking(deployed, sandbox) as traffic:
        deployed.settings.update(settings)
        there = deployed.up()
        deployed.settings.update(before)
        back = deployed.up()

    assert there.touched == touched
    assert back.touched == touched
    _unnoticed(traffic)


def test_new_code_moves_the_alias_without_changing_the_api(
    deployed: Stack, sandbox: RunningSandbox, project: Path
) -> None:
    source = project / "lambda_src" / "python" / "index.py"
    code = source.read_text("utf-8")
    with _asking(deployed, sandbox) as traffic:
        source.write_text(code + "\n# Another version.\n", "utf-8")
        planned = deployed.preview()
        there = deployed.up()
        source.write_text(code, "utf-8")
        back = deployed.up()

    assert there.touched == {_FUNCTION: "update", _ALIAS: "update"}
    assert planned.touched == there.touched
    assert back.touched == there.touched
    _unnoticed(traffic)


@pytest.mark.parametrize(("scope", "tail"), [("stage", "stage"), ("api", "api")])
def test_a_wider_permission_is_created_before_the_narrow_one_is_deleted(
    deployed: Stack, sandbox: RunningSandbox, scope: str, tail: str
) -> None:
    with _asking(deployed, sandbox) as traffic:
        deployed.settings["permissionScope"] = scope
        wider = deployed.up()
        deployed.settings["permissionScope"] = "method"
        narrower = deployed.up()

    assert wider.touched == {_permission(tail): "create", _permission("GET/"): "delete"}
    assert narrower.touched == {_permission(tail): "delete", _permission("GET/"): "create"}
    _unnoticed(traffic)


def test_a_renamed_stage_is_created_before_the_old_one_is_deleted_and_requests_succeed_until_then(
    deployed: Stack, sandbox: RunningSandbox
) -> None:
    deployed.settings["stageName"] = "next"
    with _asking(deployed, sandbox) as old:
        there = deployed.up()
    with _asking(deployed, sandbox, stage="next") as traffic:
        again = deployed.up()
    deployed.settings["stageName"] = "dev"
    deployed.up()

    touched = {
        _STAGE: "replace",
        f"MethodSettings {_NAME}-stage-settings": "replace",
        f"LogGroup {_NAME}-execution-logs": "replace",
        _permission("GET/"): "replace",
    }
    assert there.touched == touched
    assert again.touched == {}
    _ordered(there.steps, ("create-replacement", _STAGE), ("delete-replaced", _STAGE))
    assert old.turns == [200, 403], old.refused
    _unnoticed(traffic)


def test_switching_the_invocation_to_a_role_and_back_fails_no_request(deployed: Stack, sandbox: RunningSandbox) -> None:
    with _asking(deployed, sandbox) as traffic:
        deployed.settings["invocation"] = "role"
        to_role = deployed.up()
        deployed.settings["invocation"] = "permission"
        to_permission = deployed.up()

    assert to_role.touched == {
        f"Role {_NAME}-invoke-role": "create",
        f"RolePolicy {_NAME}-invoke-role-policy": "create",
        _permission("role"): "create",
        _permission("GET/"): "delete",
        **_REDEPLOYED,
    }
    assert {label for label, what in to_permission.touched.items() if what == "delete"} == {
        label for label, what in to_role.touched.items() if what == "create"
    }
    _unnoticed(traffic)


def test_switching_the_alias_off_and_on_fails_no_request(deployed: Stack, sandbox: RunningSandbox) -> None:
    with _asking(deployed, sandbox) as traffic:
        deployed.settings["alias"] = False
        off = deployed.up()
        deployed.settings["alias"] = "live"
        on = deployed.up()

    assert off.touched == {_ALIAS: "delete", _permission("GET/"): "replace", **_REDEPLOYED}
    assert on.touched == {_ALIAS: "create", _permission("GET/"): "replace", **_REDEPLOYED}
    _unnoticed(traffic)


def test_the_function_moves_to_another_region_unnoticed(deployed: Stack, sandbox: RunningSandbox) -> None:
    with _asking(deployed, sandbox) as traffic:
        deployed.settings["functionAccount.region"] = "eu-west-1"
        there = deployed.up()
        deployed.settings["functionAccount.region"] = "us-east-1"
        deployed.up()

    replaced = {label for label, what in there.touched.items() if what == "replace"}
    assert replaced == {
        "aws function-account",
        _FUNCTION,
        _ALIAS,
        _DEPLOYMENT,
        _permission("GET/"),
        f"LogGroup {_NAME}-hello-logs",
        f"Role {_NAME}-hello-role",
        f"RolePolicy {_NAME}-hello-role-policy",
    }
    assert {label for label, what in there.touched.items() if what == "update"} == {_API, _STAGE}
    _unnoticed(traffic)


def _ordered(steps: list[tuple[str, str]], *wanted: tuple[str, str]) -> None:
    positions = [steps.index(step) for step in wanted]
    assert positions == sorted(positions)
