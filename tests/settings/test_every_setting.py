"""For every key of docs/settings.md: what the program registers with the default and with another value."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from cross_account_api.testing import PROVIDER, Recording
from cross_account_sandbox.deploy.config_paths import assign
from settings import Settings
from tests.projects import PROJECT, record_main
from tests.settings.reading import API, FUNCTION

ROLE = "arn:aws:iam::{}:role/deployer"
#: The accounts of Pulumi.dev.yaml, in two Regions, so that a mix-up of the accounts' Regions is detected.
BASE: dict[str, Any] = {
    "apiAccount": {"id": API["id"], "region": "us-east-1"},
    "functionAccount": {"id": FUNCTION["id"], "region": "us-west-2"},
}
Looked = Callable[[Recording], Any]


class Case(NamedTuple):
    """A key, a value other than the default, the affected property, and that property's value in both cases."""

    key: str
    value: str
    looked: Looked
    default: Any
    changed: Any
    #: Other settings that the key needs, in both runs.
    given: tuple[tuple[str, str], ...] = ()


def _provider(name: str, key: str) -> Looked:
    return lambda made: made.one(PROVIDER, name=name).inputs.get(key)


def _sessions(name: str, key: str) -> Looked:
    return lambda made: [each.get(key) for each in json.loads(_provider(name, "assumeRoles")(made) or "[]")]


def _endpoints(made: Recording) -> list[set[str]]:
    return [
        {url for service in json.loads(each.inputs.get("endpoints", "[]")) for url in service.values()}
        for each in made.all(PROVIDER)
    ]


def _input(kind: str, *path: str) -> Looked:
    def looked(made: Recording) -> Any:
        value: Any = made.one(kind).inputs
        for step in path:
            value = value.get(step)
        return value

    return looked


def _each_group(looked: Callable[[Any], Any]) -> Looked:
    """The value for the function's log group, the access log and the execution log."""
    return lambda made: [looked(group) for group in made.all("LogGroup")]


def _tags(made: Recording) -> dict[str, set[str]]:
    """The tags' values by resource type, without `project` and `stack`, which are always present."""
    tagged = [each for each in made.in_aws if "tags" in each.inputs]
    return {each.type.rpartition(":")[2]: set(each.inputs["tags"].values()) - {PROJECT, "dev"} for each in tagged}


def _operations(made: Recording) -> dict[str, dict[str, Any]]:
    """The operations of the document, without the preflights."""
    paths = made.one("RestApi").document()["paths"]
    return {
        f"{verb} {path}": operation
        for path, operations in paths.items()
        for verb, operation in operations.items()
        if verb != "options"
    }


def _integrations(made: Recording, key: str) -> dict[str, Any]:
    return {
        name: operation["x-amazon-apigateway-integration"].get(key) for name, operation in _operations(made).items()
    }


def _backends(made: Recording) -> set[str]:
    return {
        uri.partition("/petstore/")[0] for uri in _integrations(made, "uri").values() if uri and "/petstore/" in uri
    }


def _granted(made: Recording) -> list[str]:
    """The part of the statements' SourceArns after the API's ID."""
    return sorted(str(each.inputs["sourceArn"]).rpartition(":")[2] for each in made.all("Permission"))


def _callers(made: Recording) -> list[str]:
    return [str(each.inputs["principal"]).partition(":role/")[0] for each in made.all("Permission")]


def _gateway_logging(made: Recording) -> tuple[list[str], int]:
    """The resources with a log group, and the number of accounts' CloudWatch roles that are set."""
    groups = sorted({group.provider for group in made.all("LogGroup")})
    return groups, len(made.all("apigateway/account:Account"))


def _aliases(made: Recording) -> tuple[list[str], list[Any], bool]:
    qualifiers = [each.inputs.get("qualifier") for each in made.all("Permission")]
    return [each.inputs["name"] for each in made.all("Alias")], qualifiers, ":live/" in made.outputs["integrationUri"]


def _allowed_addresses(made: Recording) -> Any:
    policy = made.one("RestApi").document().get("x-amazon-apigateway-policy", {"Statement": []})
    return [each["Condition"]["NotIpAddress"] for each in policy["Statement"] if each["Effect"] == "Deny"]


def _protected(made: Recording) -> set[str]:
    return {each.type.rpartition(":")[2] for each in made.resources if each.protect}


def _code(made: Recording) -> tuple[str, list[str]]:
    function = made.one("lambda/function:Function").inputs
    return function["runtime"], sorted({name.rpartition(".")[2] for name in function["code"].assets})


def _account(key: str, name: str, other_region: str, region: str, number: str) -> list[Case]:
    """The keys of an account, whose provider has this name."""
    role = ROLE.format(number)
    return [
        Case(
            f"{key}.id",
            "333333333333",
            _provider(name, "allowedAccountIds"),
            f'["{number}"]',
            '["333333333333"]',
        ),
        Case(f"{key}.region", other_region, _provider(name, "region"), region, other_region),
        Case(f"{key}.profile", "someone", _provider(name, "profile"), None, "someone"),
        Case(f"{key}.roleArn", role, _sessions(name, "roleArn"), [], [role]),
        Case(f"{key}.externalId", "hush", _sessions(name, "externalId"), [None], ["hush"], ((f"{key}.roleArn", role),)),
    ]


