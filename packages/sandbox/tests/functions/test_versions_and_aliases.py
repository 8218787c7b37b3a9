"""Versions are published once and never change; aliases move between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_testing.control_plane import ARN, SOURCE, refused
from sandbox_testing.functions import zipped

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda


def test_create_with_publish_answers_with_version_1(functions: Lambda) -> None:
    answer = functions.create("pets", SOURCE, Publish=True)
    assert (answer["Version"], answer["FunctionArn"]) == ("1", f"{ARN}:1")


def test_publishing_unchanged_code_answers_with_the_last_version(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    assert functions.client.publish_version(FunctionName="pets")["Version"] == "1"
    functions.client.update_function_configuration(FunctionName="pets", Timeout=4)
    assert functions.client.publish_version(FunctionName="pets", Description="slower")["Version"] == "2"
    assert functions.client.publish_version(FunctionName="pets")["Version"] == "2"
    versions = functions.client.list_versions_by_function(FunctionName="pets")["Versions"]
    assert [(item["Version"], item["Timeout"]) for item in versions] == [("$LATEST", 4), ("1", 3), ("2", 4)]


def test_a_published_version_keeps_its_code_and_configuration(functions: Lambda) -> None:
    functions.create("pets", "def handler(event, context):\n    return 'old'\n", Publish=True)
    archive = zipped({"index.py": "def handler(event, context):\n    return 'new'\n"})
    answer = functions.client.update_function_code(FunctionName="pets", ZipFile=archive, Publish=True)
    assert answer["Version"] == "2"
    assert [functions.call(f"pets:{version}")[0] for version in (1, 2)] == ["old", "new"]
    assert functions.call("pets")[0] == "new"


def test_publishing_with_another_hash_is_refused(functions: Lambda) -> None:
    functions.create("pets", SOURCE)
    code, _, message = refused(lambda: functions.client.publish_version(FunctionName="pets", CodeSha256="abc"))
    assert (code, message.startswith("CodeSHA256 (abc) is different")) == ("InvalidParameterValueException", True)


def test_an_alias_of_a_version_that_is_not_there_is_refused(functions: Lambda) -> None:
    functions.create("pets", SOURCE)
    assert refused(lambda: functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="7")) == (
        "ResourceNotFoundException",
        404,
        f"Function not found: {ARN}:7",
    )


def test_an_alias_moves_and_the_next_call_runs_the_new_version(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    alias = functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    assert alias["AliasArn"] == f"{ARN}:live"
    functions.client.update_function_configuration(FunctionName="pets", Timeout=4)
    functions.client.publish_version(FunctionName="pets")
    assert functions.call("pets:live")[0] == "1"
    functions.client.update_alias(FunctionName="pets", Name="live", FunctionVersion="2")
    assert functions.call("pets:live")[0] == "2"


def test_a_second_alias_of_the_same_name_is_refused(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    code, status, _ = refused(
        lambda: functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    )
    assert (code, status) == ("ResourceConflictException", 409)


def test_a_weighted_alias_sends_all_its_traffic_by_weight(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    functions.client.update_function_configuration(FunctionName="pets", Timeout=4)
    functions.client.publish_version(FunctionName="pets")
    functions.client.create_alias(
        FunctionName="pets",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
    )
    assert functions.call("pets:live")[0] == "2"
    functions.client.update_alias(
        FunctionName="pets", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.0}}
    )
    assert functions.call("pets:live")[0] == "1"
    functions.client.update_alias(FunctionName="pets", Name="live", RoutingConfig={"AdditionalVersionWeights": {}})
    assert "RoutingConfig" not in functions.client.get_alias(FunctionName="pets", Name="live")


def test_a_version_that_an_alias_uses_cannot_be_deleted(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    code, status, _ = refused(lambda: functions.client.delete_function(FunctionName="pets", Qualifier="1"))
    assert (code, status) == ("ResourceConflictException", 409)
    functions.client.delete_alias(FunctionName="pets", Name="live")
    functions.client.delete_function(FunctionName="pets", Qualifier="1")
    assert len(functions.client.list_versions_by_function(FunctionName="pets")["Versions"]) == 1
