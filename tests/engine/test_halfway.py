"""An `up` that fails halfway: the error names the resource and the reason, and later runs complete it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator

import pytest
from pulumi.automation import CommandError

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.server import RunningSandbox
from tests.engine.cli import ROOT
from tests.engine.inventory import inventory
from tests.engine.kills import COUNTED
from tests.engine.refusals import DENIED, SLOWED, EachOnce, denied, slowed
from tests.engine.stacks import Engine, Stack

_ACCOUNTS = ("111111111111", "222222222222", "333333333333")
_REGIONS = ("us-east-1", "eu-west-1")
#: The examples with resources, or an order of resources, that the program does not have.
_EXAMPLES = ("authorizer", "consumer", "custom-domain", "http-api", "private")
#: More than the number of creating calls in the longest chain of resources.
_MOST_UPS = 40
#: This resource only waits: no call creates it.
_MADE_BY_NO_CALL = {"aws:acm/certificateValidation:CertificateValidation"}
#: Calls for resources that every example and the program have; only the program's own run tests their failure.
_ALIKE = {
    "aws:apigateway/account:Account": {"apigateway:UpdateAccount"},
    "aws:apigateway/deployment:Deployment": {"apigateway:CreateDeployment"},
    "aws:apigateway/methodSettings:MethodSettings": {"apigateway:UpdateStage"},
    "aws:apigateway/restApi:RestApi": {"apigateway:CreateRestApi", "apigateway:PutRestApi"},
    "aws:apigateway/stage:Stage": {"apigateway:CreateStage", "apigateway:UpdateStage"},
    "aws:cloudwatch/logGroup:LogGroup": {"logs:CreateLogGroup", "logs:PutRetentionPolicy"},
}


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """An empty sandbox for each run."""
    with RunningSandbox(port=0) as running:
        yield running


@pytest.mark.parametrize(
    ("error", "words", "calls", "keep_going"),
    [
        pytest.param(denied, DENIED, 1, False, id="access denied"),
        # The SDKs retry a throttled call, here twice (maxRetries 2).
        pytest.param(slowed, SLOWED, 3, True, id="throttled"),
    ],
)
def test_every_failed_creation_of_the_program_is_named_and_succeeds_in_a_later_up(
    engine: Engine,
    sandbox: RunningSandbox,
    error: Callable[[], AwsError],
    words: str,
    calls: int,
    keep_going: bool,
) -> None:
    stack = engine.stack(endpoint=sandbox.endpoint, name=f"halfway-{calls}")
    refusals = EachOnce(error, calls=calls)

    _completes(stack, sandbox, refusals, words, never_refused=_MADE_BY_NO_CALL, keep_going=keep_going)

    # A stage's access logs and its method settings, for which no creating call exists.
    assert refusals.refused.count("UpdateStage") == 2


@pytest.mark.parametrize("example", _EXAMPLES)
def test_every_failed_creation_of_an_example_is_named_and_succeeds_in_a_later_up(
    engine: Engine, sandbox: RunningSandbox, example: str
) -> None:
    stack = engine.stack(endpoint=sandbox.endpoint, project=ROOT / "examples" / example)
    refusals = EachOnce(denied, spared=set().union(*_ALIKE.values()))

    _completes(stack, sandbox, refusals, DENIED, never_refused=_MADE_BY_NO_CALL | _ALIKE.keys(), keep_going=True)


def _completes(
    stack: Stack,
    sandbox: RunningSandbox,
    refusals: EachOnce,
    words: str,
    *,
    never_refused: Collection[str],
    keep_going: bool,
) -> None:
    """Run `up` until it succeeds: each resource's error has its name, and none is duplicated or left over."""
    before = inventory(sandbox, _ACCOUNTS, _REGIONS)
    sandbox.world.refusal = refusals
    named: set[str] = set()
    try:
        for _ in range(_MOST_UPS):
            seen = len(refusals.refused)
            try:
                stack.up(keep_going=keep_going)
            except CommandError as failure:
                named |= _named(str(failure), refusals.refused[seen:], words)
            else:
                break
        else:
            pytest.fail(f"`up` never succeeded; rejected calls: {refusals.refused}")
    finally:
        sandbox.world.refusal = None

    assert stack.up().touched == {}
    resources = [resource for resource in stack.resources if resource["type"].startswith("aws:")]
    assert named == {_label(each["type"], each["urn"]) for each in resources if each["type"] not in never_refused}
    made = Counter(entry.split()[2] for entry in inventory(sandbox, _ACCOUNTS, _REGIONS) - before)
    stated = Counter(COUNTED[each["type"]] for each in resources if each["type"] in COUNTED)
    assert {kind: made[kind] for kind in stated} == stated
    stack.destroy()
    assert inventory(sandbox, _ACCOUNTS, _REGIONS) == before


def _named(output: str, refused: list[str], words: str) -> set[str]:
    """The resources with errors, each with AWS's operation and message."""
    assert refused, f"`up` failed without a rejected call:\n{output}"
    assert words in output
    for operation in refused:
        assert f"{operation} operation" in output, output
    return {" ".join(found) for found in re.findall(r"aws:\w+:(\w+) \(([^)]+)\):", output)}


def _label(kind: str, urn: str) -> str:
    return f"{kind.rpartition(':')[2]} {urn.rpartition('::')[2]}"