FUNCTION_TYPE = "lambda/function:Function"
CASES = [
    *_account("apiAccount", "api-account", "eu-west-1", "us-east-1", API["id"]),
    *_account("functionAccount", "function-account", "eu-west-1", "us-west-2", FUNCTION["id"]),
    Case("endpoint", "http://127.0.0.1:9", _endpoints, [set(), set()], [{"http://127.0.0.1:9"}] * 2),
    Case(
        "tags.team",
        "pets",
        _tags,
        {"RestApi": set(), "Stage": set(), "Function": set(), "Role": set(), "LogGroup": set()},
        {"RestApi": {"pets"}, "Stage": {"pets"}, "Function": {"pets"}, "Role": {"pets"}, "LogGroup": {"pets"}},
    ),
    Case("runtime", "python", _code, ("nodejs22.x", ["mjs"]), ("python3.13", ["py"])),
    Case("runtime", "python3.14", _code, ("nodejs22.x", ["mjs"]), ("python3.14", ["py"])),
    Case("endpointType", "EDGE", _input("RestApi", "endpointConfiguration", "types"), "REGIONAL", "EDGE"),
    Case("stageName", "v2", _input("Stage", "stageName"), "dev", "v2"),
    Case("invocation", "role", _callers, ["apigateway.amazonaws.com"], [f"arn:aws:iam::{API['id']}"]),
    Case("permissionScope", "stage", _granted, ["a1b2c3d4e5/dev/GET/"], ["a1b2c3d4e5/dev/*"]),
    Case(
        "authorization",
        "AWS_IAM",
        lambda made: {name: bool(operation.get("security")) for name, operation in _operations(made).items()},
        dict.fromkeys(["get /", "get /pets", "post /pets", "get /pets/{petId}"], False),
        dict.fromkeys(["get /", "get /pets", "post /pets", "get /pets/{petId}"], True),
    ),
    Case(
        "gatewayLogging",
        "off",
        _gateway_logging,
        (["api-account", "function-account"], 0),
        (["function-account"], 0),
    ),
    Case(
        "gatewayLogging",
        "managed",
        _gateway_logging,
        (["api-account", "function-account"], 0),
        (["api-account", "function-account"], 1),
    ),
    Case("alias", "false", _aliases, (["live"], ["live"], True), ([], [None], False)),
    Case("alias", "blue", _aliases, (["live"], ["live"], True), (["blue"], ["blue"], False)),
    Case(
        "backendUrl",
        "https://pets.example.com/v1",
        _backends,
        {"http://petstore-demo-endpoint.execute-api.com"},
        {"https://pets.example.com/v1"},
    ),
    Case("functionName", "mine", _input(FUNCTION_TYPE, "name"), None, "mine"),
    Case("memorySize", "512", _input(FUNCTION_TYPE, "memorySize"), 256, 512),
    Case("timeout", "20", _input(FUNCTION_TYPE, "timeout"), 10, 20),
    Case("architecture", "x86_64", _input(FUNCTION_TYPE, "architectures"), ["arm64"], ["x86_64"]),
    Case("logLevel", "INFO", _input("MethodSettings", "settings", "loggingLevel"), "ERROR", "INFO"),
    Case("logRetentionDays", "7", _each_group(lambda group: group.inputs["retentionInDays"]), [30] * 3, [7] * 3),
    Case("retainLogs", "true", _each_group(lambda group: group.retain_on_delete), [False] * 3, [True] * 3),
    Case("tracing", "false", _input(FUNCTION_TYPE, "tracingConfig", "mode"), "Active", "PassThrough"),
    Case("tracing", "false", _input("Stage", "xrayTracingEnabled"), True, False),
    Case("throttlingRateLimit", "5", _input("MethodSettings", "settings", "throttlingRateLimit"), 1000, 5),
    Case("throttlingBurstLimit", "6", _input("MethodSettings", "settings", "throttlingBurstLimit"), 500, 6),
    Case(
        "testInvoke",
        "true",
        _granted,
        ["a1b2c3d4e5/dev/GET/"],
        ["a1b2c3d4e5/dev/GET/", "a1b2c3d4e5/test-invoke-stage/GET/"],
    ),
    Case("allowedSourceIps[0]", "192.0.2.0/24", _allowed_addresses, [], [{"aws:SourceIp": ["192.0.2.0/24"]}]),
    Case("deletionProtection", "true", _protected, set(), {"RestApi", "Function", "Stage", "MethodSettings"}),
]


@cache
def _made(*settings: tuple[str, str]) -> Recording:
    """The resources that `__main__.py` registers with the two accounts and these settings."""
    values = copy.deepcopy(BASE)
    for path, text in settings:
        assign(values, path, text)
    config = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    return record_main(overrides=config)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.key}={case.value}")
def test_a_changed_setting_takes_effect(case: Case) -> None:
    assert case.looked(_made(*case.given)) == case.default
    assert case.looked(_made(*case.given, (case.key, case.value))) == case.changed


def test_every_setting_has_its_case() -> None:
    """A new key without a case fails this test."""
    assert {case.key.partition("[")[0] for case in CASES} == set(_keys(Settings)) - {"tags"} | {"tags.team"}


def _keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    """The keys of a model, including those of nested objects."""
    keys: list[str] = []
    for field in model.model_fields.values():
        inner: Any = field.annotation
        nested = isinstance(inner, type) and issubclass(inner, BaseModel)
        keys += _keys(inner, f"{prefix}{field.alias}.") if nested else [f"{prefix}{field.alias}"]
    return keys
