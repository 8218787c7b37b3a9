"""A stack of a real Pulumi project, deployed by the real engine to a running sandbox."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pulumi import automation

from cross_account_api.testing import run_project
from tests.engine.automation_stack import AutomationStack, StateFile
from tests.engine.changes import Changes
from tests.engine.cli import ROOT, command
from tests.engine.inline_program import InlineProgram

if TYPE_CHECKING:
    from pulumi.automation.events import EngineEvent

    from tests.engine.vault import Vault

Program = Callable[[], None]
_PASSPHRASE = "engine-tests"


class Engine:
    """A file backend for stacks, and the environment of every CLI call."""

    def __init__(self, cli: Path, folder: Path, plugin: Path, vault: Vault | None = None) -> None:
        """Without a Vault server, the stacks' secrets have a passphrase and the CLI runs as users run it."""
        self.cli = cli
        self.vault = vault
        self.folder = folder
        self.state = folder / "state"
        self.state.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "PATH": f"{plugin.parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
            "PULUMI_BACKEND_URL": self.state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        if vault:
            # A process of the CLI ends before it needs more memory, and collecting garbage costs it 0.04 s of CPU.
            self.environment |= {**vault.environment, "GOGC": "400"}

    def stack(self, *, endpoint: str, project: Path = ROOT, name: str = "sandbox", base: str = "sandbox") -> Stack:
        """A new stack of a project's folder, with the settings of `Pulumi.{base}.yaml` and this endpoint."""
        return Stack(self, project=project, name=name, base=base, endpoint=endpoint)


class Stack:
    """One stack. `settings` can change between operations; its keys are paths as for `pulumi config set --path`."""

    def __init__(self, engine: Engine, *, project: Path, name: str, base: str, endpoint: str) -> None:
        self._project = project
        self._work = engine.folder / f"{project.name}-{name}"
        self._work.mkdir(exist_ok=True)
        shutil.copy(project / "Pulumi.yaml", self._work)
        self.project_name = str(yaml.safe_load((project / "Pulumi.yaml").read_text("utf-8"))["name"])
        self.name = name
        given = yaml.safe_load((project / f"Pulumi.{base}.yaml").read_text("utf-8"))
        self._base: dict[str, Any] = given.get("config") or {}
        self.settings: dict[str, Any] = {}
        self.config: dict[str, Any] = {"pulumi:disable-default-providers": ["aws"]}
        self.endpoint = endpoint
        #: Folders of the policy packs that `preview` and `up` apply.
        self.policy_packs: list[str] = []
        self.program: Program = lambda: run_project(project)
        self.backend = engine.state
        self._state = StateFile(engine.state, project=self.project_name, stack=name)
        self._inline = InlineProgram(lambda: self.program())  # noqa: PLW0108 a test may change it
        workspace = automation.LocalWorkspace(
            work_dir=str(self._work),
            program=self._inline,
            env_vars=dict(engine.environment),
            pulumi_command=command(engine.cli),
        )
        if not self._state.path.exists():
            self._state.create()
        self._secrets = engine.vault.settings if engine.vault else {}
        self._stack = AutomationStack(name, workspace)

    def preview(self) -> Changes:
        """The changes that `up` would make."""
        return self._operate(self._stack.preview, policy_packs=self.policy_packs or None)

    def up(self, *, refresh: bool = False, keep_going: bool = False) -> Changes:
        """Deploy.

        Raises the Automation API's CommandError if a resource fails, with the engine's output as its text. With
        `keep_going`, resources that do not depend on the failed one are still created.
        """
        return self._operate(
            self._stack.up,
            suppress_progress=True,
            refresh=refresh or None,
            continue_on_error=keep_going or None,
            policy_packs=self.policy_packs or None,
        )

    def refresh(self, *, clear_pending_creates: bool = False) -> Changes:
        """Read every resource again; returns the resources that have drifted."""
        return self._operate(
            self._stack.refresh, suppress_progress=True, clear_pending_creates=clear_pending_creates or None
        )

    def destroy(self) -> Changes:
        """Delete all resources of the stack."""
        return self._operate(self._stack.destroy, suppress_progress=True)

    def store_secret(self, path: str, value: str) -> None:
        """Store a setting as `pulumi config set --secret --path` does, and keep its encrypted form in `settings`."""
        self._configure()
        self._stack.set_config(f"{self.project_name}:{path}", automation.ConfigValue(value, secret=True), path=True)
        stored: Any = yaml.safe_load(self.settings_file.read_text("utf-8"))["config"]
        key, *steps = path.split(".")
        stored = stored[f"{self.project_name}:{key}"]
        for step in steps:
            stored = stored[step]
        self.settings[path] = stored

    def cancel(self) -> None:
        """Cancel an operation whose engine was killed, which left its lock behind."""
        self._stack.cancel()

    def _operate(self, operation: Callable[..., object], **options: Any) -> Changes:
        events: list[EngineEvent] = []
        self._configure()
        try:
            operation(on_event=events.append, **options)
        finally:
            self._inline.end()
        return Changes.of(events)

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return self._state.outputs

    @property
    def settings_file(self) -> Path:
        """The stack's settings, where secrets are encrypted."""
        return self._work / f"Pulumi.{self.name}.yaml"

    @property
    def state_file(self) -> Path:
        """The state file in the backend, where secrets are encrypted."""
        return self._state.path

    def export(self) -> str:
        """The output of `pulumi stack export`."""
        exported = self._stack.export_stack()
        return json.dumps({"version": exported.version, "deployment": exported.deployment})

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources of the stack's state."""
        return self._state.resources

    def resource(self, kind: str) -> dict[str, Any]:
        """The one resource of a type, by the last part of its token."""
        found = [resource for resource in self.resources if resource["type"].rpartition(":")[2] == kind]
        assert len(found) == 1, f"{len(found)} resources of type {kind}"
        return found[0]

    def _configure(self) -> None:
        """Write the stack's settings file; keep the key of its secrets."""
        file = self.settings_file
        document = (yaml.safe_load(file.read_text("utf-8")) if file.exists() else None) or {}
        config = copy.deepcopy(self._base)
        prefix = self.project_name
        if f"{prefix}:endpoint" in config:
            config[f"{prefix}:endpoint"] = self.endpoint
        for path, value in self.settings.items():
            _put(config, f"{prefix}:{path}", value)
        config.update(self.config)
        document |= {**self._secrets, "config": config}
        file.write_text(yaml.safe_dump(document), encoding="utf-8")


def _put(config: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    target: Any = config
    for part in parents:
        target = target.setdefault(part, {})
    if value is None:
        target.pop(last, None)
    else:
        target[last] = copy.deepcopy(value) if isinstance(value, Mapping) else value
