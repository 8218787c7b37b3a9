"""The number of statements that fit into a function's policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aws_rules import policies
from cross_account_api.errors import ArgumentError
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.testing import record
from tests.components.builders import API, FUNCTION, account, get, made, new_function


def routes(count: int) -> list[tuple[str, str]]:
    return [("GET", f"/route-{number:03}") for number in range(count)]


def test_too_many_statements_are_refused_with_their_number_and_the_scope_that_fits() -> None:
    with pytest.raises(
        ArgumentError, match=r"permissionScope method makes 60 statements with a total of [\d,]+ bytes"
    ) as caught:
        made(*routes(60))

    told = str(caught.value)
    assert "20,480 bytes" in told
    assert "permissionScope stage fits with 1: pulumi config set permissionScope stage" in told


def test_the_refusal_names_how_many_would_fit_and_so_many_do() -> None:
    with pytest.raises(ArgumentError) as caught:
        made(*routes(60))
    fitting = int(str(caught.value).partition("at most ")[2].partition(" ")[0])

    assert len(made(*routes(fitting)).all("Permission")) == fitting
    with pytest.raises(ArgumentError):
        made(*routes(fitting + 2))


def test_the_console_statements_count_too() -> None:
    assert len(made(*routes(20)).all("Permission")) == 20
    with pytest.raises(ArgumentError, match="makes 40 statements"):
        made(*routes(20), test_invoke=True)


@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_a_function_that_is_its_own_authorizer_has_room_for_fewer_routes(invocation: Any) -> None:
    def program(count: int) -> Callable[[], None]:
        def api() -> None:
            args = CrossAccountApiArgs(
                account=account(API),
                functions={"hello": new_function(account(FUNCTION), function_name="hello")},
                routes=[get(path, method=method) for method, path in routes(count)],
                authorizers={f"gate-{n}": LambdaAuthorizer(function="hello", invocation=invocation) for n in range(4)},
            )
            CrossAccountApi("shop", args)

        return api

    with pytest.raises(ArgumentError, match=r"beside [\d,]+ bytes for authorizers") as caught:
        record(program(40))
    fitting = int(str(caught.value).partition("at most ")[2].partition(" ")[0])

    statements = record(program(fitting)).all("Permission")
    assert len(statements) == fitting + (1 if invocation == "permission" else 4)
    with pytest.raises(ArgumentError):
        record(program(fitting + 2))
    shown = policies.function_policy_bytes(
        policies.invoke_statement(
            sid=f"{each.inputs['statementIdPrefix']}20261129213330123400000001",
            principal=each.inputs["principal"],
            function=f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:hello:live",
            source_arn=each.inputs.get("sourceArn"),
            source_account=each.inputs.get("sourceAccount"),
        )
        for each in statements
    )
    assert policies.FUNCTION_POLICY_BYTES // 2 - 1000 < shown <= policies.FUNCTION_POLICY_BYTES // 2


@pytest.mark.parametrize("scope", ["stage", "api"])
def test_a_wider_scope_holds_any_number_of_routes(scope: str) -> None:
    assert len(made(*routes(299), scope=scope).all("Permission")) == 1


def test_with_a_role_each_function_needs_one_statement_for_all_routes() -> None:
    assert len(made(*routes(299), invocation="role").all("Permission")) == 1
