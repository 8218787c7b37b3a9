"""Accepted settings, and the values that a program gets for them."""

from __future__ import annotations

import pytest
from pydantic import Field

from cross_account_api.config import TwoAccounts
from tests.settings.reading import API, FUNCTION, loaded, read


def test_unset_keys_have_their_defaults() -> None:
    found = read()

    assert (found.runtime, found.endpoint_type, found.stage_name) == ("nodejs", "REGIONAL", "dev")
    assert (found.invocation, found.permission_scope, found.authorization) == ("permission", "method", "NONE")
    assert (found.gateway_logging, found.alias, found.endpoint) == ("existing", "live", None)


def test_an_account_id_may_arrive_as_an_integer_of_12_digits() -> None:
    assert read(api={"id": 123456789012, "region": "eu-west-1"}).api_account.id == "123456789012"


def test_an_account_id_keeps_its_leading_zeros() -> None:
    assert read(api={"id": "000000000001", "region": "eu-west-1"}).api_account.id == "000000000001"


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("ap-southeast-7", "aws")],
)
def test_a_region_is_checked_by_its_shape_and_gives_the_partition(region: str, partition: str) -> None:
    accounts = [{"id": account["id"], "region": region} for account in (API, FUNCTION)]

    assert read(api=accounts[0], function=accounts[1]).api_account.partition == partition


@pytest.mark.parametrize(("given", "text"), [(42, "42"), (True, "true"), (False, "false"), ("007", "007")])
def test_a_tag_that_the_cli_took_for_a_number_or_boolean_is_text_again(given: object, text: str) -> None:
    assert read({"tags": {"cost": given}}).tags["cost"] == text


@pytest.mark.parametrize(
    "good", ["192.0.2.1", "192.0.2.0/24", "192.0.2.1/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32", "::/0"]
)
def test_an_address_or_block_may_call(good: str) -> None:
    assert read({"allowedSourceIps": [good]}).allowed_source_ips == (good,)


@pytest.mark.parametrize("value", [False, "false"])
def test_alias_false_means_the_plain_function(value: object) -> None:
    assert read({"alias": value}).alias is None


def test_an_unquoted_off_of_yaml_is_off() -> None:
    assert read({"gatewayLogging": False}).gateway_logging == "off"


@pytest.mark.parametrize("key", ["endpoint", "functionName"])
def test_an_empty_text_is_as_good_as_absent(key: str) -> None:
    assert read({key: ""}).model_dump(by_alias=True)[key] is None


def test_tags_name_project_and_stack_beside_the_own_ones() -> None:
    assert read({"tags": {"team": "pets"}}).tags == {"project": "cross-account-api", "stack": "dev", "team": "pets"}


def test_a_project_of_its_own_reads_its_own_namespace_and_keys() -> None:
    class Own(TwoAccounts):
        colour: str = Field(default="red", description="a colour", examples=["blue"])

    found = loaded(Own, {"apiAccount": API, "functionAccount": FUNCTION, "colour": "blue"}, project="own")

    assert (found.colour, found.api_account.id) == ("blue", API["id"])


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read().__setattr__("stage_name", "other")


def test_a_runtime_names_the_folder_of_its_code() -> None:
    assert [read({"runtime": runtime}).language for runtime in ("nodejs24.x", "python3.14", "python")] == [
        "nodejs",
        "python",
        "python",
    ]
