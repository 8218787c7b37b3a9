"""The root program and all examples, in every way that tests/upgrade records, pass the pack."""

from __future__ import annotations

import pytest

from tests.components.recorder import ROOT, record
from tests.policies.examining import recorded, violations
from tests.projects import run_project
from tests.upgrade.recorded_programs import load
from tests.upgrade.registrations import _OUTPUTS

_CASES = {name: entry.case for name, entry in load().items()}
#: Settings that ask for less than the pack wants, and the rules that say so.
_LESS = {
    "cross-account-api scope-stage": {"permission-no-wider-than-routes"},
    "cross-account-api scope-api": {"permission-no-wider-than-routes"},
    "cross-account-api logging-off": {"stage-access-logs"},
    "split-function account": {"api-gateway-permission-sources"},
}


@pytest.mark.parametrize("name", _CASES)
def test_a_program_passes_unless_its_settings_ask_for_less(name: str) -> None:
    case = _CASES[name]
    answers = {**_OUTPUTS, "StackReference": {"outputs": dict(case.references)}}
    made = record(
        lambda: run_project(ROOT / case.directory),
        config=case.config,
        project=case.project,
        stack=case.stack,
        answers=answers,
    )

    assert len(made.in_aws) > 1
    assert set(violations(recorded(made))) == _LESS.get(name, set())
