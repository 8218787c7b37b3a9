"""The templates of `pulumi new`: they install from a release, and the new project passes its own tests."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.templates.rendering import RELEASES, TEMPLATES, rendered, requirements
from tests.wheels import build_wheels, environment_of

_TEMPLATES = pytest.mark.parametrize("template", ["python", "yaml"])


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the template's requirements, from wheels of this repository."""
    wheels = tmp_path_factory.mktemp("wheels")
    folders = ["packages/aws-rules", "components", "packages/sandbox"]
    build_wheels(folders, sources=tmp_path_factory.mktemp("sources"), into=wheels)
    return environment_of(tmp_path_factory.mktemp("venv"), *requirements(TEMPLATES / "python", wheels))


# This builds three wheels and starts a sandbox for each name.
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["my-shop", "Shop_2.backend"])
def test_a_python_project_of_any_name_passes_the_tests_that_it_comes_with(
    name: str, installed: Path, tmp_path: Path
) -> None:
    rendered(TEMPLATES / "python", tmp_path, name=name, description="A shop: pets & more")

    tested = subprocess.run(
        [installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "3 passed" in tested.stdout


@_TEMPLATES
def test_a_template_installs_this_projects_packages_from_the_release_address(template: str) -> None:
    for file in (TEMPLATES / template).glob("requirements*.txt"):
        for line in file.read_text("utf-8").splitlines():
            assert not re.search(r"cross[-_]account", line) or line.startswith("#") or f" @ {RELEASES}/" in line, line


@_TEMPLATES
def test_a_template_asks_for_the_settings_that_its_program_needs(template: str) -> None:
    asked = yaml.safe_load((TEMPLATES / template / "Pulumi.yaml").read_text("utf-8"))["template"]["config"]
    needed = {name for name, each in asked.items() if "default" not in each}
    assert needed == {"apiAccountId", "functionAccountId"}
    assert all(each["description"] for each in asked.values())


def test_no_yaml_file_has_a_variable_before_the_end_of_a_line() -> None:
    """The CLI (3.200) adds a line break after each variable, which would break `my-project:key`."""
    for file in TEMPLATES.rglob("*.yaml"):
        assert not re.search(r"\$\{(PROJECT|DESCRIPTION)\}.+", file.read_text("utf-8")), file
