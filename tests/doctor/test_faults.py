"""One fault at a time: the right hop and cause, nothing else accused, and a command that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doctor.conftest import API_ACCOUNT, FUNCTION_ACCOUNT
from tests.doctor.deployments import Deployment
from tests.doctor.faults import FAULTS, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doctor.conftest import Said
    from tests.sandbox.conftest import SandboxUnderTest


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_named_alone_and_mended_by_the_printed_commands(
    fault: Fault, sandbox: SandboxUnderTest, examined: Callable[..., Said], aws: Callable[[str], str]
) -> None:
    deployment = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    fault.before(deployment)
    deployment.make()
    fault.then(deployment)
    assert fault.ask(deployment).status == (fault.status or 200)

    said = examined(deployment)

    assert said.broken == [fault.hop], said.causes
    assert fault.cause in said.report["findings"][0]["cause"], said.causes
    assert (said.code, said.unknown) == (1, [])
    if fault.code:
        assert not said.commands
        return
    assert said.commands
    for command in said.commands:
        aws(command)
    assert fault.ask(deployment).status == 200
    assert examined(deployment).broken == []


def test_at_least_twenty_faults_are_mended_by_commands() -> None:
    assert len([fault for fault in FAULTS if not fault.code]) >= 20
