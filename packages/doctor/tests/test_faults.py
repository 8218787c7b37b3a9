"""One fault at a time: the doctor reports its hop and cause, nothing else, and commands that fix it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.deployments import Deployment
from doctor_testing.faults import FAULTS, Fault, http
from doctor_testing.http_deployments import HttpDeployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _pytest.mark import ParameterSet

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest


def _every_fault() -> Iterator[ParameterSet]:
    for name, kind, faults in (("REST", Deployment, FAULTS), ("HTTP", HttpDeployment, http.FAULTS)):
        yield from (pytest.param(kind, fault, id=f"{name}: {fault.name}") for fault in faults)


@pytest.mark.parametrize(("kind", "fault"), list(_every_fault()))
def test_the_fault_is_the_only_finding_and_the_printed_commands_fix_it(
    kind: type[Deployment],
    fault: Fault,
    sandbox: SandboxUnderTest,
    examined: Callable[..., Said],
    aws: Callable[[str], str],
) -> None:
    deployment = kind(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
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


@pytest.mark.parametrize("faults", [FAULTS, http.FAULTS], ids=["REST", "HTTP"])
def test_commands_fix_at_least_twenty_faults(faults: tuple[Fault, ...]) -> None:
    assert len([fault for fault in faults if not fault.code]) >= 20
