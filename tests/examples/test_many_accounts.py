"""examples/many-accounts: one function for APIs of two accounts, and one API for functions of two accounts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.examples.conftest import Deployer


@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_every_api_reaches_its_functions_in_their_accounts_and_regions(up: Deployer, invocation: str) -> None:
    example = up("many-accounts", config=[f"invocation={invocation}"])

    answers = {
        "first shared": example.get("/shared").json(),
        "first remote": example.get("/remote").json(),
        "second shared": example.get("/shared", output="secondUrl").json(),
    }

    first, second = example.outputs["apiId"], example.outputs["secondApiId"]
    assert answers == {
        "first shared": {"functionAccount": "222222222222", "functionRegion": "us-east-1", "api": first},
        "first remote": {"functionAccount": "444444444444", "functionRegion": "eu-west-1", "api": first},
        "second shared": {"functionAccount": "222222222222", "functionRegion": "us-east-1", "api": second},
    }


def test_removing_one_apis_statement_stops_only_that_api(up: Deployer) -> None:
    example = up("many-accounts")
    [name] = [identity for identity in example.ids("aws:lambda/function:Function") if identity.startswith("shared")]
    lambda_ = example.sandbox.client("lambda", "222222222222")
    policy = json.loads(lambda_.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    [statement] = [each for each in policy["Statement"] if example.outputs["secondApiId"] in json.dumps(each)]

    lambda_.remove_permission(FunctionName=name, Qualifier="live", StatementId=statement["Sid"])

    assert example.get("/shared", output="secondUrl").status == 500
    assert example.get("/shared").status == 200
