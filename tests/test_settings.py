"""Settings: what is read, and what each mistake is told with."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest
import yaml
from pydantic import Field, model_validator

import settings
from cross_account_sandbox.deploy import config_paths
from settings import Settings, SettingsError, TwoAccounts, load
from tests.components.recorder import ROOT, record, stack_config
from tests.settings_documents import markdown, pulumi_config, readme_table

API = {"id": "111111111111", "region": "eu-west-1"}
Model = TypeVar("Model", bound=TwoAccounts)
FUNCTION = {"id": "222222222222", "region": "eu-west-1"}


def read(values: Mapping[str, object] | None = None, *, api: object = API, function: object = FUNCTION) -> Settings:
    """The settings as a program would get them, from these values."""
    return _loaded(Settings, {"apiAccount": api, "functionAccount": function, **(values or {})}, "cross-account-api")


def _loaded(model: type[Model], values: Mapping[str, object], project: str) -> Model:
    config = {
        f"{project}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    found: list[Model] = []

    def program() -> None:
        found.append(load(model))

    record(program, config=config, project=project)
    return found[0]


def refusal(values: Mapping[str, object] | None = None, *, api: object = API, function: object = FUNCTION) -> str:
    """The message with which these values are refused."""
    with pytest.raises(SettingsError) as caught:
        read(values, api=api, function=function)
    return str(caught.value)


def test_what_is_not_set_has_its_default() -> None:
    found = read()

    assert (found.runtime, found.endpoint_type, found.stage_name) == ("nodejs", "REGIONAL", "dev")
    assert (found.invocation, found.permission_scope, found.authorization) == ("permission", "method", "NONE")
    assert (found.gateway_logging, found.alias, found.endpoint) == ("existing", "live", None)


def test_an_account_id_may_arrive_as_an_integer_of_12_digits() -> None:
    assert read(api={"id": 123456789012, "region": "eu-west-1"}).api_account.id == "123456789012"


def test_an_account_id_keeps_its_leading_zeros() -> None:
    assert read(api={"id": "000000000001", "region": "eu-west-1"}).api_account.id == "000000000001"


def test_an_integer_that_lost_its_leading_zero_is_refused_with_the_reason() -> None:
    told = refusal(api={"id": 12345678901, "region": "eu-west-1"})

    assert "apiAccount.id: 12345678901" in told
    assert "begins with 0 needs quotes" in told
    assert "pulumi config set --path apiAccount.id 111111111111" in told


@pytest.mark.parametrize("bad", ["11111111111", "1111111111111", "11111111111a", "", True, None, 1.5])
def test_what_is_no_account_id_is_refused(bad: object) -> None:
    assert "apiAccount.id" in refusal(api={"id": bad, "region": "eu-west-1"})


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("ap-southeast-7", "aws")],
)
def test_a_region_is_checked_by_its_shape_and_gives_the_partition(region: str, partition: str) -> None:
    accounts = [{"id": account["id"], "region": region} for account in (API, FUNCTION)]

    assert read(api=accounts[0], function=accounts[1]).api_account.partition == partition


@pytest.mark.parametrize("bad", ["eu-west", "EU-WEST-1", "europe", "eu_west_1", ""])
def test_what_is_no_region_is_refused(bad: str) -> None:
    told = refusal(function={"id": "222222222222", "region": bad})

    assert f"functionAccount.region: {bad!r}" in told
    assert "pulumi config set --path functionAccount.region eu-west-1" in told


def test_the_same_account_twice_is_refused() -> None:
    told = refusal(function=API)

    assert "functionAccount.id: '111111111111' is the API's account too" in told
    assert "pulumi config set --path functionAccount.id 222222222222" in told


def test_two_partitions_are_refused_with_a_region_that_would_do() -> None:
    told = refusal(function={"id": "222222222222", "region": "cn-north-1"})

    assert "functionAccount.region: 'cn-north-1' lies in partition aws-cn" in told
    assert "pulumi config set --path functionAccount.region eu-west-1" in told


def test_an_unknown_key_is_refused_with_the_command_that_moves_its_value() -> None:
    told = refusal({"stagName": "test"})

    assert "stagName: unknown key, with value 'test'; did you mean stageName?" in told
    assert "pulumi config rm --path stagName && pulumi config set --path stageName test" in told


def test_an_unknown_key_of_an_account_is_refused() -> None:
    told = refusal(api={**API, "externalID": "x"})

    assert "apiAccount.externalID: unknown key" in told
    assert "did you mean apiAccount.externalId?" in told


def test_an_unknown_key_like_no_other_is_refused_with_those_that_exist() -> None:
    told = refusal({"colour": "red"})

    assert "colour: unknown key, with value 'red'; the keys are apiAccount, functionAccount" in told
    assert "pulumi config rm --path colour" in told


def test_a_missing_account_is_told_with_a_command_that_sets_it() -> None:
    with pytest.raises(
        SettingsError, match=r"functionAccount: missing\. Mend: pulumi config set --path functionAccount"
    ):
        _loaded(Settings, {"apiAccount": API}, "cross-account-api")


def test_every_fault_is_told_at_once() -> None:
    told = refusal({"runtime": "ruby", "endpointType": "GLOBAL", "timeout": "901"})

    assert [line.split(":")[0].strip() for line in told.splitlines()[1:]] == ["runtime", "endpointType", "timeout"]


@pytest.mark.parametrize(
    ("key", "bad", "mend"),
    [
        ("runtime", "ruby", "pulumi config set --path runtime python"),
        ("endpointType", "PRIVATE", "pulumi config set --path endpointType REGIONAL"),
        ("stageName", "a/b", "pulumi config set --path stageName dev"),
        ("invocation", "both", "pulumi config set --path invocation permission"),
        ("permissionScope", "account", "pulumi config set --path permissionScope method"),
        ("authorization", "IAM", "pulumi config set --path authorization AWS_IAM"),
        ("gatewayLogging", "on", "pulumi config set --path gatewayLogging existing"),
        ("alias", "true", "pulumi config set --path alias live"),
        ("alias", "a b", "pulumi config set --path alias live"),
        ("endpoint", "localhost:4566", "pulumi config set --path endpoint http://127.0.0.1:4566"),
        ("backendUrl", "ftp://pets", "pulumi config set --path backendUrl https://backend.example.com"),
        ("functionName", "a.b", "pulumi config set --path functionName hello"),
        ("memorySize", "64", "pulumi config set --path memorySize 256"),
        ("timeout", "soon", "pulumi config set --path timeout 10"),
        ("architecture", "x86", "pulumi config set --path architecture arm64"),
        ("logLevel", "DEBUG", "pulumi config set --path logLevel INFO"),
        ("logRetentionDays", "31", "pulumi config set --path logRetentionDays 30"),
        ("retainLogs", "perhaps", "pulumi config set --path retainLogs true"),
        ("throttlingRateLimit", "0", "pulumi config set --path throttlingRateLimit 1000"),
        ("throttlingBurstLimit", "-1", "pulumi config set --path throttlingBurstLimit 500"),
        (
            "apiAccount",
            "111111111111",
            "pulumi config rm --path apiAccount && pulumi config set --path apiAccount.id 111111111111 && pulumi",
        ),
        ("tags", "pets", "pulumi config rm --path tags && pulumi config set --path tags.team pets"),
        ("allowedSourceIps", '["everywhere"]', "pulumi config set --path 'allowedSourceIps[0]' 192.0.2.0/24"),
        ("throttlingRateLimit", "0.5", "pulumi config set --path throttlingRateLimit 1000"),
        ("throttlingRateLimit", "inf", "pulumi config set --path throttlingRateLimit 1000"),
        ("throttlingRateLimit", "nan", "pulumi config set --path throttlingRateLimit 1000"),
    ],
)
def test_a_bad_value_is_refused_with_its_key_the_value_and_the_mend(key: str, bad: str, mend: str) -> None:
    told = refusal({key: bad})

    assert f"  {key}" in told
    assert bad.strip('[]"') in told
    assert mend in told


@pytest.mark.parametrize(
    "values",
    [
        {"apiAccount": None},
        {"functionAccount": None},
        {"apiAccount": "111111111111"},
        {"apiAccount": ["111111111111"]},
        {"apiAccount": {"id": "1", "region": "x"}},
        {"apiAccount": {"id": {"number": 1}}},
        {"apiAccount": {**API, "roleArn": "deployer"}},
        {"apiAccount": {**API, "externalID": 'it\'s a "secret"'}},
        {"apiAcount": API, "apiAccount": None},
        {"functionAccount": API},
        {"functionAccount": {"id": "222222222222", "region": "cn-north-1"}},
        {"tags": "pets"},
        {"tags": ["pets"]},
        {"tags": {"team": {"name": "pets"}}},
        {"tags": {"a.b": 1.5, 'c["d"]': None}},
        {"tag": {"a.b": "x", "cost": 42}},
        {"allowedSourceIps": "everywhere"},
        {"allowedSourceIps": {"0": "192.0.2.0/24"}},
        {"allowedSourceIps": ["192.0.2.0/24", "everywhere"]},
        {"allowedSourceIp": ["192.0.2.0/24"]},
        {"colour": "red"},
        {"stagName": "-v1"},
        {"memorySize": "64", "timeout": "901", "tracing": "perhaps", "throttlingRateLimit": "inf"},
    ],
)
def test_the_printed_commands_mend(values: Mapping[str, object]) -> None:
    given: dict[str, Any] = {"apiAccount": API, "functionAccount": FUNCTION, **values}
    given = {key: value for key, value in given.items() if value is not None}

    mended = _mended(given)

    assert [key for key, value in mended.items() if not _is_of_declared_type(key, value)] == []
    _loaded(Settings, mended, "cross-account-api")


def _mended(values: dict[str, Any]) -> dict[str, Any]:
    """The values after every command that their refusal prints, run as Pulumi's CLI would run it."""
    with pytest.raises(SettingsError) as caught:
        _loaded(Settings, values, "cross-account-api")
    result: dict[str, Any] = json.loads(json.dumps(values))
    for line in str(caught.value).splitlines()[1:]:
        _run(result, line.partition(" Mend: ")[2])
    return result


