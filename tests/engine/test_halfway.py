"""An up that AWS refuses halfway: the error says what and why, and the next up completes it without a duplicate."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable

import pytest
from pulumi.automation import CommandError

from sandbox.control_plane.refusals import ApiCall
from sandbox.control_plane.service import AwsError
from sandbox.server import RunningSandbox
from tests.engine.inventory import inventory
from tests.engine.stacks import Engine

_ACCOUNTS = ("111111111111", "222222222222")
#: The calls by which the program's resources come to be, by the type that makes them.
_CREATES = {
    "AddPermission": "Permission",
    "CreateAlias": "Alias",
    "CreateDeployment": "Deployment",
    "CreateFunction": "Function",
    "CreateLogGroup": "LogGroup",
    "CreateRestApi": "RestApi",
    "PutRestApi": "RestApi",
    "CreateRole": "Role",
    "CreateStage": "Stage",
    "PutRolePolicy": "RolePolicy",
    "UpdateAccount": "Account",
}
#: Automatic names end in seven digits that differ from try to try, and ids of AWS differ from run to run.
_AUTOMATIC = re.compile(rb"-[0-9a-f]{7}\b|(?<=restapis/)[a-z0-9]{10}\b")
_DENIED = "is not authorized to perform this operation"
_SLOWED = "Rate exceeded"


def _denied() -> AwsError:
    return AwsError("AccessDeniedException", _DENIED, 403)


def _slowed() -> AwsError:
    return AwsError("ThrottlingException", _SLOWED, 429)


class _EachOnce:
    """Refuses every creation the first time that it is tried: as often as one try of a client repeats a call."""

    def __init__(self, error: Callable[[], AwsError], calls: int) -> None:
        self._error = error
        self._calls = calls
        self._met: Counter[tuple[str, str, str]] = Counter()
        self.refused: list[str] = []

    def __call__(self, call: ApiCall) -> AwsError | None:
        if call.operation not in _CREATES:
            return None
        content = _AUTOMATIC.sub(b"", call.request.target.encode() + call.request.body)
        # The engine keeps no order of a mapping's keys: the same request is the same bytes in some order.
        key = (call.account, call.operation, hashlib.sha256(bytes(sorted(content))).hexdigest())
        self._met[key] += 1
        if self._met[key] > self._calls:
            return None
        if self._met[key] == 1:
            self.refused.append(call.operation)
        return self._error()


@pytest.mark.parametrize(
    ("error", "words", "calls"),
    [
        pytest.param(_denied, _DENIED, 1, id="access denied"),
        # The SDKs try a throttled call again, here twice (maxRetries 2).
        pytest.param(_slowed, _SLOWED, 3, id="throttled"),
    ],
)
def test_every_creation_that_is_refused_once_is_named_and_made_by_a_later_up(
    engine: Engine, sandbox: RunningSandbox, error: Callable[[], AwsError], words: str, calls: int
) -> None:
    before = inventory(sandbox, _ACCOUNTS)
    stack = engine.stack(endpoint=sandbox.endpoint)
    refusals = _EachOnce(error, calls)
    sandbox.world.refusal = refusals
    try:
        for _ in range(2 * len(_CREATES)):
            seen = len(refusals.refused)
            try:
                stack.up()
            except CommandError as failure:
                _names_what_was_refused(str(failure), refusals.refused[seen:], words)
            else:
                break
        else:
            pytest.fail(f"the ups never completed; refused: {refusals.refused}")
    finally:
        sandbox.world.refusal = None

    assert set(refusals.refused) == set(_CREATES), "a creation was never tried, so it was never refused"
    assert stack.up().touched == {}
    made = Counter(entry.split()[2] for entry in inventory(sandbox, _ACCOUNTS) - before)
    assert made["RestApi"] == made["Function"] == made["Alias"] == made["Stage"] == made["Deployment"] == 1
    state = Counter(resource["type"].rpartition(":")[2] for resource in stack.resources)
    assert made["Role"] == state["Role"]
    assert made["LogGroup"] == state["LogGroup"]
    stack.destroy()
    assert inventory(sandbox, _ACCOUNTS) == before


def _names_what_was_refused(output: str, refused: list[str], words: str) -> None:
    """Each refusal stands under its resource, with AWS's call and words."""
    assert refused, f"the up failed without a refusal:\n{output}"
    assert words in output
    for operation in refused:
        kind = _CREATES[operation]
        assert f"{operation} operation" in output, output
        assert re.search(rf"aws:\w+:{kind} \([^)]+\):", output), output
