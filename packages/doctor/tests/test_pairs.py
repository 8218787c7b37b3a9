"""Two faults at once: the doctor reports both, in the order of the hops, and fixes both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cross_account_doctor.findings import HopName
from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.deployments import Deployment
from doctor_testing.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest

BY_NAME = {fault.name: fault for fault in FAULTS}
PAIRS = [
    ("no permission", "reserved concurrency 0"),
    ("permission of another stage", "default endpoint disabled"),
    ("resource policy denies", "permission with another SourceAccount"),
    ("alias deleted", "logging role deleted"),
    ("function invoked by GET", "no permission"),
    ("role without right", "role not named by the function"),
    ("role that does not trust API Gateway", "role not named by the function"),
    ("authorizer not permitted", "permission of another path"),
    ("alias that never existed", "reserved concurrency 0"),
    ("function invoked by GET", "default endpoint disabled"),
    ("route not deployed", "reserved concurrency 0"),
    ("function slower than the integration", "root principal with a source ARN"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]} and {pair[1]}")
def test_both_faults_are_reported_and_fixed(
    pair: tuple[str, str], sandbox: SandboxUnderTest, examined: Callable[..., Said], aws: Callable[[str], str]
) -> None:
    faults = [BY_NAME[name] for name in pair]
    deployment = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    for change in dict.fromkeys(fault.before for fault in faults):
        change(deployment)
    deployment.make()
    for fault in faults:
        fault.then(deployment)
    asked = [fault.ask for fault in faults if fault.status]
    assert {ask(deployment).status for ask in asked} & {403, 500, 504}

    said = examined(deployment)

    order = [hop.value for hop in HopName]
    assert said.broken == sorted({fault.hop for fault in faults}, key=order.index), said.causes
    assert all(fault.cause in said.causes for fault in faults), said.causes
    for command in said.commands:
        aws(command)
    # An authorizer requires its token, whichever fault the request tests.
    answers = [deployment.get(_path(name), Authorization="token").status for name in pair]
    assert answers == [200, 200]
    assert examined(deployment).broken == []


def _path(name: str) -> str:
    return "/users" if name == "route not deployed" else "/"
