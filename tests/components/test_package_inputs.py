"""Plain inputs from any language become a component's arguments, or fail with the message that Python gets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from unittest.mock import Mock

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cross_account_api as caa
from cross_account_api.errors import ArgumentError
from cross_account_api.package.accounts import AccountArgs
from cross_account_api.package.components import COMPONENTS, Component
from cross_account_api.package.description import fields
from cross_account_api.package.known_outputs import Known, opened
from cross_account_api.package.plain_inputs import arguments
from cross_account_api.package.provider import PackageProvider
from cross_account_api.testing import Recording, record

_API, _FUNCTIONS = "111111111111", "222222222222"
_ACCOUNTS = {"api": {"id": _API, "region": "eu-west-1"}, "functions": {"id": _FUNCTIONS, "region": "eu-central-1"}}
_INPUTS: dict[str, Any] = {
    "accounts": _ACCOUNTS,
    "account": "api",
    "functions": {"hello": {"account": "functions", "code": "lambda_src/python", "runtime": "python", "timeout": 5.0}},
    "routes": [{"method": "GET", "path": "/", "function": "hello"}],
    "stage": {"name": "live", "throttling": {"burstLimit": 20.0}},
}


def _state(inputs: dict[str, Any], kind: str = "CrossAccountApi") -> Mapping[str, Any]:
    return PackageProvider("0.1.0").construct("api", f"cross-account-api:index:{kind}", inputs).state


def _made(inputs: dict[str, Any], **options: Any) -> Recording:
    return record(lambda: _state(inputs), **options)


def _refused(inputs: dict[str, Any], **options: Any) -> str:
    with pytest.raises(ArgumentError) as refused:
        _made(inputs, **options)
    return str(refused.value)


def _python(routes: list[caa.Route], **others: Any) -> caa.CrossAccountApi:
    """The same API, created by a program in Python."""
    accounts = {
        name: caa.account_provider(f"api-{name}", AccountArgs(**description)) for name, description in _ACCOUNTS.items()
    }
    functions = {
        "hello": caa.FunctionArgs(account=accounts["functions"], code="lambda_src/python", runtime="python", timeout=5)
    }
    stage = caa.StageArgs(name="live", throttling=caa.Throttling(burst_limit=20))
    arguments = caa.CrossAccountApiArgs(
        account=accounts["api"], functions=functions, routes=routes, stage=stage, **others
    )
    return caa.CrossAccountApi("api", arguments)


def _registered(made: Recording) -> list[tuple[Any, ...]]:
    return sorted(
        (
            each.type,
            each.name,
            each.provider,
            each.parent,
            json.dumps(each.inputs, default=lambda value: type(value).__name__, sort_keys=True),
        )
        for each in made.resources
    )


@pytest.mark.parametrize("preview", [False, True])
def test_plain_inputs_create_what_the_same_arguments_create_in_python(preview: bool) -> None:
    def program() -> None:
        _python([caa.Route(method="GET", path="/", function="hello")])

    assert _registered(_made(_INPUTS, preview=preview)) == _registered(record(program, preview=preview))


@pytest.mark.parametrize(
    ("change", "routes", "others"),
    [
        ({"routes": []}, [], {}),
        ({"routes": [{"method": "FETCH", "path": "/", "function": "hello"}]}, [("FETCH", "/", "hello")], {}),
        ({"routes": [{"method": "GET", "path": "/a//b", "function": "hello"}]}, [("GET", "/a//b", "hello")], {}),
        ({"routes": [{"method": "GET", "path": "/", "function": "bye"}]}, [("GET", "/", "bye")], {}),
        ({"adjust": {"stage": {"wheels": 4.0}}}, [("GET", "/", "hello")], {"adjust": {"stage": {"wheels": 4}}}),
    ],
    ids=["no route", "method", "path", "function", "adjust"],
)
def test_invalid_inputs_are_refused_with_the_message_that_a_python_program_gets(
    change: dict[str, Any], routes: list[tuple[str, str, str]], others: dict[str, Any]
) -> None:
    def program() -> None:
        _python([caa.Route(method=method, path=path, function=name) for method, path, name in routes], **others)

    with pytest.raises(ArgumentError) as from_python:
        record(program)

    assert _refused({**_INPUTS, **change}) == str(from_python.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"wheels": 4.0}, "wheels: unknown argument; the arguments are account, functions, routes"),
        ({"routes": None}, "routes: is required: "),
        ({"routes": [{"method": "GET", "path": "/"}]}, "routes[0].function: is required: "),
        ({"routes": "GET /"}, "routes: 'GET /' is not a list"),
        ({"functions": ["hello"]}, "functions: ['hello'] is not an object"),
        ({"account": "elsewhere"}, "account: accounts has no 'elsewhere'; it has 'api', 'functions'"),
        ({"authorization": "IAM"}, "authorization: 'IAM' is not one of NONE, AWS_IAM"),
        ({"deletionProtection": "yes"}, "deletionProtection: 'yes' is not true or false"),
        ({"stage": {"throttling": {"burstLimit": 0.5}}}, "stage.throttling.burstLimit: 0.5 is not a whole number"),
        ({"corsOrigin": True}, "corsOrigin: True is not text"),
        ({"accounts": {"api": {"region": "eu-west-1"}}}, "accounts.api.id: is required: 12 digits, as text"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_value_of_the_wrong_kind_is_named_with_its_place(change: dict[str, Any], said: str) -> None:
    keep: list[Recording] = []

    refusal = _refused({**_INPUTS, **change}, keep=keep)

    assert refusal.startswith("CrossAccountApi 'api' cannot be created:\n")
    assert f"  {said}" in refusal
    assert keep[0].resources == []


def test_the_order_of_keys_changes_neither_the_errors_nor_what_is_registered() -> None:
    def reversed_keys(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: reversed_keys(item) for key, item in reversed(list(value.items()))}
        return [reversed_keys(item) for item in value] if isinstance(value, list) else value

    functions = {**_INPUTS["functions"], "other": {**_INPUTS["functions"]["hello"], "code": "lambda_src/nodejs"}}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "T", "version": "1"},
        "paths": {path: {"get": {"responses": {"200": {"description": "OK"}}}} for path in ("/", "/b")},
    }
    routes = [{"method": "GET", "path": path, "function": name} for path, name in (("/", "hello"), ("/b", "other"))]
    whole = {**_INPUTS, "functions": functions, "routes": routes, "api": {"document": document}}
    assert _registered(_made(whole)) == _registered(_made(reversed_keys(whole)))

    wrong = {
        **_INPUTS,
        "account": "elsewhere",
        "first": 1,
        "second": 2,
        "functions": {"b": {"runtime": 1}, "a": {"memory": "much"}},
        "routes": [{"method": "GET", "path": "/", "function": "hello", "one": 1, "two": 2}],
    }
    assert "accounts has no 'elsewhere'; it has 'api', 'functions'" in _refused(wrong)
    assert _refused(wrong) == _refused(reversed_keys(wrong))
    added = [line.split(":")[0].strip() for line in _refused(wrong).splitlines() if "unknown argument" in line]
    assert added == ["first", "second", "functions.a.memory", "routes[0].one", "routes[0].two"]


def test_an_invalid_account_is_refused_with_its_own_message() -> None:
    accounts = {**_ACCOUNTS, "api": {"id": "1234", "region": "eu-west-1"}}
    assert "'1234'" in _refused({**_INPUTS, "accounts": accounts})


def test_account_ids_that_arrive_as_numbers_are_text() -> None:
    accounts = {**_ACCOUNTS, "api": {"id": 111111111111.0, "region": "eu-west-1"}}
    assert _registered(_made({**_INPUTS, "accounts": accounts})) == _registered(_made(_INPUTS))


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ({"account": "functions", "code": "lambda_src/python", "runtime": "python"}, "function is created"),
        ({"account": "functions", "arn": f"arn:aws:lambda:eu-central-1:{_FUNCTIONS}:function:f:live"}, "existing"),
        ({"arn": f"arn:aws:lambda:eu-central-1:{_FUNCTIONS}:function:f:live"}, "out of reach"),
    ],
    ids=["new", "existing", "external"],
)
def test_the_inputs_of_a_function_decide_if_it_is_created_or_existing(target: dict[str, Any], kind: str) -> None:
    made = _made({**_INPUTS, "functions": {"hello": target}})
    functions, permissions = made.all("lambda/function:Function"), made.all("Permission")
    assert (len(functions), len(permissions)) == {"function is created": (1, 1), "existing": (0, 1)}.get(kind, (0, 0))


def test_outputs_of_other_resources_are_taken_where_python_takes_them_and_named_elsewhere() -> None:
    given = {
        "accounts": {"api": _ACCOUNTS["api"]},
        "apiAccount": "api",
        "apiExecutionArn": f"arn:aws:execute-api:eu-west-1:{_API}:a1b2c3d4e5",
        "stageName": "live",
        "routes": [["GET", "/"]],
    }
    role = f"arn:aws:iam::{_FUNCTIONS}:role/caller"

    made = record(lambda: _state({**given, "trustedRoleArn": pulumi.Output.from_input(role)}, "CallerRole"))
    assert role in made.one("aws:iam/role:Role").inputs["assumeRolePolicy"]

    with pytest.raises(ArgumentError, match=r"routes\[0\]: \['GET'\] is not a list of 2"):
        record(lambda: _state({**given, "routes": [["GET"]], "trustedRoleArn": role}, "CallerRole"))

    with pytest.raises(ArgumentError, match="roleName: must be known before anything is created"):
        record(
            lambda: _state(
                {**given, "trustedRoleArn": role, "roleName": pulumi.Output.from_input("caller")}, "CallerRole"
            )
        )


def test_an_object_with_a_secret_inside_arrives_as_one_output_and_is_opened() -> None:
    async def read() -> tuple[Any, bool]:
        arrived = pulumi.Output.secret({"id": _API, "keys": ["x"]})
        found = await opened({"accounts": arrived, "open": pulumi.Output.from_input("known")})
        assert isinstance(found["open"], pulumi.Output)
        return found["accounts"], await found["accounts"]["keys"][0].output.is_secret()

    accounts, secret = asyncio.run(read())

    assert (accounts["id"].value, accounts["keys"][0].value, secret) == (_API, "x", True)


def test_a_revealed_secret_is_plain_where_required_and_secret_elsewhere() -> None:
    def program() -> Mapping[str, Any]:
        login = {"roleArn": f"arn:aws:iam::{_API}:role/deployer", "externalId": "hush"}
        opened_account = {
            key: Known(value=value, output=pulumi.Output.secret(value))
            for key, value in {**_ACCOUNTS["api"], **login}.items()
        }
        return _state({**_INPUTS, "accounts": {**_ACCOUNTS, "api": opened_account}})

    made = record(program)

    assert {each.name: each.secrets for each in made.all("pulumi:providers:aws")} == {
        "api-api": {"assumeRoles"},
        "api-functions": set(),
    }


def test_a_document_is_plain_text_and_a_policy_may_hold_outputs() -> None:
    api = "execute-api:/*"

    def program(api_args: dict[str, Any]) -> Mapping[str, Any]:
        return _state({**_INPUTS, "api": api_args})

    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}]}
    made = record(
        lambda: program(
            {"resourcePolicy": {"Statement": [{**policy["Statement"][0], "Resource": pulumi.Output.from_input(api)}]}}
        )
    )
    assert api in made.one("RestApi").document("body")["x-amazon-apigateway-policy"]["Statement"][0]["Resource"]
    with pytest.raises(ArgumentError, match=r"api\.document\.info\.title: must be known"):
        record(lambda: program({"document": {"info": {"title": pulumi.Output.from_input("x")}}}))


def test_children_are_adjusted_by_names_in_camel_case_and_secrets_among_them_stay_secret() -> None:
    def program() -> Mapping[str, Any]:
        changes = {"cacheClusterEnabled": True, "variables": {"key": pulumi.Output.secret("hush")}}
        return _state({**_INPUTS, "adjust": {"stage": changes}})

    stage = record(program).one("apigateway/stage:Stage")

    assert stage.inputs["cacheClusterEnabled"] is True
    assert stage.secrets == {"variables"}


class _AnyAccount:
    """A mapping in which every name is an account."""

    def fault(self, name: str) -> str | None:
        return None if name else "no name"

    def __getitem__(self, name: str) -> caa.Account:
        return caa.Account(id=_API, region="eu-west-1", provider=Mock())


_KEYS = sorted({field.key for each in COMPONENTS for field in fields(each.args)} | {"arn", "method", "path", "name"})
_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.sampled_from(["GET", "/", "api", "NONE"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=2), inner),
    max_leaves=12,
)


@given(st.sampled_from(COMPONENTS), st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=8))
def test_every_input_is_read_or_refused_with_a_message(component: Component, inputs: dict[str, Any]) -> None:
    with suppress(ArgumentError):
        assert isinstance(arguments(component.args, inputs, title="x", accounts=_AnyAccount()), component.args)


def test_every_output_of_the_schema_is_an_output_of_the_component() -> None:
    made = _made(_INPUTS)
    assert made.outputs.keys() == {
        *("url", "apiId", "apiExecutionArn", "stageName", "functionName", "functionArn", "integrationUri"),
        *("sourceArn", "addPermissionCommand"),
    }
