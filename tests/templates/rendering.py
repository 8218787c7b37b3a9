"""A project that `pulumi new` creates from a template, with this repository's wheels instead of a release's."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.wheels import ROOT

TEMPLATES = ROOT / "templates"
#: The address of releases in the templates.
RELEASES = (TEMPLATES / "RELEASES").read_text("utf-8").strip()


def rendered(template: Path, project: Path, *, name: str, description: str) -> None:
    """Copy a template like the CLI: replace the two variables in every file, and remove `template` from Pulumi.yaml."""
    for source in sorted(template.rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts:
            target = project / source.relative_to(template)
            target.parent.mkdir(parents=True, exist_ok=True)
            # In YAML files, both are written as YAML values, including the line break at the end.
            words = [yaml.safe_dump([word])[2:] if source.suffix == ".yaml" else word for word in (name, description)]
            text = source.read_text("utf-8")
            target.write_text(text.replace("${PROJECT}", words[0]).replace("${DESCRIPTION}", words[1]), "utf-8")
    settings = yaml.safe_load((project / "Pulumi.yaml").read_text("utf-8"))
    del settings["template"]
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(settings), "utf-8")


def requirements(project: Path, wheels: Path) -> list[str]:
    """A project's requirements, with the wheels of this repository instead of a release's."""
    lines = [
        line for file in sorted(project.glob("requirements*.txt")) for line in file.read_text("utf-8").splitlines()
    ]
    ours = [line.replace(RELEASES, wheels.as_uri()) for line in lines if line.startswith("cross-account-")]
    # The distributions that these name by URL, which --no-deps skips.
    return [*ours, str(next(wheels.glob("cross_account_aws_rules-*.whl")))]
