"""The command: its announcement and question before it creates anything, and its report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.examples.issuer import Issuer
from tools.prove import __main__ as command
from tools.prove import probes, report
from tools.prove.programs import PROGRAMS
from tools.prove.proof import Proof, Result, prove
from tools.prove.sites import Accounts, part_settings
from tools.prove.tables.http_calls import HTTP_CALLS
from tools.prove.tables.lambda_calls import LAMBDA_CALLS
from tools.prove.tables.rest_calls import REST_CALLS

if TYPE_CHECKING:
    from tools.prove.program import Program

_ACCOUNTS = {"a": "111111111111", "b": "222222222222", "same": "111111111111"}
_PROFILES = ["--api-profile", "a", "--function-profile", "b"]


class _Session:
    """A boto3 session that is logged in with these profiles."""

    cloudwatch_role = ""

    def __init__(self, *, profile_name: str) -> None:
        self._profile = profile_name

    def client(self, service: str, *, region_name: str) -> Any:
        assert (service, region_name) in {("sts", "eu-west-1"), ("apigateway", "eu-west-1")}
        return self

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": _ACCOUNTS[self._profile]}

    def get_account(self) -> dict[str, str]:
        return {"cloudwatchRoleArn": self.cloudwatch_role} if self.cloudwatch_role else {}


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("boto3.Session", _Session)
    monkeypatch.setattr(command, "find_cli", lambda: tmp_path / "pulumi")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")


def _never(_question: str) -> str:
    raise AssertionError("asked although nothing can be created")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "API_PROFILE is required"),
        (["--api-profile", "a"], "FUNCTION_PROFILE is required"),
        (["--api-profile", "a", "--function-profile", "same"], "both profiles log in to account 111111111111"),
        ([*_PROFILES, "--remove", "abc"], "does not exist: pass a run"),
        ([*_PROFILES, "--domain", "api.example.org"], "DOMAIN and ZONE_ID must be set together"),
        ([*_PROFILES, "--programs", "custom-domain"], "custom-domain needs DOMAIN=…"),
        ([*_PROFILES, "--programs", "private"], "private needs PRIVATE=…"),
    ],
)
def test_usage_errors_are_explained(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments, ask=_never) == 2
    assert message in capsys.readouterr().err


def test_nothing_is_created_without_confirmation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(_PROFILES, ask=lambda _question: "no") == 2

    said = capsys.readouterr().out
    assert "API account       111111111111 (profile a)" in said
    assert "function account  222222222222 (profile b)" in said
    for program in PROGRAMS:
        assert (f"  {program.name}: {program.creates}" in said) == (not program.needs)
    assert "nothing was created" in said
    assert list(tmp_path.iterdir()) == []


def test_the_account_wide_logging_role_of_others_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_Session, "cloudwatch_role", "arn:aws:iam::111111111111:role/logs")

    command.main(_PROFILES, ask=lambda _question: "no")

    said = capsys.readouterr().out
    assert "  program: " in said
    assert "  users: " not in said


@pytest.mark.parametrize(
    ("arguments", "name"),
    [(["--private"], "private"), (["--domain", "api.example.org", "--zone-id", "Z1"], "custom-domain")],
)
def test_slow_programs_and_those_that_need_a_domain_are_deployed_on_request(
    arguments: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*_PROFILES, *arguments], ask=lambda _question: "no") == 2
    said = capsys.readouterr().out
    asked = [program.name for program in PROGRAMS if program.needs and f"  {program.name}: " in said]
    assert asked == [name]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_every_program_is_deployed_into_the_two_accounts_alone(program: Program) -> None:
    accounts = Accounts(api="111111111111", function="222222222222", region="eu-west-1", domain="a.b.c", zone="Z1")
    for part in program.parts:
        with Issuer() as issuer:
            settings = part_settings(accounts, part, stack="prove-x", issuer=issuer, issuer_url=issuer.url, on_aws=True)
        ids = {value for key, value in settings.items() if key.endswith((".id", "AccountId"))}
        assert ids
        assert ids <= {"111111111111", "222222222222"}
        assert not [value for value in settings.values() if "{" in value]
        project = yaml.safe_load((part.directory / "Pulumi.sandbox.yaml").read_text())["config"]
        wanted = {key.partition(":")[2] for key, value in project.items() if isinstance(value, dict) and "id" in value}
        assert wanted == set(part.accounts)


class _Site:
    """A site that deploys nothing, or fails in one of its steps."""

    def __init__(self, *, fails: BaseException | None = None) -> None:
        self._fails = fails
        self.removed = 0

    def deploy(self, _program: object) -> Any:
        if self._fails:
            raise self._fails
        return None

    def remove(self) -> list[str]:
        self.removed += 1
        return []


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("error: no rights")])
def test_everything_is_removed_after_a_failure_too(stop: BaseException) -> None:
    proof, aws, sandbox = Proof(run="r"), _Site(fails=stop), _Site()

    prove(proof, PROGRAMS[:1], aws=aws, sandbox=sandbox)

    assert (aws.removed, sandbox.removed) == (1, 1)
    assert proof.interrupted is isinstance(stop, KeyboardInterrupt)
    assert proof.not_run == ({} if proof.interrupted else {"program": "RuntimeError: no rights"})
    assert not proof.succeeded


def test_every_probe_is_sent_to_some_program_and_every_program_has_known_probes() -> None:
    assert {name for program in PROGRAMS for name in program.probes} == set(probes.PROBES)


def test_the_reports_agree(tmp_path: Path) -> None:
    def result(probe: str, status: int) -> Result:
        said = {"status": 403, "body": {"message": "Forbidden | no"}}
        return Result(program="p", probe=probe, what="GET /", page="x", aws={**said, "status": status}, sandbox=said)

    proof = Proof(run="r1", results=[result("one", 403), result("two", 404)], left=["p: aws:iam/role:Role x"])

    page, data = report.write(proof, tmp_path / "r1")

    written = json.loads(data.read_text())
    assert [(each["probe"], each["matches"]) for each in written["results"]] == [("one", True), ("two", False)]
    assert (written["succeeded"], written["left"]) == (False, ["p: aws:iam/role:Role x"])
    assert "| p | two | GET / | 404 " in page.read_text()
    assert "- p: aws:iam/role:Role x" in page.read_text()
    assert "DIFFERS  p: GET /\n  AWS:     404 " in report.summary(proof)
    assert "1 of 2 responses match" in report.summary(proof)


def test_the_page_lists_every_program_and_how_many_calls_are_refused() -> None:
    page = (Path(__file__).parents[2] / "docs/proof.md").read_text()
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == [program.name for program in PROGRAMS]
    counts = (len(REST_CALLS), len(HTTP_CALLS), len(LAMBDA_CALLS))
    assert "{} calls of API Gateway's v1 API, {} of its v2 API, {} of Lambda's".format(*counts) in page
