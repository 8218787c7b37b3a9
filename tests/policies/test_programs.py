"""The root program and all examples pass the pack, in every variant that tests/upgrade records."""

from __future__ import annotations

import pytest

from tests.policies.examining import recorded, violations
from tests.projects import ROOT
from tests.upgrade.recorded_programs import load
from tests.upgrade.registrations import recording_of

_CASES = {name: entry.case for name, entry in load().items()}
#: Settings that violate a rule of the pack, and these rules.
_LESS = {
    "cross-account-api scope-stage": {"permission-no-wider-than-routes"},
    "cross-account-api scope-api": {"permission-no-wider-than-routes"},
    "cross-account-api logging-off": {"stage-access-logs"},
    "split-function account": {"api-gateway-permission-sources"},
}

#: The stack reads its function's ARN from a setting or another stack, which the recorder does not see.
_ELSEWHERE = {"no-third-account": {"accounts": ["222222222222"]}}


@pytest.mark.parametrize("name", _CASES)
def test_a_program_passes_unless_its_settings_ask_for_less(name: str) -> None:
    case = _CASES[name]
    made = recording_of(ROOT, case)

    assert len(made.in_aws) > 1
    config = _ELSEWHERE if case.project == "split-api" else {}
    assert set(violations(recorded(made), config)) == _LESS.get(name, set())
