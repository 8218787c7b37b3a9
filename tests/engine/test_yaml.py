"""A program in YAML, from `pulumi new` to `pulumi destroy`, with the real engine in two accounts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.automation import CommandError

import cross_account_api as caa
from cross_account_api.config import AccountSettings
from cross_account_api.testing import record
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.forks import forked
from tests.engine.cli import ROOT, require
from tests.engine.inventory import inventory
from tests.engine.stacks import Engine
from tests.engine.yaml_project import PACKAGE, YamlProject, find_yaml_host, problem

_ACCOUNTS = ("111111111111", "222222222222")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The package's executable, whose processes are forks."""
    executable = tmp_path_factory.mktemp("package") / PACKAGE.name
    executable.symlink_to(PACKAGE)
    with forked(executable, "tests.engine.forked_package"):
        yield executable


@pytest.fixture
def project(engine: Engine, sandbox: RunningSandbox, package: Path, tmp_path: Path) -> YamlProject:
    """A new project of the template, for the sandbox."""
    require(find_yaml_host(), "pulumi-language-yaml was not found: `make engine` builds it")
    settings = {"apiAccountId": _ACCOUNTS[0], "functionAccountId": _ACCOUNTS[1], "endpoint": sandbox.endpoint}
    name = tmp_path.name.replace("_", "-")  # any name works, but it must be unique in a backend
    template = ROOT / "templates" / "yaml"
    return YamlProject(engine, tmp_path / "project", template=template, package=package, name=name, settings=settings)


def _answer(sandbox: RunningSandbox, project: YamlProject, path: str) -> object:
    outputs = project.outputs
    local = f"{sandbox.endpoint}/_aws/execute-api/{outputs['apiId']}/{outputs['stageName']}"
    with urllib.request.urlopen(f"{local}{path}") as answer:
        return json.load(answer)


def _routes(*paths: str) -> list[dict[str, str]]:
    return [{"method": "GET", "path": path, "function": "hello"} for path in paths]


def test_a_yaml_program_is_deployed_changed_and_destroyed(project: YamlProject, sandbox: RunningSandbox) -> None:
    before = inventory(sandbox, _ACCOUNTS)

    planned = project.preview()
    assert set(planned.touched.values()) == {"create"}
    assert inventory(sandbox, _ACCOUNTS) == before

    assert project.up().touched == planned.touched
    assert _answer(sandbox, project, "/?name=Ada") == {"message": "Hello, Ada!"}
    providers = {
        each["urn"].rpartition("::")[2]: each["inputs"]
        for each in project.resources
        if each["type"] == "pulumi:providers:aws"
    }
    allowed = {name: json.loads(inputs["allowedAccountIds"]) for name, inputs in providers.items()}
    assert allowed == {"api-api": [_ACCOUNTS[0]], "api-function": [_ACCOUNTS[1]]}
    placed = {each["type"]: each["provider"].split("::")[3] for each in project.resources if each.get("provider")}
    assert placed["aws:apigateway/restApi:RestApi"] == "api-api"
    assert placed["aws:lambda/function:Function"] == placed["aws:lambda/permission:Permission"] == "api-function"

    assert project.up().touched == {}

    project.change(routes=_routes("/", "/pets"))
    assert project.up().touched == {
        "RestApi api": "update",
        "Deployment api-deployment": "replace",
        "Stage api-stage": "update",
        "Permission api-hello-GET/pets": "create",
    }
    assert _answer(sandbox, project, "/pets?name=Ada") == {"message": "Hello, Ada!"}

    project.change(routes=_routes("/", "/pets//"))
    with pytest.raises(CommandError) as refused:
        project.preview()
    assert problem(str(refused.value), "api") == _refusal_in_python("/pets//")
    assert "Traceback" not in str(refused.value)

    project.change(routes=_routes("/", "/pets"), account="elsewhere")
    with pytest.raises(CommandError) as refused:
        project.preview()
    assert problem(str(refused.value), "api") == (
        "CrossAccountApi 'api' cannot be created:\n  account: accounts has no 'elsewhere'; it has 'api', 'function'"
    )

    assert set(project.destroy().touched.values()) == {"delete"}
    assert inventory(sandbox, _ACCOUNTS) == before


def _refusal_in_python(path: str) -> str:
    def program() -> None:
        account, other = (
            caa.account_provider(each, AccountSettings(id=each, region="us-east-1")) for each in _ACCOUNTS
        )
        hello = caa.FunctionArgs(account=other, code=ROOT / "templates" / "yaml" / "lambda_src", runtime="python")
        routes = [caa.Route(method="GET", path=each, function="hello") for each in ("/", path)]
        caa.CrossAccountApi("api", caa.CrossAccountApiArgs(account=account, functions={"hello": hello}, routes=routes))

    with pytest.raises(caa.ArgumentError) as refused:
        record(program)
    return str(refused.value)


def test_a_new_yaml_project_passes_the_test_that_it_comes_with(project: YamlProject, cli: Path) -> None:
    environment = {**os.environ, **project.environment}
    # This one starts the package's executable as users start it.
    environment["PATH"] = os.pathsep.join([str(cli.parent), str(PACKAGE.parent), environment["PATH"]])

    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=project.folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "1 passed" in tested.stdout
