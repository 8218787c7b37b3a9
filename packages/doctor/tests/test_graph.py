"""`cross-account-doctor graph`: a live deployment as SVG, the same as the sandbox's own diagram."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from aws_rules.diagram.svg import render
from cross_account_doctor.calls import Reader
from cross_account_doctor.cli import main
from cross_account_doctor.errors import NotAllowedError
from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.page.diagram import diagram_of
from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.deployments import Deployment
from doctor_testing.faults import http, with_authorizer, with_role
from doctor_testing.http_deployments import HttpDeployment
from sandbox_testing.repository import EXAMPLE_NAMES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from sandbox_testing.server import SandboxUnderTest

WHO = ("--api-profile", "a", "--function-profile", "b")


@pytest.fixture
def graph(profiles: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run `cross-account-doctor graph …`; returns its output."""
    assert profiles.exists()

    def run(*arguments: str) -> str:
        code = main(["graph", *arguments])
        captured = capsys.readouterr()
        assert code == 0, captured.err
        return captured.out

    return run


def _which(deployment: Deployment) -> tuple[str, ...]:
    return ("--api-id", deployment.api_id, "--stage", deployment.stage)


def _shown(svg: str) -> str:
    (said,) = re.findall(r"<desc[^>]*>(.*?)</desc>", svg)
    return str(said)


def _by_the_sandbox(deployment: Deployment) -> str:
    drawn = diagram_of(deployment.sandbox.world, deployment.api_id, deployment.stage)
    assert drawn is not None
    return render(drawn)


def test_every_arrow_of_a_healthy_deployment_names_its_statement(
    deployment: Deployment, graph: Callable[..., str]
) -> None:
    svg = graph(*_which(deployment), *WHO)
    policy = json.loads(deployment.functions.get_policy(FunctionName="hello", Qualifier="live")["Policy"])
    statements = [item["Sid"] for item in policy["Statement"]]
    assert statements
    for sid in statements:
        assert sid in svg
    assert "denied" not in svg.partition("</style>")[2]
    assert svg == _by_the_sandbox(deployment)


def test_denied_calls_are_drawn_as_denied_with_the_reason(deployment: Deployment, graph: Callable[..., str]) -> None:
    deployment.forget_permissions()
    svg = graph(*_which(deployment), *WHO)
    assert "denied: no statement of the resource policy allows it" in _shown(svg)
    assert svg == _by_the_sandbox(deployment)


@pytest.mark.parametrize("kind", [Deployment, HttpDeployment])
def test_roles_and_authorizers_are_drawn_alike(
    kind: type[Deployment], sandbox: SandboxUnderTest, graph: Callable[..., str]
) -> None:
    made = kind(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    if isinstance(made, HttpDeployment):
        made.make()
        http.with_authorizer(made)
    else:
        with_role(made)
        made.make()
        with_authorizer(made)
    svg = graph(*_which(made), *WHO)
    assert ("trust policy" in svg) == (kind is Deployment)
    assert "authorizer " in _shown(svg)
    assert svg == _by_the_sandbox(made)


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_every_example_is_drawn_as_the_sandbox_draws_it(
    name: str, sandbox: SandboxUnderTest, graph: Callable[..., str], profile_of: Callable[[str], str]
) -> None:
    deploy(sandbox.world, read_projects([ROOT / "examples" / name], "sandbox", []))
    held = {store.account for store in sandbox.world.functions.all() if store.functions}
    held |= {view.account for view in sandbox.world.vpc_endpoints.all()}
    others = [word for account in sorted(held) for word in ("--function-profile", profile_of(account))]
    stages = list(_stages(sandbox))
    assert stages
    for account, region, api, stage in stages:
        which = ("--api-id", api, "--stage", stage, "--region", region)
        drawn = diagram_of(sandbox.world, api, stage)
        assert drawn is not None
        assert drawn.arrows
        assert graph(*which, "--api-profile", profile_of(account), *others) == render(drawn)


def _stages(sandbox: SandboxUnderTest) -> Iterator[tuple[str, str, str, str]]:
    for rest in sandbox.world.apigateway.all():
        yield from (
            (rest.account, rest.region, key, name) for key, api in rest.rest_apis.items() for name in api.stages
        )
    for of_http in sandbox.world.http_apis.all():
        for key, api in of_http.apis.items():
            yield from ((of_http.account, of_http.region, key, name) for name in api.stages)


def test_unreadable_parts_are_drawn_as_not_checked(
    deployment: Deployment, graph: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Reader.ask

    def denied(self: Reader, service: str, region: str, asked: str, **params: Any) -> dict[str, Any]:
        if asked == "get_policy":
            raise NotAllowedError("lambda:GetPolicy", self.account, "not authorized")
        return ask(self, service, region, asked, **params)

    monkeypatch.setattr(Reader, "ask", denied)
    said = _shown(graph(*_which(deployment), *WHO))
    assert f"not checked: lambda:GetPolicy is not allowed in account {FUNCTION_ACCOUNT}" in said


def test_the_svg_is_written_to_a_file(deployment: Deployment, graph: Callable[..., str], tmp_path: Path) -> None:
    picture = tmp_path / "accounts.svg"
    assert not graph(*_which(deployment), *WHO, "--output", str(picture))
    assert picture.read_text() == graph(*_which(deployment), *WHO)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--stage", "dev"), "--api-id is missing"),
        (("--api-id", "a1b2c3d4e5", "--stage", "dev"), "a1b2c3d4e5"),
        (("--outputs", "/nowhere/outputs.json"), "cannot read --outputs /nowhere/outputs.json"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    arguments: tuple[str, ...], said: str, profiles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert profiles.exists()
    assert main(["graph", *arguments, *WHO]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_file_that_cannot_be_written_is_named(
    deployment: Deployment, profiles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert profiles.exists()
    assert main(["graph", *_which(deployment), *WHO, "--output", "/nowhere/accounts.svg"]) == 2
    assert capsys.readouterr().err.startswith("doctor: cannot write --output /nowhere/accounts.svg")
