"""Errors that are raised before anything is created."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aws_rules.policies import source_ip_policy
from cross_account_api import PermissionArgs, Route
from cross_account_api.accounts import account_provider
from cross_account_api.caller.caller_role import CallerRole, CallerRoleArgs
from cross_account_api.errors import ArgumentError
from cross_account_api.function.function import Function, FunctionArgs
from cross_account_api.function.targets import ExistingFunction, ExternalFunction, FunctionTarget
from cross_account_api.rest import petstore
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.invocations import Invocations
from cross_account_api.testing import Recording, record
from tests.components.builders import API, CODE, FUNCTION, THIRD, account, api, get, nested, new_function


def refusal(program: Callable[[], Any]) -> str:
    """The error's message; asserts that only providers were registered."""
    made: list[Recording] = []
    with pytest.raises(ArgumentError) as caught:
        record(program, keep=made)
    assert [each.type for each in made[0].resources if not each.type.startswith("pulumi:providers:")] == []
    return str(caught.value)


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([("GET", "/a"), ("GET", "/a")], "route GET /a: it is listed twice"),
        ([("GET", "/a/{x}"), ("POST", "/a/{y}")], "{y} collides with {x} under /a"),
        ([("GET", "/a/{x}"), ("GET", "/a/{x+}")], "{x+} collides with {x} under /a"),
        ([("GET", "a")], "path 'a' must begin with a slash"),
        ([("GET", "/a/")], "an empty segment; remove the double or trailing slash"),
        ([("GET", "/a//b")], "an empty segment; remove the double or trailing slash"),
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

    assert "route GET /users: the document does not have this operation" in told


def test_an_unknown_method_is_reported_with_the_methods_of_the_path() -> None:
    told = refusal(api(("DELETE", "/pets"), document=petstore.document()))

    assert "it has GET /pets, POST /pets, OPTIONS /pets" in told


def test_no_route_at_all() -> None:
    told = refusal(lambda: CrossAccountApi("shop", CrossAccountApiArgs(account=account(API), functions={}, routes=[])))

    assert "an API needs at least one route" in told


@pytest.mark.parametrize("bad", ["11111111111", "1111111111111", "a11111111111"])
def test_an_account_id_that_is_none(bad: str) -> None:
    class Description:
        id, region, profile, role_arn, external_id = bad, "eu-west-1", None, None, None

    with pytest.raises(ArgumentError, match=f"id '{bad}' is not an account ID: it must be text of exactly 12 digits"):
        record(lambda: {"account": account_provider("api", Description())})


def test_two_partitions() -> None:
    told = refusal(api(region="eu-west-1", function_region="cn-north-1"))

    assert "Region cn-north-1 is in partition aws-cn, the API's Region eu-west-1 in aws" in told


def test_the_same_account_twice() -> None:
    def program() -> None:
        where = account(API)
        args = CrossAccountApiArgs(account=where, functions={"hello": new_function(where)}, routes=[get("/")])
        CrossAccountApi("shop", args)

    assert f"function 'hello': it is in the API's account {API}" in refusal(program)


def test_a_function_arn_of_the_apis_own_account() -> None:
    def program() -> None:
        own = ExternalFunction(arn=f"arn:aws:lambda:eu-west-1:{API}:function:own")
        CrossAccountApi("shop", one_function("own", own))

    assert f"function 'own': it is in the API's account {API}" in refusal(program)


@pytest.mark.parametrize("kind", ["route", "authorizer"])
def test_a_function_arn_that_names_another_partition_than_its_region(kind: str) -> None:
    def program() -> None:
        odd = ExternalFunction(arn=f"arn:aws-cn:lambda:eu-west-1:{FUNCTION}:function:f")
        plain = ExternalFunction(arn=f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:g")
        args = CrossAccountApiArgs(
            account=account(API),
            functions={"odd": odd} if kind == "route" else {"odd": odd, "plain": plain},
            routes=[get("/", "odd" if kind == "route" else "plain")],
            authorizers={"gate": LambdaAuthorizer(function="odd")} if kind == "authorizer" else {},
        )
        CrossAccountApi("shop", args)

    assert f"the ARN arn:aws-cn:lambda:eu-west-1:{FUNCTION}:function:f names partition aws-cn" in refusal(program)


def test_an_arn_that_names_no_function() -> None:
    def program() -> None:
        CrossAccountApi("shop", one_function("wrong", ExternalFunction(arn="arn:aws:s3:::bucket")))

    assert "function 'wrong': 'arn:aws:s3:::bucket' is not the ARN of a Lambda function" in refusal(program)


def test_an_arn_that_lies_elsewhere_than_its_account() -> None:
    def program() -> None:
        wrong = ExistingFunction(arn=f"arn:aws:lambda:us-east-1:{FUNCTION}:function:f", account=account(FUNCTION))
        CrossAccountApi("shop", one_function("wrong", wrong))

    assert f"is in {FUNCTION} (us-east-1), but its account was given as {FUNCTION} (eu-west-1)" in refusal(program)


def one_function(name: str, function: FunctionTarget) -> CrossAccountApiArgs:
    """An API with a route for it."""
    return CrossAccountApiArgs(account=account(API), functions={name: function}, routes=[get("/", name)])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"routes": [get("/", "helo")]}, "route GET /: no function 'helo' in functions; there are 'hello', 'spare'"),
        ({"routes": [get("/")]}, "function 'spare': no route and no authorizer uses it; remove it, or use it"),
        (
            {"authorizers": {"gate": LambdaAuthorizer(function="gaurd")}},
            "authorizer 'gate': no function 'gaurd' in functions; there are 'hello', 'spare'",
        ),
        (
            {"routes": [Route(method="GET", path="/", function="hello", authorizer="gaet")]},
            "route GET /: no authorizer 'gaet'; there are none",
        ),
    ],
)
def test_names_that_nothing_has_and_functions_that_nothing_names(changes: dict[str, Any], told: str) -> None:
    def program() -> None:
        where = account(FUNCTION)
        functions = {"hello": new_function(where), "spare": new_function(where)}
        routes = [get("/"), get("/spare", "spare")]
        options = {"account": account(API), "functions": functions, "routes": routes, **changes}
        CrossAccountApi("shop", CrossAccountApiArgs(**options))

    assert told in refusal(program)


