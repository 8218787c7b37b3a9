"""A stack that an older version deployed keeps every resource when the current program updates it."""

from __future__ import annotations

from functools import cache

import pytest

from tests.projects import ROOT
from tests.upgrade.allowed import ALLOWED
from tests.upgrade.comparison import Finding, compare
from tests.upgrade.recorded_programs import load
from tests.upgrade.registrations import registered_by
from tools.upgrade.cases import cases

_RECORDED = load()
_ADVICE = (
    "This would change stacks that are already deployed. If this is intended, add it to ALLOWED in "
    "tests/upgrade/allowed.py with the reason; a resource that moved or changed its name needs "
    "ResourceOptions(aliases=…) instead."
)


@cache
def _found(name: str) -> tuple[Finding, ...]:
    recorded = _RECORDED[name]
    return tuple(compare(recorded.program, registered_by(ROOT, recorded.case)))


@pytest.mark.parametrize("name", _RECORDED)
def test_an_update_changes_nothing_but_what_is_allowed(name: str) -> None:
    unexpected = [str(finding) for finding in _found(name) if not any(row.covers(finding) for row in ALLOWED)]

    assert not unexpected, "\n".join([f"{name}:", *unexpected, _ADVICE])


def test_every_allowed_change_is_still_needed() -> None:
    idle = [row for row in ALLOWED if not any(row.covers(finding) for name in _RECORDED for finding in _found(name))]

    assert idle == []


def test_every_case_is_recorded() -> None:
    assert set(_RECORDED) == {f"{case.project} {name}" for name, case in cases(ROOT)}
