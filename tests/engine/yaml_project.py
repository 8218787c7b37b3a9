"""A stack of a YAML project, run by the real CLI with its language host and the package's executable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pulumi import automation

from tests.engine.automation_stack import AutomationStack, StateFile
from tests.engine.changes import Changes
from tests.engine.cli import ROOT, command

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi.automation.events import EngineEvent

    from tests.engine.stacks import Engine

_HOST = "pulumi-language-yaml"
_BUILT = ROOT / ".cache" / "bin"
#: The package's executable, as pip installs it.
PACKAGE = Path(sys.executable).parent / "pulumi-resource-cross-account-api"


def find_yaml_host() -> Path | None:
    """The folder of the language host; None if it is missing."""
    on_path = shutil.which(_HOST)
    return Path(on_path).parent if on_path else _BUILT if (_BUILT / _HOST).exists() else None


class YamlProject:
    """A project that `pulumi new` created from a template. `package` is the package's executable."""

    def __init__(
        self, engine: Engine, folder: Path, *, template: Path, package: Path, name: str, settings: dict[str, str]
    ) -> None:
        self.folder = folder
        path = os.pathsep.join([str(package.parent), engine.environment["PATH"], str(find_yaml_host())])
        self.environment = {**engine.environment, "PATH": path}
        given = [word for key, value in settings.items() for word in ("--config", f"{name}:{key}={value}")]
        given += ["--secrets-provider", engine.vault.provider] if engine.vault else []
        self.run(engine.cli, "new", str(template), "--name", name, "--description", "A shop", "--stack", "dev", *given)
        self._state = StateFile(engine.state, project=name, stack="dev")
        workspace = automation.LocalWorkspace(
            work_dir=str(folder), env_vars=self.environment, pulumi_command=command(engine.cli)
        )
        self._stack = AutomationStack("dev", workspace)

    def run(self, program: Path, *words: str) -> None:
        """Run a command of the CLI in the project."""
        folder = self.folder
        folder.mkdir(exist_ok=True)
        subprocess.run(
            [program, *words, "--yes"],
            cwd=folder,
            env={**os.environ, **self.environment},
            check=True,
            capture_output=True,
        )

    def preview(self) -> Changes:
        """The changes that `up` would make."""
        return self._operate(self._stack.preview)

    def up(self) -> Changes:
        """Deploy."""
        return self._operate(self._stack.up)

    def destroy(self) -> Changes:
        """Delete all resources of the stack."""
        return self._operate(self._stack.destroy)

    def change(self, **properties: Any) -> None:
        """Change properties of the program's resource `api`."""
        file = self.folder / "Pulumi.yaml"
        program = yaml.safe_load(file.read_text("utf-8"))
        program["resources"]["api"]["properties"].update(properties)
        file.write_text(yaml.safe_dump(program), "utf-8")

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return self._state.outputs

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources of the stack's state."""
        return self._state.resources

    def _operate(self, operation: Callable[..., object]) -> Changes:
        events: list[EngineEvent] = []
        operation(on_event=events.append)
        return Changes.of(events)


def problem(printed: str, resource: str) -> str:
    """The CLI's error message for a resource, without colors and indentation."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    said = plain.rpartition(f"resource '{resource}' has a problem: ")[2]
    return "\n".join(line.removeprefix("    ") for line in said.partition("\n\n")[0].splitlines())
