"""Each distribution builds a wheel that works in its own environment and declares its requirements."""

from __future__ import annotations

import ast
import email
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.wheels import ROOT, build_wheels, environment_of

#: Each distribution's folder, package, and command.
DISTRIBUTIONS = {
    "packages/aws-rules": ("aws_rules", None),
    "components": ("cross_account_api", None),  # its command is started by Pulumi: tests/engine/test_yaml.py
    "packages/sandbox": ("cross_account_sandbox", "cross-account-sandbox"),
    "packages/doctor": ("cross_account_doctor", "cross-account-doctor"),
}
OURS = {package for package, _ in DISTRIBUTIONS.values()}
folders = pytest.mark.parametrize("folder", DISTRIBUTIONS)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all four wheels, which name aws-rules by its URL there."""
    folder = tmp_path_factory.mktemp("wheels")
    build_wheels(DISTRIBUTIONS, sources=tmp_path_factory.mktemp("sources"), into=folder)
    return folder


def _wheel(wheels: Path, folder: str) -> Path:
    name = _project(folder)["name"].replace("-", "_")
    return next(wheels.glob(f"{name}-*.whl"))


def _project(folder: str) -> dict[str, str]:
    project: dict[str, str] = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
    return project


def _requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])


@folders
def test_a_wheel_works_in_its_own_environment(wheels: Path, folder: str, tmp_path: Path) -> None:
    package, command = DISTRIBUTIONS[folder]
    venv = tmp_path / "venv"
    python = environment_of(
        venv, *dict.fromkeys([str(_wheel(wheels, each)) for each in ("packages/aws-rules", folder)])
    )

    asked = f"import {package}; print({package}.__file__)"
    where = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert where.stdout.startswith(str(venv))
    if command is not None:
        helped = subprocess.run(
            [venv / "bin" / command, "--help"], check=False, capture_output=True, text=True, cwd=tmp_path
        )
        assert helped.returncode == 0, helped.stderr
        assert command in helped.stdout


@folders
def test_a_wheel_has_every_file_that_its_packages_read(wheels: Path, folder: str) -> None:
    package, _ = DISTRIBUTIONS[folder]
    tracked = subprocess.run(
        ["git", "ls-files", package], check=True, capture_output=True, text=True, cwd=ROOT / folder
    )
    with zipfile.ZipFile(_wheel(wheels, folder)) as archive:
        packed = set(archive.namelist())
    assert {name for name in tracked.stdout.split() if not name.endswith((".py", ".md"))} <= packed


@folders
def test_a_distribution_names_aws_rules_by_address_and_never_by_a_bare_name(wheels: Path, folder: str) -> None:
    ours = [line for line in _requirements(_wheel(wheels, folder)) if line.startswith("cross-account")]
    rules = _wheel(wheels, "packages/aws-rules")
    assert ours == ([] if folder == "packages/aws-rules" else [f"cross-account-aws-rules @ {rules.as_uri()}"])


@folders
def test_every_library_that_a_distribution_imports_is_among_its_dependencies(wheels: Path, folder: str) -> None:
    package, _ = DISTRIBUTIONS[folder]
    named = {_normal(re.split(r"[\s\[<>=;@]", line)[0]) for line in _requirements(_wheel(wheels, folder))}
    #: Parts of declared packages: boto3 includes botocore, aiohttp yarl and multidict, grpcio and pulumi protobuf.
    brought = {"botocore", "multidict", "yarl", "protobuf", "referencing", "pydantic-core", "werkzeug", "click"}
    providers = packages_distributions()
    missing = {
        module
        for module in _imported(ROOT / folder / package) - OURS - set(sys.stdlib_module_names)
        if not {_normal(name) for name in providers.get(module, [module])} & (named | brought)
    }
    assert missing == set()


def _imported(package: Path) -> set[str]:
    names = set()
    for file in package.rglob("*.py"):
        if "node_modules" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@folders
def test_the_python_in_a_readme_runs(folder: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / folder / "README.md").read_text(), re.DOTALL)
    assert blocks or folder != "packages/aws-rules"
    for block in blocks:
        subprocess.run([sys.executable, "-c", block], check=True, capture_output=True)
