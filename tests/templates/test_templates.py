"""The templates of `pulumi new`: installable from a release by anybody, and a project that passes its own tests."""

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
    """The Python of an environment with what the template names, from wheels of this repository."""
    wheels = tmp_path_factory.mktemp("wheels")
    folders = ["packages/aws-rules", "components", "packages/sandbox"]
    build_wheels(folders, sources=tmp_path_factory.mktemp("sources"), into=wheels)
    return environment_of(tmp_path_factory.mktemp("venv"), *requirements(TEMPLATES / "python", wheels))


# Builds three wheels, and starts a sandbox for each name.
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
def test_what_a_template_installs_of_ours_comes_from_the_one_release_address(template: str) -> None:
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
    """The CLI puts a line break after each (3.200), which `my-project:key` would not survive."""
    for file in TEMPLATES.rglob("*.yaml"):
        assert not re.search(r"\$\{(PROJECT|DESCRIPTION)\}.+", file.read_text("utf-8")), file
