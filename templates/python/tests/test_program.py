"""Tests of the program with mocks: which resource is in which account."""

from pathlib import Path

from cross_account_api.testing import record_project

PROJECT = Path(__file__).parents[1]
ACCOUNTS = {"apiAccountId": "111111111111", "functionAccountId": "222222222222"}


def test_each_half_lands_in_its_account() -> None:
    made = record_project(PROJECT, overrides=ACCOUNTS)

    assert {resource.provider for resource in made.in_aws} == {"api-account", "function-account"}
    assert made.one("apigateway/restApi:RestApi").provider == "api-account"
    assert made.one("lambda/function:Function").provider == "function-account"


def test_only_this_api_s_route_may_invoke_the_function() -> None:
    permission = record_project(PROJECT, overrides=ACCOUNTS).one("lambda/permission:Permission").inputs

    assert permission["principal"] == "apigateway.amazonaws.com"
    assert permission["sourceAccount"] == "111111111111"
    assert permission["sourceArn"].endswith("/dev/GET/")
