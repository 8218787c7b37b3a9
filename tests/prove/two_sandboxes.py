"""The same programs in two sandboxes: one in this process, which plays AWS, and those of a proof."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.forks import forked
from tests.examples.issuer import Issuer
from tools.prove import probes, report
from tools.prove.programs import PROGRAMS
from tools.prove.proof import Proof, ask
from tools.prove.sites import SANDBOX_STACK, Accounts, Answer, Deployed, SandboxSite, part_settings

if TYPE_CHECKING:
    from tools.prove.program import Program

ACCOUNTS = Accounts(api="111111111111", function="222222222222", region="eu-west-1")
#: Each program needs two deployments; these include every kind of probe that can deviate.
_NAMES = ("program", "program-iam", "errors", "users", "resource-policy", "http-api", "split")
PROVED = [program for program in PROGRAMS if program.name in _NAMES]
#: Functions and integrations have a timeout of at least half a second.
_LATE = ("function-times-out", "integration-times-out")


class PlayedAws:
    """A sandbox in this process: a test's changes to it do not affect the other sandbox."""

    def __init__(self, running: RunningSandbox, issuer: Issuer) -> None:
        self.running = running
        self.issuer = issuer

    def deploy(self, program: Program) -> Deployed:
        # Two programs use the same project, so resources are named after the stack.
        stack = f"{SANDBOX_STACK}-{program.name}"
        settings = [
            f"{part.project}:{key}={value}"
            for part in program.parts
            for key, value in part_settings(
                ACCOUNTS, part, stack=stack, issuer=self.issuer, issuer_url=self.issuer.url
            ).items()
        ]
        projects = read_projects([part.directory for part in program.parts], SANDBOX_STACK, settings)
        for project in projects:
            project.stack = stack
        outputs: dict[str, Any] = {}
        for done in deploy(self.running.world, projects):
            outputs |= done.outputs
        outputs["issuer"] = self.issuer.url
        return Deployed(outputs=outputs, endpoint=self.running.endpoint, accounts=ACCOUNTS, issuer=self.issuer)


def deployed_here(running: ExitStack, issuer: Issuer, executable: Path) -> list[Deployed]:
    """Deploy each program to its own sandbox: the first starts as in a proof, the others as forks of one process."""
    first, *others = PROVED
    deployed = [running.enter_context(SandboxSite(ACCOUNTS, issuer)).deploy(first)]
    running.enter_context(forked(executable, "tests.engine.forked_serve"))
    site = running.enter_context(SandboxSite(ACCOUNTS, issuer, command=[str(executable)]))
    return deployed + [site.deploy(program) for program in others]


def answers(site: Mapping[str, Deployed]) -> Mapping[tuple[str, str], Answer]:
    """The answers to all probes of all programs."""
    asked = [(program.name, name) for program in PROVED for name in program.probes]
    with ThreadPoolExecutor() as beside:
        # The answers to these are a second late; the other probes do not wait for them.
        late = {key: beside.submit(ask, probes.PROBES[key[1]], site[key[0]]) for key in asked if key[1] in _LATE}
        prompt = {key: ask(probes.PROBES[key[1]], site[key[0]]) for key in asked if key not in late}
        return prompt | {key: answer.result() for key, answer in late.items()}


def shown(proof: Proof) -> set[str]:
    """The differences in the report as JSON; its page and its summary must show the same."""
    named = {f"{each['program']} {each['probe']}" for each in proof.as_json()["results"] if not each["matches"]}
    page = report.markdown(proof)
    assert {name for name in named if f"\n## {name.replace(' ', ': ')}\n" in page} == named
    assert page.count("**no**") == len(named) == report.summary(proof).count("DIFFERS")
    return named
