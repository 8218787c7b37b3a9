"""The reverse direction: who can assume which role, and what that role can call."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api import FunctionArgs
from cross_account_api.caller.caller_role import CallerRole, CallerRoleArgs, call_policy
from cross_account_api.caller.consumer import Consumer, ConsumerArgs
from cross_account_api.testing import record
from tests.components.builders import API, CODE, THIRD, account
from tests.components.test_refusals import refusal

EXECUTION_ARN = f"arn:aws:execute-api:eu-west-1:{API}:a1b2c3d4e5"


def consumer(*, region: str = "eu-west-1", runtime: str = "nodejs", **changes: Any) -> Any:
    """A consumer in account 333333333333 of an API in 111111111111."""

    def run() -> None:
        Consumer(
            "reader",
            ConsumerArgs(
                function=FunctionArgs(account=account(THIRD), code=CODE, runtime=runtime),
                api_account=account(API, region),
                api_url="https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev",
                api_execution_arn=EXECUTION_ARN,
                stage_name="dev",
                routes=[("GET", "/orders"), ("GET", "/orders/{id}")],
                **changes,
            ),
        )

    return run


def test_the_assumed_role_is_created_in_the_apis_account_and_the_function_in_its_own() -> None:
    made = record(consumer())

    assert {each.name: each.provider for each in made.all("iam/role:Role")} == {
        "reader-role": "third",
        "reader-caller-role": "api",
    }
    assert made.one("lambda/function:Function", name="reader").provider == "third"


def test_the_assumed_role_trusts_the_functions_role_and_not_its_accounts_root() -> None:
    made = record(consumer())

    [statement] = made.one("Role", name="reader-caller-role").document("assumeRolePolicy")["Statement"]
    own = made.one("Role", name="reader-role").state["arn"]
    assert statement == {"Effect": "Allow", "Principal": {"AWS": own}, "Action": "sts:AssumeRole"}


def test_an_external_id_is_required_and_passed_to_the_function() -> None:
    made = record(consumer(external_id="pets"))

    [statement] = made.one("Role", name="reader-caller-role").document("assumeRolePolicy")["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "pets"}}
    assert (
        made.one("lambda/function:Function", name="reader").inputs["environment"]["variables"]["EXTERNAL_ID"] == "pets"
    )


def test_the_assumed_role_may_call_the_given_routes_of_the_stage_and_nothing_else() -> None:
    made = record(consumer())

    [statement] = made.one("RolePolicy", name="reader-caller-role-policy").document("policy")["Statement"]
    assert statement["Action"] == "execute-api:Invoke"
    assert statement["Resource"] == [f"{EXECUTION_ARN}/dev/GET/orders", f"{EXECUTION_ARN}/dev/GET/orders/*"]


def test_the_functions_role_can_only_assume_the_given_role() -> None:
    made = record(consumer())

    told = made.one("lambda/function:Function", name="reader").inputs["environment"]["variables"]["ROLE_ARN"]
    statements = made.one("RolePolicy", name="reader-role-policy").document("policy")["Statement"]
    assumes = [each for each in statements if each["Action"] == "sts:AssumeRole"]
    assert [each["Resource"] for each in assumes] == [told]
    assert told.rpartition("/")[2] == made.one("Role", name="reader-caller-role").inputs["name"]


def _assumed(stack: str, *, project: str = "orders", region: str = "eu-west-1") -> str:
    """The assumed role's name, in a project and stack."""
    made = record(consumer(region=region), project=project, stack=stack)
    return str(made.one("Role", name="reader-caller-role").inputs["name"])


def test_the_assumed_roles_name_carries_project_stack_and_region_so_that_programs_do_not_clash() -> None:
    assert _assumed("dev") == "reader-orders-dev-eu-west-1"


def test_assumed_roles_whose_names_are_cut_differ_by_all_that_the_whole_names_differ_in() -> None:
    long = "a-stack-whose-name-is-so-long-that-its-end-has-no-room"
    places = [("orders", long, "eu-west-1"), ("orders", long, "us-east-1"), ("orders", f"{long}-2", "eu-west-1")]

    names = [_assumed(stack, project=project, region=region) for project, stack, region in places]

    assert len(set(names)) == len(places)
    assert {len(name) for name in names} == {64}
    assert all(name.startswith("reader-orders-a-stack-whose-name-is") for name in names)


def test_a_preview_with_only_unknown_values_succeeds() -> None:
    assert len(record(consumer(), preview=True).all("lambda/function:Function")) == 1


def test_any_and_path_variables_become_wildcards_of_one_stage() -> None:
    [statement] = call_policy(EXECUTION_ARN, "dev", [("ANY", "/a/{b}")])["Statement"]

    assert statement["Resource"] == [f"{EXECUTION_ARN}/dev/*/a/*"]


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([], "CallerRole 'nobody': routes is empty"),
        ([("GET", "/*")], "route GET /*: * and ? would also allow other paths"),
        ([("GET", "/order?")], "route GET /order?: * and ? would also allow other paths"),
    ],
)
def test_a_caller_without_routes_or_with_wildcards_in_them_is_refused(routes: list[tuple[str, str]], told: str) -> None:
    def run() -> None:
        CallerRole(
            "nobody",
            CallerRoleArgs(
                api_account=account(API),
                api_execution_arn=EXECUTION_ARN,
                stage_name="dev",
                routes=routes,
                trusted_role_arn=f"arn:aws:iam::{THIRD}:role/x",
            ),
        )

    assert told in refusal(run)


@pytest.mark.parametrize("runtime", ["nodejs", "python"])
def test_both_languages_can_consume(runtime: str) -> None:
    made = record(consumer(runtime=runtime))

    assert made.one("lambda/function:Function", name="reader").inputs["runtime"].startswith(runtime)