def _run(values: dict[str, Any], commands: str) -> None:
    words = shlex.split(commands)
    assert words
    while words:
        end = words.index("&&") if "&&" in words else len(words)
        command, words = [word for word in words[:end] if word != "--"], words[end + 1 :]
        assert command[:2] == ["pulumi", "config"]
        assert command[3] == "--path"
        if command[2] == "set":
            config_paths.assign(values, *command[4:])
        else:
            _remove(values, *command[4:])


def _remove(values: dict[str, Any], path: str) -> None:
    *outer, last = config_paths.parse(path)
    container: Any = values
    for step in outer:
        container = container[step]
    del container[last]


def _is_of_declared_type(key: str, value: object) -> bool:
    """Whether Pulumi's CLI would take the value for what Pulumi.yaml declares; it reads text as number or boolean."""
    kind = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"][key]["type"]
    text = value if isinstance(value, str) else None
    kinds = {
        "object": isinstance(value, dict),
        "array": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "string": text is not None,
        "integer": text is not None and text.isdigit(),
        "boolean": text in ("true", "false"),
    }
    return kinds[kind]


def test_every_example_of_the_documentation_is_a_command_that_works() -> None:
    """The tables' words, after `pulumi config set`; a value alone after the key."""
    for row in readme_table().splitlines()[2:]:
        key, _, values, _ = (cell.strip() for cell in row.strip("|").split(" | "))
        found: dict[str, Any] = {"apiAccount": {**API}, "functionAccount": {**FUNCTION}}
        for example in re.findall(r"`([^`]+)`", values):
            command = example if example.startswith("--path") else f"--path {key.strip('`')} {example}"
            _run(found, f"pulumi config set {command}")
            assert [each for each in found if not _is_of_declared_type(each, found[each])] == []
            _loaded(Settings, found, "cross-account-api")


