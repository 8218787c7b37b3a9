"""A function is Pending, then Active; an update is InProgress, then Successful: as recorded on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.control_plane import ARN, SOURCE, refused
from sandbox_testing.functions import zipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest

REASON = "The function is being created."
PENDING = {"State": "Pending", "StateReason": REASON, "StateReasonCode": "Creating"}
ACTIVE = {"State": "Active", "LastUpdateStatus": "Successful"}
IN_PROGRESS = {
    "State": "Active",
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": REASON,
    "LastUpdateStatusReasonCode": "Creating",
}
NEW = zipped({"index.py": "def handler(event, context):\n    return 'new'\n"})


def states(configuration: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in configuration.items() if name.startswith(("State", "LastUpdateS"))}


def current(functions: Lambda, name: str = "pets") -> dict[str, Any]:
    configuration: dict[str, Any] = functions.client.get_function_configuration(FunctionName=name)
    return configuration


@pytest.fixture
def endless(sandbox: SandboxUnderTest) -> Callable[[], None]:
    """Once called, creations and updates never finish."""

    def begin() -> None:
        sandbox.world.function_state_delay_s = 600

    return begin


def test_a_created_function_is_pending_then_active_under_another_revision(functions: Lambda) -> None:
    answer = functions.create("pets", SOURCE)
    found = current(functions)
    assert (states(answer), states(found)) == (PENDING, ACTIVE)
    assert answer["RevisionId"] != found["RevisionId"]


@pytest.mark.parametrize("change", [{"Description": "all pets"}, {"ZipFile": NEW}])
def test_an_update_is_in_progress_then_successful_under_another_revision(
    functions: Lambda, change: dict[str, Any]
) -> None:
    functions.create("pets", SOURCE)
    code = "ZipFile" in change
    update = functions.client.update_function_code if code else functions.client.update_function_configuration
    created, answer, done = current(functions), update(FunctionName="pets", **change), current(functions)
    assert (states(answer), states(done)) == (IN_PROGRESS, ACTIVE)
    assert len({found["RevisionId"] for found in (created, answer, done)}) == 3


def test_the_sdks_waiters_see_a_function_become_active_and_updated(
    sandbox: SandboxUnderTest, functions: Lambda
) -> None:
    sandbox.world.function_state_delay_s = 0.2
    functions.create("pets", SOURCE)
    assert states(current(functions)) == PENDING
    functions.client.get_waiter("function_active_v2").wait(FunctionName="pets", WaiterConfig={"Delay": 0.05})
    functions.client.update_function_configuration(FunctionName="pets", Timeout=4)
    assert states(current(functions)) == IN_PROGRESS
    functions.client.get_waiter("function_updated_v2").wait(FunctionName="pets", WaiterConfig={"Delay": 0.05})
    assert states(current(functions)) == ACTIVE


def test_a_version_published_with_a_change_is_pending_while_latest_is_updated(
    functions: Lambda, endless: Callable[[], None]
) -> None:
    functions.create("pets", SOURCE)
    endless()
    answer = functions.client.update_function_code(FunctionName="pets", ZipFile=NEW, Publish=True)
    assert (answer["Version"], states(answer)) == ("1", PENDING)
    assert [states(current(functions, name)) for name in ("pets:1", "pets")] == [PENDING, IN_PROGRESS]


def test_a_version_of_an_active_function_is_active_at_once(functions: Lambda, endless: Callable[[], None]) -> None:
    functions.create("pets", SOURCE)
    endless()
    answer = functions.client.publish_version(FunctionName="pets")
    assert (answer["Version"], states(answer)) == ("1", ACTIVE)
    assert current(functions, "pets:1")["RevisionId"] == answer["RevisionId"]


def test_lists_tell_no_state(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    client = functions.client
    found = [
        *client.list_functions()["Functions"],
        *client.list_functions(FunctionVersion="ALL")["Functions"],
        *client.list_versions_by_function(FunctionName="pets")["Versions"],
    ]
    assert len(found) == 5
    assert not any(states(item) or "RuntimeVersionConfig" in item for item in found)


CHANGES: dict[str, Callable[[Any], object]] = {
    "UpdateFunctionCode": lambda client: client.update_function_code(FunctionName="pets", ZipFile=NEW),
    "UpdateFunctionConfiguration": lambda client: client.update_function_configuration(FunctionName="pets", Timeout=9),
    "PublishVersion": lambda client: client.publish_version(FunctionName="pets"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_while_the_function_is_pending_is_a_conflict(
    functions: Lambda, endless: Callable[[], None], change: Callable[[Any], object]
) -> None:
    endless()
    functions.create("pets", SOURCE)
    assert refused(lambda: change(functions.client)) == (
        "ResourceConflictException",
        409,
        "The operation cannot be performed at this time. The function is currently in the following state: Pending",
    )


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_while_an_update_is_in_progress_is_a_conflict(
    functions: Lambda, endless: Callable[[], None], change: Callable[[Any], object]
) -> None:
    functions.create("pets", SOURCE)
    endless()
    functions.client.update_function_configuration(FunctionName="pets", Timeout=4)
    assert refused(lambda: change(functions.client)) == (
        "ResourceConflictException",
        409,
        f"The operation cannot be performed at this time. An update is in progress for resource: {ARN}",
    )
    assert current(functions)["Timeout"] == 4


@pytest.mark.parametrize("kind", ["RequestResponse", "Event"])
def test_a_pending_function_cannot_be_invoked(functions: Lambda, endless: Callable[[], None], kind: str) -> None:
    endless()
    functions.create("pets", SOURCE)
    assert refused(lambda: functions.client.invoke(FunctionName="pets", InvocationType=kind)) == (
        "ResourceConflictException",
        409,
        "The operation cannot be performed at this time. The function is currently in the following state: Pending",
    )


def test_calls_run_the_old_code_until_the_update_is_done(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    functions.create("pets", "import os\ndef handler(event, context):\n    return os.environ.get('AGE', 'none')\n")
    sandbox.world.function_state_delay_s = 0.5
    functions.client.update_function_configuration(FunctionName="pets", Environment={"Variables": {"AGE": "7"}})
    assert functions.call("pets")[0] == "none"
    functions.client.get_waiter("function_updated_v2").wait(FunctionName="pets", WaiterConfig={"Delay": 0.05})
    assert functions.call("pets")[0] == "7"
