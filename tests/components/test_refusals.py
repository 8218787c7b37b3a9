"""What is refused before anything is created."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aws_rules.policies import source_ip_policy
from cross_account_api.accounts import account_provider
from cross_account_api.caller.caller_role import CallerRole, CallerRoleArgs
from cross_account_api.errors import ArgumentError
from cross_account_api.function.function import Function, FunctionArgs
from cross_account_api.function.targets import ExistingFunction, ExternalFunction, FunctionTarget
from cross_account_api.rest import petstore
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.testing import Recording, record
from tests.components.builders import API, CODE, FUNCTION, THIRD, account, api, get, new_function


def refusal(program: Callable[[], Any]) -> str:
    """The message, after making sure that nothing but providers was registered."""
    made: list[Recording] = []
    with pytest.raises(ArgumentError) as caught:
        record(program, keep=made)
    assert [each.type for each in made[0].resources if not each.type.startswith("pulumi:providers:")] == []
    return str(caught.value)


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([("GET", "/a"), ("GET", "/a")], "route GET /a: given twice"),
        ([("GET", "/a/{x}"), ("POST", "/a/{y}")], "{y} collides with {x} under /a"),
        ([("GET", "/a/{x}"), ("GET", "/a/{x+}")], "{x+} collides with {x} under /a"),
        ([("GET", "a")], "path 'a' must begin with a slash"),
        ([("GET", "/a/")], "an empty segment; write the path without a doubled or trailing slash"),
        ([("GET", "/a//b")], "an empty segment; write the path without a doubled or trailing slash"),
        ([("GET", "/a b")], "'a b' is not a path segment"),
        ([("GET", "/a&b")], "'a&b' is not a path segment"),
        ([("GET", "/a'b")], '"a\'b" is not a path segment'),
        *(
            ([("GET", f"/a{bad}b")], f"'a{bad}b' is not a path segment")
            for bad in ("@", "$", "(", "=", ";", "~", "%20", "!", "+")
        ),
        ([("GET", "/{a b}")], "'{a b}' is not a path segment"),
        ([("GET", "/a{b}")], "'a{b}' is not a path segment"),
        ([("GET", "/*")], "'*' is not a path segment"),
        ([("GET", "/a*/b")], "'a*' is not a path segment"),
        ([("GET", "/a\n")], "'a\\n' is not a path segment"),
        ([("GET", "/{x+}/b")], "a greedy variable ({name+}) can only be the last segment"),
        ([("get", "/a")], "method 'get' is not one of GET"),
        ([("FETCH", "/a")], "method 'FETCH' is not one of GET"),
    ],
)
def test_routes_that_api_gateway_could_not_have(routes: list[tuple[str, str]], told: str) -> None:
    assert told in refusal(api(*routes))


def test_a_route_that_the_document_lacks() -> None:
    told = refusal(api(("GET", "/users"), document=petstore.document()))

    assert "route GET /users: the document has no such operation" in told


def test_a_method_that_the_document_lacks_is_told_with_those_that_the_path_has() -> None:
    told = refusal(api(("DELETE", "/pets"), document=petstore.document()))

    assert "it has GET /pets, POST /pets, OPTIONS /pets" in told


def test_no_route_at_all() -> None:
    told = refusal(lambda: CrossAccountApi("shop", CrossAccountApiArgs(api_account=account(API), routes=[])))

    assert "an API needs at least one route" in told


@pytest.mark.parametrize("bad", ["11111111111", "1111111111111", "a11111111111"])
def test_an_account_id_that_is_none(bad: str) -> None:
    class Description:
        id, region, profile, role_arn, external_id = bad, "eu-west-1", None, None, None

    with pytest.raises(ArgumentError, match=f"id '{bad}' is no account id: exactly 12 digits"):
        record(lambda: {"account": account_provider("api", Description())})


def test_two_partitions() -> None:
    told = refusal(api(region="eu-west-1", function_region="cn-north-1"))

    assert "Region cn-north-1 lies in partition aws-cn, the API's Region eu-west-1 in aws" in told


def test_the_same_account_twice() -> None:
    def program() -> None:
        where = account(API)
        CrossAccountApi("shop", CrossAccountApiArgs(api_account=where, routes=[get("/", new_function(where))]))

    assert f"function 'hello': its account {API} is the API's too" in refusal(program)


def test_a_function_arn_of_the_apis_own_account() -> None:
    def program() -> None:
        own = ExternalFunction(name="own", arn=f"arn:aws:lambda:eu-west-1:{API}:function:own")
        CrossAccountApi("shop", CrossAccountApiArgs(api_account=account(API), routes=[get("/", own)]))

    assert f"function 'own': its account {API} is the API's too" in refusal(program)


@pytest.mark.parametrize("kind", ["route", "authorizer"])
def test_a_function_arn_that_names_another_partition_than_its_region(kind: str) -> None:
    def program() -> None:
        odd = ExternalFunction(name="odd", arn=f"arn:aws-cn:lambda:eu-west-1:{FUNCTION}:function:f")
        plain = ExternalFunction(name="plain", arn=f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:g")
        args = CrossAccountApiArgs(
            api_account=account(API),
            routes=[get("/", odd if kind == "route" else plain)],
            authorizers=[LambdaAuthorizer(name="gate", function=odd)] if kind == "authorizer" else [],
        )
        CrossAccountApi("shop", args)

    assert f"the ARN arn:aws-cn:lambda:eu-west-1:{FUNCTION}:function:f names partition aws-cn" in refusal(program)


def test_an_arn_that_names_no_function() -> None:
    def program() -> None:
        wrong = ExternalFunction(name="wrong", arn="arn:aws:s3:::bucket")
        CrossAccountApi("shop", CrossAccountApiArgs(api_account=account(API), routes=[get("/", wrong)]))

    assert "function 'wrong': 'arn:aws:s3:::bucket' is not the ARN of a Lambda function" in refusal(program)


def test_an_arn_that_lies_elsewhere_than_its_account() -> None:
    def program() -> None:
        wrong = ExistingFunction(
            name="wrong", arn=f"arn:aws:lambda:us-east-1:{FUNCTION}:function:f", account=account(FUNCTION)
        )
        CrossAccountApi("shop", CrossAccountApiArgs(api_account=account(API), routes=[get("/", wrong)]))

    assert f"lies in {FUNCTION} (us-east-1), its account was given as {FUNCTION} (eu-west-1)" in refusal(program)


def test_two_functions_of_one_name() -> None:
    def program() -> None:
        where = account(FUNCTION)
        routes = [get("/a", new_function(where)), get("/b", new_function(where))]
        CrossAccountApi("shop", CrossAccountApiArgs(api_account=account(API), routes=routes))

    assert "function 'hello': two functions have this name" in refusal(program)


@pytest.mark.parametrize("kind", ["route", "authorizer", "external"])
@pytest.mark.parametrize("scope", ["method", "api"])
@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_two_functions_of_one_arn(kind: str, scope: Any, invocation: Any) -> None:
    def program() -> None:
        arn, where = f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:f:live", account(FUNCTION)
        one = ExistingFunction(name="one", arn=arn, account=where)
        other: FunctionTarget = ExistingFunction(name="other", arn=arn, account=where)
        if kind == "external":
            other = ExternalFunction(name="other", arn=arn)
        args = CrossAccountApiArgs(
            api_account=account(API),
            routes=[get("/a", one), get("/b", one if kind == "authorizer" else other)],
            authorizers=[LambdaAuthorizer(name="gate", function=other)] if kind == "authorizer" else [],
            permission_scope=scope,
            invocation=invocation,
        )
        CrossAccountApi("shop", args)

    told = refusal(program)

    assert f"functions 'one' and 'other': all have the ARN arn:aws:lambda:eu-west-1:{FUNCTION}:function:f:live" in told


def test_two_aliases_of_one_function_are_two_policies() -> None:
    def program() -> None:
        arn, where = f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:f", account(FUNCTION)
        routes = [
            get(f"/{alias}", ExistingFunction(name=alias, arn=f"{arn}:{alias}", account=where)) for alias in ("a", "b")
        ]
        CrossAccountApi("shop", CrossAccountApiArgs(api_account=account(API), routes=routes))

    assert len(record(program).all("Permission")) == 2


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_an_edge_endpoint_where_there_is_none(region: str) -> None:
    assert "has no edge endpoints; use REGIONAL" in refusal(api(region=region, endpoint_type="EDGE"))


def test_more_functions_than_a_role_can_name() -> None:
    def program() -> None:
        where = account(FUNCTION)
        routes = [get(f"/r{number}", new_function(where, f"function-{number}")) for number in range(70)]
        CrossAccountApi("shop", CrossAccountApiArgs(api_account=account(API), routes=routes, invocation="role"))

    assert "the role's policy for 70 functions takes" in refusal(program)


def test_a_resource_policy_that_is_too_long() -> None:
    addresses = [f"192.0.{number}.0/24" for number in range(256)] * 3

    assert "and API Gateway takes 8,192" in refusal(api(resource_policy=source_ip_policy(addresses)))


def test_a_function_name_that_would_be_too_long() -> None:
    def program() -> None:
        Function("n" * 60, FunctionArgs(account=account(FUNCTION), code=CODE))

    assert "would have 68 characters and Lambda takes 64" in refusal(program)


@pytest.mark.parametrize(
    ("component", "changes", "told"),
    [
        ("my shop", {}, "role 'my shop-invoke-role': IAM takes letters, digits and _+=,.@-"),
        ("n" * 45, {}, f"role '{'n' * 45}-invoke-role': its automatic name would have 65 characters and IAM takes 64"),
        ("n" * 44, {"logging": GatewayLoggingArgs(gateway_logging="managed")}, "-logging-role': its automatic name"),
        ("n" * 40, {"guard": "gate"}, f"role '{'n' * 40}-gate-invoke-role': its automatic name would have 65"),
        ("n" * 40, {"function": "f" * 11}, f"role '{'n' * 40}-{'f' * 11}-role': its automatic name would have 65"),
    ],
)
def test_a_role_name_that_iam_would_not_take(component: str, changes: dict[str, Any], told: str) -> None:
    assert told in refusal(with_roles(component, **changes))


def test_the_longest_role_name_that_iam_takes() -> None:
    assert len(record(with_roles("n" * 44)).one("Role").name) == 64 - len("-0123456")


def with_roles(
    component: str, *, guard: str | None = None, function: str | None = None, **changes: Any
) -> Callable[[], None]:
    """An API that invokes by a role, a function made elsewhere unless it is to be made under the given name."""

    def program() -> None:
        where = account(FUNCTION)
        target: FunctionTarget = ExistingFunction(
            name="x", arn=f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:f", account=where
        )
        if function is not None:
            target = new_function(where, function)
        args = CrossAccountApiArgs(
            api_account=account(API),
            routes=[get("/", target)],
            authorizers=[LambdaAuthorizer(name=guard, function=target, invocation="role")] if guard else [],
            invocation="role",
            **changes,
        )
        CrossAccountApi(component, args)

    return program


def test_a_caller_of_another_partition() -> None:
    def program() -> None:
        args = CallerRoleArgs(
            api_account=account(API),
            api_execution_arn="arn",
            stage_name="dev",
            routes=[("GET", "/")],
            trusted_role_arn=f"arn:aws-us-gov:iam::{THIRD}:role/reader",
        )
        CallerRole("caller", args)

    assert f"trusted_role_arn arn:aws-us-gov:iam::{THIRD}:role/reader: lies in partition aws-us-gov" in refusal(program)


def test_the_role_name_of_a_caller_that_iam_would_not_take() -> None:
    def program(name: str, role_name: str | None) -> Callable[[], None]:
        def made() -> None:
            args = CallerRoleArgs(
                api_account=account(API),
                api_execution_arn="arn",
                stage_name="dev",
                routes=[("GET", "/")],
                trusted_role_arn="arn",
                role_name=role_name,
            )
            CallerRole(name, args)

        return made

    assert "its automatic name would have 65 characters and IAM takes 64" in refusal(program("n" * 52, None))
    assert "65 characters, and IAM takes 64" in refusal(program("caller", "n" * 65))


@pytest.mark.parametrize(
    ("names", "changes", "told"),
    [
        (("x", "x-test"), {"permission_scope": "stage", "test_invoke": True}, "x-test-stage"),
        (("x", "x-gate"), {"invocation": "role", "authorizers": "gate"}, "x-gate-role"),
    ],
)
def test_two_functions_whose_permissions_would_have_one_name(
    names: tuple[str, str], changes: dict[str, Any], told: str
) -> None:
    told_whole = f"functions {names[0]!r} and {names[1]!r}: each would have a permission named {told!r}; rename one"

    assert told_whole in refusal(two_functions(names, **changes))


@pytest.mark.parametrize("scope", ["method", "stage", "api"])
@pytest.mark.parametrize("invocation", ["permission", "role"])
@pytest.mark.parametrize("guard", [None, "test", "gate"])
@pytest.mark.parametrize("names", [("x", "x-test"), ("x", "x-gate"), ("x", "x-role")])
def test_names_are_refused_exactly_where_two_resources_would_have_one(
    names: tuple[str, str], guard: str | None, invocation: Any, scope: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = two_functions(names, permission_scope=scope, invocation=invocation, test_invoke=True, authorizers=guard)
    refused = False
    try:
        record(program)
    except ArgumentError:
        refused = True
    monkeypatch.setattr("cross_account_api.rest.checks._repeated_permissions", lambda *_: [])
    urns = [each.urn for each in record(program).resources]

    assert refused == (len(set(urns)) < len(urns))


def two_functions(names: tuple[str, str], authorizers: str | None = None, **changes: Any) -> Callable[[], None]:
    """An API with a route for each; `authorizers` is the name of one that calls the first function by a role."""

    def program() -> None:
        where = account(FUNCTION)
        one, other = (new_function(where, name) for name in names)
        guards = [LambdaAuthorizer(name=authorizers, function=one, invocation="role")] if authorizers else []
        args = CrossAccountApiArgs(
            api_account=account(API), routes=[get("/a", one), get("/b", other)], authorizers=guards, **changes
        )
        CrossAccountApi("shop", args)

    return program


def test_every_fault_is_told_at_once() -> None:
    told = refusal(api(("GET", "/a"), ("GET", "/a"), region="eu-west-1", function_region="cn-north-1"))

    assert "given twice" in told
    assert "lies in partition aws-cn" in told
