"""Deploy to AWS with the Pulumi engine, and remove the deployed resources from its state.

Programs run inline, in this process, so the CLI needs no Python language host.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation
from pulumi.automation.errors import CommandError

from cross_account_api.testing import run_project
from tests.engine.automation_stack import AutomationStack, StateFile
from tests.engine.cli import command
from tests.engine.inline_program import InlineProgram
from tests.examples.issuer import Issuer
from tools.prove.probe import until
from tools.prove.program import Part, Program
from tools.prove.programs import PROGRAMS
from tools.prove.sites import Accounts, Deployed, part_settings

#: The state has no secrets; the passphrase is only set because the CLI requires one.
_PASSPHRASE = "prove"  # noqa: S105


class AwsSite:
    """Stacks named after the run, in a backend in the run's folder.

    `endpoint` is the URL of a sandbox that plays AWS; empty for AWS.
    """

    def __init__(
        self, accounts: Accounts, issuer: Issuer, *, cli: Path, folder: Path, run: str, endpoint: str = ""
    ) -> None:
        self._accounts = accounts
        self._issuer = issuer
        self._cli = cli
        self._folder = folder
        self._run = run
        self._endpoint = endpoint

    def deploy(self, program: Program) -> Deployed:
        """Run `pulumi up` of each project. Raises the Automation API's CommandError if the engine or AWS fails."""
        outputs: dict[str, Any] = {}
        for part in program.parts:
            # A sandbox only reads the keys of issuers on this machine.
            url = self._issuer.url if self._endpoint else outputs.get("issuer", "")
            outputs |= {**self._up(program, part, issuer_url=url), **({"issuer": url} if url else {})}
            if part.answers and not self._endpoint:
                _await(f"{outputs[part.answers]}/.well-known/openid-configuration")
        deployed = Deployed(outputs=outputs, endpoint=self._endpoint, accounts=self._accounts, issuer=self._issuer)
        _await_stage(deployed)
        return deployed

    def _up(self, program: Program, part: Part, *, issuer_url: str) -> dict[str, Any]:
        folder, project = self._work(program, part), part.project
        config: dict[str, Any] = {"pulumi:disable-default-providers": ["aws"]}
        settings = part_settings(
            self._accounts,
            part,
            stack=self._stack_name,
            issuer=self._issuer,
            issuer_url=issuer_url,
            on_aws=not self._endpoint,
        ) | self._login(part)
        for path, value in settings.items():
            key, _, field = path.partition(".")
            if field:
                config.setdefault(f"{project}:{key}", {})[field] = value
            else:
                config[f"{project}:{key}"] = value
        (folder / f"Pulumi.{self._stack_name}.yaml").write_text(yaml.safe_dump({"config": config}), "utf-8")
        inline = InlineProgram(lambda: run_project(part.directory))
        stack = self._stack(program, part, inline)
        # Recorded before anything is created, so that `remove` always finds it.
        (folder / "started").touch()
        try:
            stack.up(suppress_progress=True)
        finally:
            inline.end()
        return self._state(program, part).outputs

    def remove(self) -> list[str]:
        """Destroy every stack that was started, the last one first; returns each resource that is left."""
        left: list[str] = []
        for program, part in reversed([(each, part) for each in PROGRAMS for part in each.parts]):
            started = self._folder / program.name / part.project / "started"
            if not started.exists():
                continue
            stack = self._stack(program, part, lambda: None)
            problem = _destroy(stack)
            found = _resources(stack)
            left += [f"{program.name}: {resource}" for resource in found]
            if problem and not found:
                left.append(f"{program.name}: could not be checked: {problem}")
            if not found and not problem:
                started.unlink()
        return left

    @property
    def _stack_name(self) -> str:
        return f"prove-{self._run}"

    def _login(self, part: Part) -> dict[str, str]:
        if self._endpoint:
            return {"endpoint": self._endpoint}
        return {f"{key}.profile": getattr(self._accounts, f"{who}_profile") for key, who in part.accounts.items()}

    def _work(self, program: Program, part: Part) -> Path:
        folder = self._folder / program.name / part.project
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Pulumi.yaml").write_bytes((part.directory / "Pulumi.yaml").read_bytes())
        return folder

    def _state(self, program: Program, part: Part) -> StateFile:
        # Each program has its own backend, because two programs are the same project with other settings. The parts of
        # a program share it, so that they can read each other's outputs.
        return StateFile(self._folder / program.name / "state", project=part.project, stack=self._stack_name)

    def _stack(self, program: Program, part: Part, run: Any) -> automation.Stack:
        state = self._state(program, part)
        if not state.path.exists():
            state.create()
        workspace = automation.LocalWorkspace(
            work_dir=str(self._work(program, part)),
            program=run,
            env_vars={
                "PULUMI_BACKEND_URL": state.backend.as_uri(),
                "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
            },
            pulumi_command=command(self._cli),
        )
        return AutomationStack(self._stack_name, workspace)


def _await_stage(deployed: Deployed) -> None:
    """Wait until a new stage is available at its host: seconds on AWS, longer if a DNS name is new."""

    def known() -> bool:
        try:
            _, _, body = deployed.send("GET", "/nothing")
        except OSError:
            return False
        return body != b'{"message":"Forbidden"}'

    until(known, lambda answer: answer)


def _await(url: str) -> None:
    """Wait until a new stage responds, seconds later on AWS: API Gateway rejects an issuer that does not respond."""

    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:  # noqa: S310 - an https URL of the run
                return bool(reply.status == HTTPStatus.OK)
        except OSError:
            return False

    until(answers, lambda answered: answered)


def _destroy(stack: automation.Stack) -> str:
    """Destroy the stack, and retry once after an error; returns the engine's error, or an empty text."""
    problem = ""
    for _ in range(2):
        try:
            stack.cancel()  # an interrupted `up` left its lock behind
            stack.destroy(suppress_progress=True)
        except CommandError as error:
            problem = next(
                (line for line in str(error).splitlines() if "error" in line), "pulumi destroy failed"
            ).strip()
        else:
            return ""
    return problem


def _resources(stack: automation.Stack) -> list[str]:
    """The resources in the state, without providers and components."""
    state: Mapping[str, Any] = stack.export_stack().deployment or {}
    return [
        f"{resource['type']} {resource.get('id', '')}".strip()
        for resource in state.get("resources", [])
        if resource.get("custom") and not resource["type"].startswith("pulumi:")
    ] + [
        f"pending {json.dumps(each.get('resource', {}).get('urn', ''))}"
        for each in state.get("pending_operations") or []
    ]
