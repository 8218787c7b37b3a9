"""Routes that are added and removed, and a component that moves."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cross_account_sandbox.server import RunningSandbox
from tests.engine.cli import ROOT
from tests.engine.stacks import Engine, Stack
from tests.engine.traffic import Traffic

_PROGRAM = Path(__file__).parent / "programs" / "routes"


@pytest.fixture
def deployed(engine: Engine, sandbox: RunningSandbox) -> Iterator[Stack]:
    """An API with only the route GET /kept."""
    stack = engine.stack(endpoint=sandbox.endpoint, project=_PROGRAM)
    stack.settings["code"] = str(ROOT / "lambda_src" / "python")
    stack.up()
    yield stack
    stack.destroy()


def _url(stack: Stack, sandbox: RunningSandbox, path: str) -> str:
    outputs = stack.outputs
    return f"{sandbox.endpoint}/_aws/execute-api/{outputs['apiId']}/{outputs['stageName']}{path}"


def test_a_route_is_live_after_one_up_and_gone_after_the_next(deployed: Stack, sandbox: RunningSandbox) -> None:
    with Traffic(_url(deployed, sandbox, "/kept")) as traffic:
        deployed.settings["paths"] = ["/kept", "/added"]
        added = deployed.up()
        with urllib.request.urlopen(_url(deployed, sandbox, "/added")) as answer:
            status = answer.status
        deployed.settings["paths"] = ["/kept"]
        removed = deployed.up()

    served = {"RestApi pets": "update", "Deployment pets-deployment": "replace", "Stage pets-stage": "update"}
    assert added.touched == {**served, "Permission pets-echo-GET/added": "create"}
    assert removed.touched == {**served, "Permission pets-echo-GET/added": "delete"}
    assert status == 200
    assert set(traffic.answers) == {200}, traffic.refused
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(_url(deployed, sandbox, "/added"))
    with refused.value as answer:
        assert answer.code == 403
        assert answer.read() == b'{"message":"Missing Authentication Token"}'


def test_a_renamed_component_keeps_its_resources_by_an_alias(deployed: Stack, sandbox: RunningSandbox) -> None:
    api = deployed.outputs["apiId"]
    with Traffic(_url(deployed, sandbox, "/kept")) as traffic:
        deployed.settings["name"] = "animals"
        changes = deployed.up()

    assert not {"replace", "delete", "create"} & set(changes.touched.values()), changes.touched
    assert deployed.outputs["apiId"] == api
    assert set(traffic.answers) == {200}, traffic.refused


def test_a_component_moved_under_a_parent_keeps_its_resources_by_an_alias(deployed: Stack) -> None:
    deployed.settings["team"] = "veterinarians"

    assert deployed.up().touched == {}