@pytest.mark.parametrize("kind", ["route", "authorizer", "external"])
@pytest.mark.parametrize("scope", ["method", "api"])
@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_two_functions_of_one_arn(kind: str, scope: Any, invocation: Any) -> None:
    def program() -> None:
        arn, where = f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:f:live", account(FUNCTION)
        other: FunctionTarget = ExistingFunction(arn=arn, account=where)
        if kind == "external":
            other = ExternalFunction(arn=arn)
        args = CrossAccountApiArgs(
            account=account(API),
            functions={"one": ExistingFunction(arn=arn, account=where), "other": other},
            routes=[get("/a", "one"), get("/b", "one" if kind == "authorizer" else "other")],
            authorizers={"gate": LambdaAuthorizer(function="other")} if kind == "authorizer" else {},
            permission=PermissionArgs(scope=scope, invocation=invocation),
        )
        CrossAccountApi("shop", args)

    told = refusal(program)

    assert f"functions 'one' and 'other': all have the ARN arn:aws:lambda:eu-west-1:{FUNCTION}:function:f:live" in told


def test_two_aliases_of_one_function_are_two_policies() -> None:
    def program() -> None:
        arn, where = f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:f", account(FUNCTION)
        functions = {alias: ExistingFunction(arn=f"{arn}:{alias}", account=where) for alias in ("a", "b")}
        routes = [get(f"/{alias}", alias) for alias in functions]
        CrossAccountApi("shop", CrossAccountApiArgs(account=account(API), functions=functions, routes=routes))

    assert len(record(program).all("Permission")) == 2


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_an_edge_endpoint_where_there_is_none(region: str) -> None:
    assert "has no edge endpoints; use REGIONAL" in refusal(api(region=region, endpoint_type="EDGE"))


def test_more_functions_than_a_role_can_name() -> None:
    def program() -> None:
        where = account(FUNCTION)
        functions = {f"function-{number}": new_function(where) for number in range(70)}
        args = CrossAccountApiArgs(
            account=account(API),
            functions=functions,
            routes=[get(f"/{name}", name) for name in functions],
            permission=PermissionArgs(invocation="role"),
        )
        CrossAccountApi("shop", args)

    assert "the role's policy for 70 functions takes" in refusal(program)


def test_a_resource_policy_that_is_too_long() -> None:
    addresses = [f"192.0.{number}.0/24" for number in range(256)] * 3

    assert "and API Gateway accepts 8,192" in refusal(api(resource_policy=source_ip_policy(addresses)))


def test_a_function_name_that_would_be_too_long() -> None:
    def program() -> None:
        Function("n" * 60, FunctionArgs(account=account(FUNCTION), code=CODE))

    assert "would have 68 characters and Lambda takes 64" in refusal(program)


@pytest.mark.parametrize(
    ("component", "changes", "told"),
    [
        ("my shop", {}, "role 'my shop-invoke-role': a role's name can have only letters, digits and _+=,.@-"),
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
    """An API that invokes through a role: an existing function, or one that is created with the given name."""

    def program() -> None:
        where = account(FUNCTION)
        target: FunctionTarget = ExistingFunction(arn=f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:f", account=where)
        if function is not None:
            target = new_function(where)
        name = function or "x"
        args = CrossAccountApiArgs(
            account=account(API),
            functions={name: target},
            routes=[get("/", name)],
            authorizers={guard: LambdaAuthorizer(function=name, invocation="role")} if guard else {},
            permission=PermissionArgs(invocation="role"),
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

    assert f"trusted_role_arn arn:aws-us-gov:iam::{THIRD}:role/reader: is in partition aws-us-gov" in refusal(program)


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
        (("x", "x-test"), {"scope": "stage", "test_invoke": True}, "x-test-stage"),
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
    program = two_functions(names, scope=scope, invocation=invocation, test_invoke=True, authorizers=guard)
    refused = False
    try:
        record(program)
    except ArgumentError:
        refused = True
    monkeypatch.setattr(Invocations, "_repeated_permissions", lambda _: [])
    urns = [each.urn for each in record(program).resources]

    assert refused == (len(set(urns)) < len(urns))


def two_functions(names: tuple[str, str], authorizers: str | None = None, **changes: Any) -> Callable[[], None]:
    """An API with a route for each; `authorizers` is the name of one that calls the first function by a role."""

    def program() -> None:
        where = account(FUNCTION)
        one, other = names
        guards = {authorizers: LambdaAuthorizer(function=one, invocation="role")} if authorizers else {}
        args = CrossAccountApiArgs(
            account=account(API),
            functions={name: new_function(where) for name in names},
            routes=[get("/a", one), get("/b", other)],
            authorizers=guards,
            **nested(**changes),
        )
        CrossAccountApi("shop", args)

    return program


def test_all_faults_are_reported_together() -> None:
    told = refusal(api(("GET", "/a"), ("GET", "/a"), region="eu-west-1", function_region="cn-north-1"))

    assert "listed twice" in told
    assert "is in partition aws-cn" in told
