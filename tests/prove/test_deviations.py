"""A second sandbox plays AWS. Where it answers otherwise, the report names the probes that saw it, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from aws_rules.iam import principals
from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.execute_api import gateway
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.server import RunningSandbox
from cross_account_sandbox.world import World
from tools.prove import probes, report
from tools.prove.programs import PROGRAMS, Program
from tools.prove.proof import Proof, compare
from tools.prove.sites import Accounts, Deployed, SandboxSite, account_settings, aws_client

#: Sandboxes and deployments, before the first test.
pytestmark = pytest.mark.timeout(400)
ACCOUNTS = Accounts(api="111111111111", function="222222222222", region="eu-west-1")
#: Each takes two deployments, and these see every kind of probe that can deviate.
PROVED = [program for program in PROGRAMS if program.name in ("program", "program-iam", "users")]
Sides = dict[str, tuple[Deployed, Deployed]]
Change = Callable[[HttpRequest, HttpResponse], None]


class PlayedAws:
    """A sandbox of this process: what a test changes here, the sandbox beside it does not have."""

    def __init__(self, running: RunningSandbox) -> None:
        self.running = running

    def deploy(self, program: Program) -> Deployed:
        settings = {**program.settings, **account_settings(ACCOUNTS, program)}
        projects = read_projects([program.directory], "sandbox", [f"{key}={value}" for key, value in settings.items()])
        done = deploy(self.running.world, projects)[-1]
        endpoint = self.running.endpoint
        return Deployed(outputs=done.outputs, endpoint=endpoint, client=aws_client(ACCOUNTS, endpoint))


@pytest.fixture(scope="module")
def aws() -> Iterator[PlayedAws]:
    with RunningSandbox(port=0, operator_account=ACCOUNTS.api) as running:
        yield PlayedAws(running)


@pytest.fixture(scope="module")
def sides(aws: PlayedAws) -> Iterator[Sides]:
    with SandboxSite(ACCOUNTS) as sandbox:
        yield {program.name: (aws.deploy(program), sandbox.deploy(program)) for program in PROVED}


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "PATIENCE", 0)


def _differences(sides: Sides) -> set[str]:
    """What the report's JSON and its page say differs."""
    proof = Proof(run="test")
    for program in PROVED:
        for name in program.probes:
            proof.results.append(compare(program.name, probes.PROBES[name], *sides[program.name]))
    named = {f"{each['program']} {each['probe']}" for each in proof.as_json()["results"] if not each["matches"]}
    page = report.markdown(proof)
    assert {name for name in named if f"\n## {name.replace(' ', ': ')}\n" in page} == named
    assert page.count("**no**") == len(named) == report.summary(proof).count("DIFFERS")
    return named


def test_two_sandboxes_answer_the_same(sides: Sides) -> None:
    assert _differences(sides) == set()


def _unknown_route(_: HttpRequest, response: HttpResponse) -> None:
    if b"Missing Authentication Token" in response.body:
        response.status = 404


def _unknown_stage(_: HttpRequest, response: HttpResponse) -> None:
    if response.body == b'{"message":"Forbidden"}':
        response.body = b'{"message":"Not Found"}'


def _preflight(request: HttpRequest, response: HttpResponse) -> None:
    if request.method == "OPTIONS":
        response.headers = [each for each in response.headers if each[0].lower() != "access-control-allow-methods"]


def _large_body(_: HttpRequest, response: HttpResponse) -> None:
    if response.status == 413:
        response.status = 200


def _error_type(_: HttpRequest, response: HttpResponse) -> None:
    if response.status == 500:
        response.headers = [each for each in response.headers if each[0].lower() != "x-amzn-errortype"]


_UNROUTED = {
    *(f"program {name}" for name in ("no-such-route", "no-such-method")),
    *(f"program-iam {name}" for name in ("no-such-route", "unsigned")),
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_unknown_route, _UNROUTED),
        (_unknown_stage, {"program no-such-stage"}),
        (_preflight, {"program preflight", "program-iam preflight"}),
        (_large_body, {"program body-over-the-limit"}),
        (_error_type, {"program permission-removed", "program account-root-with-source-arn"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_changed_answer_is_named_and_nothing_else(
    change: Change, expected: set[str], sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = gateway.answer

    async def deviating(world: World, request: HttpRequest) -> HttpResponse | None:
        response = await right(world, request)
        if response is not None:
            change(request, response)
        return response

    monkeypatch.setattr(gateway, "answer", deviating)

    assert _differences(sides) == expected


def test_a_request_that_reaches_the_function_changed_is_named(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    right = gateway.answer

    async def deviating(world: World, request: HttpRequest) -> HttpResponse | None:
        return await right(world, replace(request, target=request.target.replace("a%20b", "a%2520b")))

    monkeypatch.setattr(gateway, "answer", deviating)

    assert _differences(sides) == {"users users-echo"}


def test_a_statement_that_lets_in_more_is_named(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    right = principals._names_identity  # noqa: SLF001  the one place where an account could stand for a service

    def lenient(name: str, principal: Any, pinned: Any) -> Any:
        if principal.kind == "service" and name.endswith(":root"):
            return principals.Grant.SERVICE, ""
        return right(name, principal, pinned)

    monkeypatch.setattr(principals, "_names_identity", lenient)

    assert _differences(sides) == {"program account-root-with-source-arn"}


def test_a_probe_that_cannot_be_asked_does_not_match(sides: Sides) -> None:
    there, here = sides["program"]
    gone = replace(there, outputs={**there.outputs, "functionName": "gone"})

    result = compare("program", probes.PROBES["function-policy"], gone, here)

    assert "ResourceNotFoundException" in result.aws["failed"]
    assert not result.matches
    assert not compare("program", probes.PROBES["function-policy"], gone, gone).matches
