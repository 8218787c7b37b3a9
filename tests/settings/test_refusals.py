"""Errors for wrong settings: the key, the bad value, what is wrong, and a fix in the same form as the setting."""

from __future__ import annotations

from typing import Any, Self

import pytest
from pydantic import model_validator

from cross_account_api.config import SettingsError, TwoAccounts
from settings import Settings
from tests.settings.cli import fixed, is_of_declared_type
from tests.settings.faults import FAULTS, Fault
from tests.settings.reading import API, FUNCTION, loaded, refusal

WITH_OVERRIDE = [fault for fault in FAULTS if fault.override]


def _refused(values: dict[str, Any], *overrides: str) -> tuple[dict[str, Any], str]:
    """All values, and the error message for them."""
    given = {"apiAccount": API, "functionAccount": FUNCTION, **values}
    given = {key: value for key, value in given.items() if value is not None}
    return given, refusal(
        given, api=given.get("apiAccount"), function=given.get("functionAccount"), overrides=overrides
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.reported[:40])
def test_a_fault_is_reported_with_the_command_that_fixes_it(fault: Fault) -> None:
    given, message = _refused(fault.values)

    assert message.splitlines()[1:] == [f"  {fault.sentence} To fix: {fault.fix}"]
    after = fixed(given, message)
    assert [key for key, value in after.items() if not is_of_declared_type(key, value)] == []
    loaded(Settings, after)


@pytest.mark.parametrize("fault", WITH_OVERRIDE, ids=lambda fault: fault.reported[:40])
def test_the_fix_of_a_setting_given_with_c_uses_c(fault: Fault) -> None:
    given, message = _refused(fault.values, "stageName.other", fault.override)

    assert message.splitlines()[1:] == [f"  {fault.sentence} To fix: {fault.fix_of_override}"]
    loaded(Settings, fixed(given, message))


@pytest.mark.parametrize("override", ["cross-account-api:timeout", "other:timeout", "timeoutX", "memorySize"])
def test_the_fix_names_the_project_as_the_command_line_did_and_else_the_stack(override: str) -> None:
    fix = _refused({"timeout": "901"}, override)[1].partition(" To fix: ")[2]

    own = override.startswith("cross-account-api:")
    assert fix == ("-c cross-account-api:timeout=10" if own else "pulumi config set --stack dev --path timeout 10")


def test_all_faults_are_reported_at_once() -> None:
    message = refusal({"runtime": "ruby", "endpointType": "GLOBAL", "timeout": "901"})

    assert [line.split(":")[0].strip() for line in message.splitlines()[1:]] == ["runtime", "endpointType", "timeout"]


@pytest.mark.parametrize("bad", ["11111111111", "1111111111111", "11111111111a", "", True, None, 1.5])
def test_an_account_id_has_exactly_12_digits(bad: object) -> None:
    assert f"apiAccount.id: {bad!r}" in refusal(api={"id": bad, "region": "eu-west-1"})


@pytest.mark.parametrize("bad", ["eu-west", "EU-WEST-1", "europe", "eu_west_1", ""])
def test_a_region_has_the_shape_of_a_region(bad: str) -> None:
    assert f"functionAccount.region: {bad!r} must be" in refusal(function={**FUNCTION, "region": bad})


@pytest.mark.parametrize(
    "bad",
    ["999.1.1.1", "1.2.3.4/99", "::::", "abc", "", "1.2.3.4/", "10.0.0.0/255.0.0.0", "fe80::1%eth0", "\u0661.1.1.1"],
)
def test_an_address_or_block_is_an_ip_address_or_cidr_block(bad: str) -> None:
    message = refusal({"allowedSourceIps": ["192.0.2.1", bad]})

    assert f"allowedSourceIps[1]: {bad!r} must be an IP address or a CIDR block" in message


def test_a_rule_of_a_programs_own_model_that_names_no_key_is_reported_as_it_is() -> None:
    class Own(TwoAccounts):
        @model_validator(mode="after")
        def _never(self) -> Self:
            raise ValueError("one of colour and shade")

    with pytest.raises(SettingsError, match="one of colour and shade"):
        loaded(Own, {"apiAccount": API, "functionAccount": FUNCTION}, project="own")
