"""A second sandbox plays AWS. If its responses differ, the report names exactly the affected probes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_rules.iam import principals
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.refusals import ApiCall
from cross_account_sandbox.execute_api import gateway
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.server import RunningSandbox
from cross_account_sandbox.world import World
from tests.examples.issuer import Issuer
from tests.prove.two_sandboxes import ACCOUNTS, PROVED, PlayedAws, answers, deployed_here, shown
from tools.prove import probe, probes
from tools.prove.proof import Proof, compare, result
from tools.prove.refused import refused
from tools.prove.sites import Deployed

#: This includes sandboxes and deployments before the first test.
pytestmark = pytest.mark.timeout(400)
Sides = dict[str, tuple[Deployed, Deployed]]
Differences = Callable[[], set[str]]
Change = Callable[[HttpRequest, HttpResponse], None]


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


@pytest.fixture(scope="module")
def aws(issuer: Issuer) -> Iterator[PlayedAws]:
    with RunningSandbox(port=0, operator_account=ACCOUNTS.api) as running:
        yield PlayedAws(running, issuer)


@pytest.fixture(scope="module")
def sides(aws: PlayedAws, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    executable = tmp_path_factory.mktemp("forks") / "cross-account-sandbox"
    executable.symlink_to(Path(sys.executable).parent / executable.name)
    with ExitStack() as running, ThreadPoolExecutor(1) as beside:
        here = beside.submit(deployed_here, running, issuer, executable)
        there = [aws.deploy(program) for program in PROVED]
        pairs = zip(PROVED, there, here.result(), strict=True)
        yield {program.name: (deployed, other) for program, deployed, other in pairs}


@pytest.fixture(scope="module", autouse=True)
def no_patience() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "PATIENCE", 0)
        yield


@pytest.fixture(scope="module")
def differences(sides: Sides) -> Differences:
    """Ask AWS every probe; returns the differences in the report's JSON, which the page must also show.

    The sandbox is asked only once: no test changes anything in its processes, so its answers stay the same.
    """
    here = answers({name: deployed for name, (_, deployed) in sides.items()})

    def ask_aws() -> set[str]:
        there = answers({name: deployed for name, (deployed, _) in sides.items()})
        proof = Proof(run="test")
        for (program, name), answer in there.items():
            proof.results.append(result(program, probes.PROBES[name], aws=answer, sandbox=here[program, name]))
        return shown(proof)

    return ask_aws


def test_two_sandboxes_answer_the_same(differences: Differences) -> None:
    assert differences() == set()


def _unknown_route(_: HttpRequest, response: HttpResponse) -> None:
    if b"Missing Authentication Token" in response.body:
        response.status = 404


def _unknown_stage(request: HttpRequest, response: HttpResponse) -> None:
    if request.target.startswith("/nothing/"):
        response.body = b'{"message":"Not Found"}'


def _preflight(request: HttpRequest, response: HttpResponse) -> None:
    if request.method == "OPTIONS":
        response.headers = [each for each in response.headers if each[0].lower() != "access-control-allow-methods"]


def _large_body(_: HttpRequest, response: HttpResponse) -> None:
    if response.body.startswith(b"HTTP content length exceeded"):
        response.status = 200


def _error_type(_: HttpRequest, response: HttpResponse) -> None:
    if response.status == 500:
        response.headers = [each for each in response.headers if each[0].lower() != "x-amzn-errortype"]


_UNROUTED = {
    *(f"program {name}" for name in ("no-such-route", "no-such-method")),
    *(f"program-iam {name}" for name in ("no-such-route", "unsigned")),
    "resource-policy caller-unsigned",
}


def _throttled(_: HttpRequest, response: HttpResponse) -> None:
    if response.status == 429:
        response.status = 503


def _timeout(_: HttpRequest, response: HttpResponse) -> None:
    if response.status == 504:
        response.status = 502


def _handler(_: HttpRequest, response: HttpResponse) -> None:
    if response.status == 502:
        response.body = b'{"message": "errorMessage"}'


def _any_signature(_: HttpRequest, response: HttpResponse) -> None:
    if b"The request signature we calculated" in response.body:
        response.status = 200


def _refusal(_: HttpRequest, response: HttpResponse) -> None:
    response.body = response.body.replace(b"is not authorized to perform", b"may not perform")


def _no_challenge(_: HttpRequest, response: HttpResponse) -> None:
    response.headers = [each for each in response.headers if each[0].lower() != "www-authenticate"]


def _any_scope(_: HttpRequest, response: HttpResponse) -> None:
    if any(b"insufficient_scope" in str(value).encode() for _, value in response.headers):
        response.status = 200


_CHALLENGED = (
    "http-no-token",
    "http-not-a-token",
    "http-token-without-scope",
    "http-token-for-others",
    "http-token-expired",
    "http-token-of-another-key",
)
_HANDLERS = (
    "handler-raises",
    "handler-is-missing",
    "function-times-out",
    "result-is-malformed",
    "result-has-a-bad-header",
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_unknown_route, _UNROUTED),
        (_unknown_stage, {"program no-such-stage"}),
        (_preflight, {"program preflight", "program-iam preflight"}),
        (_large_body, {"program body-over-the-limit"}),
        (
            _error_type,
            {
                "program permission-removed",
                "program account-root-with-source-arn",
                "errors function-is-throttled",
            },
        ),
        (_throttled, {"errors stage-is-throttled"}),
        (_timeout, {"errors integration-times-out"}),
        (_handler, {f"errors {name}" for name in _HANDLERS}),
        (_any_signature, {"resource-policy caller-with-a-wrong-secret"}),
        (
            _refusal,
            {
                "program-iam signed-in-the-function-account",
                "resource-policy caller-not-named",
                "resource-policy caller-refused",
            },
        ),
        (_no_challenge, {f"http-api {name}" for name in _CHALLENGED}),
        (_any_scope, {"http-api http-token-without-scope"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_changed_answer_is_named_and_nothing_else(
    change: Change, expected: set[str], differences: Differences, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = gateway.answer

    async def deviating(world: World, request: HttpRequest) -> HttpResponse | None:
        response = await right(world, request)
        if response is not None:
            change(request, response)
        return response

    monkeypatch.setattr(gateway, "answer", deviating)

    assert differences() == expected


def test_a_request_that_reaches_the_function_changed_is_named(
    differences: Differences, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = gateway.answer

    async def deviating(world: World, request: HttpRequest) -> HttpResponse | None:
        return await right(world, replace(request, target=request.target.replace("a%20b", "a%2520b")))

    monkeypatch.setattr(gateway, "answer", deviating)

    assert differences() == {"users users-echo"}


def test_another_order_than_the_one_asked_for_is_named_in_both_stacks_that_ask(
    differences: Differences, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = gateway.answer

    async def deviating(world: World, request: HttpRequest) -> HttpResponse | None:
        return await right(world, replace(request, target=request.target.replace("/orders/1", "/orders/2")))

    monkeypatch.setattr(gateway, "answer", deviating)

    assert differences() == {"split split-orders", "split split-consumer"}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("CreateAlias", {"program lambda-alias-is-there"}),
        ("PutRestApi", {"program rest-document"}),
        ("ExportApi", {"http-api http-specification", "http-api http-output-type"}),
    ],
)
def test_a_call_that_is_refused_in_other_words_is_named(
    operation: str, expected: set[str], aws: PlayedAws, differences: Differences, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal(call: ApiCall) -> AwsError | None:
        return AwsError("BadRequestException", "In other words", 400) if call.operation == operation else None

    monkeypatch.setattr(aws.running.world, "refusal", refusal)

    assert differences() == expected


def test_the_issuer_that_aws_reads_publishes_the_key_that_signs(sides: Sides, issuer: Issuer) -> None:
    there, _ = sides["http-api"]
    url = f"https://{there.outputs['issuerApiId']}.execute-api.{ACCOUNTS.region}.amazonaws.com/prove"
    published = replace(there, outputs={"url": url})

    _, _, configuration = published.send("GET", "/.well-known/openid-configuration")
    _, _, keys = published.send("GET", "/keys")

    assert json.loads(configuration) == {"issuer": url, "jwks_uri": f"{url}/keys"}
    (key,) = json.loads(keys)["keys"]
    assert key == {name: value for name, value in issuer.public_key().items() if name != "key_ops"}


def test_a_call_that_one_of_them_takes_is_named(sides: Sides) -> None:
    there, here = sides["program"]
    known = refused(
        "known",
        "GetRestApi",
        "apigateway.get_rest_api",
        lambda deployed: {"restApiId": deployed.outputs["apiId"]},
        who="api",
        page="",
    )

    result = compare("program", known, there, replace(here, outputs={**here.outputs, "apiId": "gone"}))

    assert result.aws == {"taken": "apigateway.get_rest_api was not refused"}
    assert not result.matches


def test_a_statement_that_allows_more_is_named(differences: Differences, monkeypatch: pytest.MonkeyPatch) -> None:
    right = principals._names_identity  # noqa: SLF001  the one place where an account could stand for a service

    def lenient(name: str, principal: Any, pinned: Any) -> Any:
        if principal.kind == "service" and name.endswith(":root"):
            return principals.Grant.SERVICE, ""
        return right(name, principal, pinned)

    monkeypatch.setattr(principals, "_names_identity", lenient)

    assert differences() == {"program account-root-with-source-arn"}


def test_a_probe_that_cannot_be_asked_does_not_match(sides: Sides) -> None:
    there, here = sides["program"]
    gone = replace(there, outputs={**there.outputs, "functionName": "gone"})

    result = compare("program", probes.PROBES["function-policy"], gone, here)

    assert "ResourceNotFoundException" in result.aws["failed"]
    assert not result.matches
    assert not compare("program", probes.PROBES["function-policy"], gone, gone).matches
