"""examples/authorizer: an authorizer in another account and Region allows, denies, and is called once per token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.examples.conftest import Deployer, Up

GUARD_ACCOUNT = "333333333333"
GUARD_REGION = "eu-west-1"
GOOD = "jo:open-sesame"


@pytest.fixture
def shop(shared_up: Deployer) -> Up:
    return shared_up("authorizer")


@pytest.fixture
def own(up: Deployer) -> Up:
    """One that the test may change."""
    return up("authorizer")


def guard_name(shop: Up) -> str:
    [name] = [each for each in shop.ids("aws:lambda/function:Function") if "guard" in each]
    return name


@pytest.mark.parametrize("invocation", ["permission", "role"])
@pytest.mark.parametrize(("path", "header"), [("/token", "Authorization"), ("/request", "X-Api-Token")])
def test_the_authorizers_context_reaches_the_function(
    shared_up: Deployer, invocation: str, path: str, header: str
) -> None:
    shop = shared_up("authorizer", config=[f"invocation={invocation}"])

    reply = shop.get(path, headers={header: GOOD})

    assert (reply.status, reply.json()) == (200, {"principal": "jo", "team": "pets"})


@pytest.mark.parametrize("path", ["/token", "/request"])
def test_without_a_token_the_status_is_401_and_the_function_is_not_called(shop: Up, path: str) -> None:
    reply = shop.get(path)

    assert (reply.status, reply.json()) == (401, {"message": "Unauthorized"})


def test_an_authorizer_that_raises_unauthorized_is_401(shop: Up) -> None:
    reply = shop.get("/token", headers={"Authorization": ":x"})

    assert (reply.status, reply.json()) == (401, {"message": "Unauthorized"})


def test_a_denied_token_is_403(shop: Up) -> None:
    reply = shop.get("/token", headers={"Authorization": "jo:wrong"})

    assert reply.status == 403
    assert reply.json() == {"Message": "User is not authorized to access this resource with an explicit deny"}


def test_the_source_arn_of_the_authorizers_statement_has_the_guards_region(shop: Up) -> None:
    lambda_ = shop.sandbox.client("lambda", GUARD_ACCOUNT, GUARD_REGION)

    policy = json.loads(lambda_.get_policy(FunctionName=guard_name(shop), Qualifier="live")["Policy"])

    sources = {statement["Condition"]["ArnLike"]["AWS:SourceArn"] for statement in policy["Statement"]}
    api_id = shop.outputs["apiId"]
    assert sources == {f"arn:aws:execute-api:{GUARD_REGION}:111111111111:{api_id}/authorizers/*"}


def test_without_its_permission_the_answer_is_500(own: Up) -> None:
    lambda_ = own.sandbox.client("lambda", GUARD_ACCOUNT, GUARD_REGION)
    name = guard_name(own)
    policy = json.loads(lambda_.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    for statement in policy["Statement"]:
        lambda_.remove_permission(FunctionName=name, Qualifier="live", StatementId=statement["Sid"])

    reply = own.get("/token", headers={"Authorization": GOOD})

    assert (reply.status, reply.json()["message"]) == (500, None)
    assert reply.header("x-amzn-ErrorType") == "AuthorizerConfigurationException"


def test_a_cached_answer_serves_the_tokens_next_request_without_asking(own: Up) -> None:
    lambda_ = own.sandbox.client("lambda", GUARD_ACCOUNT, GUARD_REGION)
    assert own.get("/token", headers={"Authorization": GOOD}).status == 200
    lambda_.put_function_concurrency(FunctionName=guard_name(own), ReservedConcurrentExecutions=0)

    again = own.get("/token/7", headers={"Authorization": GOOD})
    uncached = own.get("/request", headers={"X-Api-Token": GOOD})

    assert (again.status, uncached.status) == (200, 500)