@pytest.mark.parametrize(("given", "text"), [(42, "42"), (True, "true"), (False, "false"), ("007", "007")])
def test_a_tag_that_the_cli_took_for_a_number_or_boolean_is_text_again(given: object, text: str) -> None:
    assert read({"tags": {"cost": given}}).tags["cost"] == text


def test_an_external_id_of_digits_is_text() -> None:
    assert read(api={**API, "externalId": 1234}).api_account.external_id == "1234"


@pytest.mark.parametrize(
    "good", ["192.0.2.1", "192.0.2.0/24", "192.0.2.1/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32", "::/0"]
)
def test_an_address_or_block_may_call(good: str) -> None:
    assert read({"allowedSourceIps": [good]}).allowed_source_ips == (good,)


@pytest.mark.parametrize(
    "bad",
    ["999.1.1.1", "1.2.3.4/99", "::::", "abc", "", "1.2.3.4/", "10.0.0.0/255.0.0.0", "fe80::1%eth0", "\u0661.1.1.1"],
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    told = refusal({"allowedSourceIps": ["192.0.2.1", bad]})

    assert f"allowedSourceIps[1]: {bad!r} must be an IP address or a CIDR block" in told


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

    found = _loaded(Own, {"apiAccount": API, "functionAccount": FUNCTION, "colour": "blue"}, "own")

    assert (found.colour, found.api_account.id) == ("blue", API["id"])


def test_a_rule_of_an_own_project_that_names_no_key_is_told_as_it_is() -> None:
    class Own(TwoAccounts):
        @model_validator(mode="after")
        def _never(self) -> Self:
            raise ValueError("one of colour and shade")

    with pytest.raises(SettingsError, match="one of colour and shade"):
        _loaded(Own, {"apiAccount": API, "functionAccount": FUNCTION}, "own")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read().__setattr__("stage_name", "other")


def test_a_runtime_names_the_folder_of_its_code() -> None:
    assert [read({"runtime": runtime}).language for runtime in ("nodejs24.x", "python3.14", "python")] == [
        "nodejs",
        "python",
        "python",
    ]


def test_pulumi_yaml_declares_every_key_with_the_default_and_words_of_settings_py() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]

    assert declared == json.loads(json.dumps(pulumi_config()))


def test_the_table_of_the_documentation_is_that_of_settings_py() -> None:
    assert markdown() in (ROOT / "docs" / "settings.md").read_text()


def test_the_table_of_the_readme_is_that_of_settings_py() -> None:
    assert readme_table() in (ROOT / "README.md").read_text()


def test_the_dev_stack_shows_every_key() -> None:
    text = (ROOT / "Pulumi.dev.yaml").read_text()

    assert [key for key in pulumi_config() if f"cross-account-api:{key}:" not in text] == []


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
def test_the_settings_of_each_stack_are_accepted(stack: str) -> None:
    config = {
        key.removeprefix("cross-account-api:"): value
        for key, value in stack_config(f"Pulumi.{stack}.yaml").items()
        if key.startswith("cross-account-api:")
    }

    assert _loaded(Settings, config, "cross-account-api").api_account.id == API["id"]


def test_nothing_else_reads_the_configuration() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("components", "examples")
        for path in (ROOT / folder).rglob("*.py")
        if "pulumi.Config" in path.read_text()
    ]

    assert readers == []
    assert "pulumi.Config" in Path(settings.__file__).read_text()
