"""Deploys to AWS by the Pulumi engine, and removes what it deployed, from the state that it keeps.

Programs run inline, in this process, so that the CLI needs no Python language host.
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
from pulumi.automation import LocalWorkspaceOptions
from pulumi.automation.errors import CommandError

from cross_account_api.testing import run_project
from tests.engine.cli import command
from tests.engine.inline_program import InlineProgram
from tests.examples.issuer import Issuer
from tools.prove.probe import until
from tools.prove.program import Part, Program
from tools.prove.programs import PROGRAMS
from tools.prove.sites import Accounts, Deployed, part_settings

#: The state holds no secret: a passphrase is only there because the CLI wants one.
_PASSPHRASE = "prove"  # noqa: S105


class AwsSite:
    """Stacks named after the run, in a backend in the run's folder.

    `endpoint` is that of a sandbox that plays AWS; empty for AWS.
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
        """Run `pulumi up` of each project. Raises automation's CommandError where the engine or AWS refuses."""
        outputs: dict[str, Any] = {}
        for part in program.parts:
            # A sandbox reads the keys of an issuer on this machine alone.
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
        # Noted before anything is made: `remove` finds it whatever happens from here on.
        (folder / "started").touch()
        try:
            outputs = stack.up(suppress_progress=True).outputs
        finally:
            inline.end()
        return {name: output.value for name, output in outputs.items()}

    def remove(self) -> list[str]:
        """Destroy every stack that was started, the last one first; name each resource that is left."""
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

    def _stack(self, program: Program, part: Part, run: Any) -> automation.Stack:
        # A backend for each program, as two of them are one project with other settings; its parts share it, so that
        # they can read each other's outputs.
        state = self._folder / program.name / "state"
        state.mkdir(parents=True, exist_ok=True)
        return automation.create_or_select_stack(
            self._stack_name,
            project_name=part.project,
            program=run,
            opts=LocalWorkspaceOptions(
                work_dir=str(self._work(program, part)),
                env_vars={
                    "PULUMI_BACKEND_URL": state.as_uri(),
                    "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
                    "PULUMI_SKIP_UPDATE_CHECK": "true",
                    "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
                },
                pulumi_command=command(self._cli),
            ),
        )


def _await_stage(deployed: Deployed) -> None:
    """Until a new stage is known at its host: seconds on AWS, more where DNS has to learn a name."""

    def known() -> bool:
        try:
            _, _, body = deployed.send("GET", "/nothing")
        except OSError:
            return False
        return body != b'{"message":"Forbidden"}'

    until(known, lambda answer: answer)


def _await(url: str) -> None:
    """Until a new stage answers, which takes seconds on AWS: API Gateway refuses an issuer that does not."""

    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:  # noqa: S310 - an https URL of the run
                return bool(reply.status == HTTPStatus.OK)
        except OSError:
            return False

    until(answers, lambda answered: answered)


def _destroy(stack: automation.Stack) -> str:
    """Destroy, once more where something was in the way; the engine's error, empty if there is none."""
    problem = ""
    for _ in range(2):
        try:
            stack.cancel()  # an interrupted up left its lock behind
            stack.destroy(suppress_progress=True)
        except CommandError as error:
            problem = next(
                (line for line in str(error).splitlines() if "error" in line), "pulumi destroy failed"
            ).strip()
        else:
            return ""
    return problem


def _resources(stack: automation.Stack) -> list[str]:
    """What the state still has, apart from providers and components."""
    state: Mapping[str, Any] = stack.export_stack().deployment or {}
    return [
        f"{resource['type']} {resource.get('id', '')}".strip()
        for resource in state.get("resources", [])
        if resource.get("custom") and not resource["type"].startswith("pulumi:")
    ] + [
        f"pending {json.dumps(each.get('resource', {}).get('urn', ''))}"
        for each in state.get("pending_operations") or []
    ]
