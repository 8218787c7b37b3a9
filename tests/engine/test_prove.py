"""The proof's deployments with the real engine to a sandbox that plays AWS, and their removal."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.refusals import ApiCall
from tests.engine.inventory import inventory
from tests.engine.refusals import denied
from tests.examples.issuer import Issuer
from tools.prove.__main__ import run_proof
from tools.prove.deployments import AwsSite
from tools.prove.programs import PROGRAMS
from tools.prove.proof import Proof
from tools.prove.sites import Accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cross_account_sandbox.server import RunningSandbox
    from tools.prove.program import Program
    from tools.prove.sites import Deployed

ACCOUNTS_OF = ("111111111111", "222222222222")
ACCOUNTS = Accounts(api="111111111111", function="222222222222", region="eu-west-1")
USERS = next(program for program in PROGRAMS if program.name == "users")


@pytest.fixture
def site(
    cli: Path, plugin: Path, sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AwsSite]:
    monkeypatch.setenv("PATH", f"{plugin.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
    with Issuer() as issuer:
        yield AwsSite(ACCOUNTS, issuer, cli=cli, folder=tmp_path / "run", run="test", endpoint=sandbox.endpoint)


def refuse_to_delete_functions(call: ApiCall) -> AwsError | None:
    """Let AWS reject the deletion of functions; everything else can be deleted."""
    return denied() if call.operation == "DeleteFunction" else None


class Beside:
    """The site of the other sandbox: here the same deployment, or Ctrl-C during its start."""

    def __init__(self, aws: AwsSite, *, interrupted: bool = False) -> None:
        self._interrupted = interrupted
        self._deployed: list[Deployed] = []
        self._aws = aws

    def deploy(self, program: Program) -> Deployed:
        if self._interrupted:
            raise KeyboardInterrupt
        return self._aws.deploy(program)

    def remove(self) -> list[str]:
        return []


def test_a_proof_deploys_compares_and_leaves_nothing(
    site: AwsSite, sandbox: RunningSandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = inventory(sandbox, ACCOUNTS_OF)
    proof = Proof(run="test")

    assert run_proof(proof, [USERS], aws=site, sandbox=Beside(site), folder=tmp_path / "run") == 0

    assert [(result.probe, result.matches) for result in proof.results] == [(name, True) for name in USERS.probes]
    assert proof.results[0].aws["body"]["query"] == {"name": "a b"}
    assert "2 of 2 responses match" in capsys.readouterr().out
    assert (tmp_path / "run/report.md").exists()
    assert inventory(sandbox, ACCOUNTS_OF) == before


def test_the_stacks_of_one_program_read_each_other_s_outputs(
    site: AwsSite, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    before = inventory(sandbox, ACCOUNTS_OF)
    split = next(program for program in PROGRAMS if program.name == "split")
    proof = Proof(run="test")

    assert run_proof(proof, [split], aws=site, sandbox=Beside(site), folder=tmp_path / "run") == 0

    assert [(result.probe, result.matches) for result in proof.results] == [(name, True) for name in split.probes]
    assert proof.results[1].aws["result"]["orders"] == {"id": "1", "item": "dog food"}
    assert inventory(sandbox, ACCOUNTS_OF) == before


def test_after_ctrl_c_everything_is_removed_and_what_cannot_be_is_listed(
    site: AwsSite, sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = inventory(sandbox, ACCOUNTS_OF)
    monkeypatch.setattr(sandbox.world, "refusal", refuse_to_delete_functions)
    proof = Proof(run="test")

    code = run_proof(proof, [USERS], aws=site, sandbox=Beside(site, interrupted=True), folder=tmp_path / "run")

    assert (code, proof.interrupted, proof.results) == (1, True, [])
    assert any(each.startswith("users: aws:lambda/function:Function users-echo-") for each in proof.left)
    assert "users-echo-" in (tmp_path / "run/report.md").read_text()
    monkeypatch.setattr(sandbox.world, "refusal", None)
    assert site.remove() == []
    assert inventory(sandbox, ACCOUNTS_OF) == before


def test_a_program_that_cannot_be_deployed_is_a_line_of_the_report(
    site: AwsSite, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    before = inventory(sandbox, ACCOUNTS_OF)
    proof = Proof(run="test")
    (part,) = USERS.parts
    wrong = replace(USERS, parts=(replace(part, settings={"invocation": "neither"}),))

    assert run_proof(proof, [wrong], aws=site, sandbox=Beside(site), folder=tmp_path / "run") == 1

    assert "invocation" in proof.not_run["users"]
    assert proof.left == []
    assert inventory(sandbox, ACCOUNTS_OF) == before
