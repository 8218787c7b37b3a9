import pytest

from cross_account_sandbox.engine_plugin.preview import planned_creation, planned_update
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN

_FUNCTION = "aws:lambda/function:Function"
_OUTPUTS = {"version": "3", "arn": "arn:f", "memorySize": 128}


def test_a_resource_to_be_created_is_known_by_its_inputs_alone() -> None:
    assert planned_creation({"name": "a", "__defaults": ["name"]}) == {"name": "a"}


@pytest.mark.parametrize("changed", ["code", "memorySize", "environment"])
def test_a_function_that_will_change_has_an_unknown_version_and_a_known_arn(changed: str) -> None:
    planned = planned_update(_FUNCTION, _OUTPUTS, {"memorySize": 256}, [changed])

    assert planned == {"version": UNKNOWN, "arn": "arn:f", "memorySize": 256}


def test_tags_alone_make_no_new_version_of_a_function() -> None:
    assert planned_update(_FUNCTION, _OUTPUTS, {}, ["tags"])["version"] == "3"


def test_outputs_of_other_types_stay_known() -> None:
    assert planned_update("aws:iam/role:Role", {"arn": "a"}, {"name": "b"}, ["name"]) == {"arn": "a", "name": "b"}
