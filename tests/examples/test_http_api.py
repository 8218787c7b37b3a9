"""examples/http-api: an HTTP API for a function in another account, called openly, with a token, and signed."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.examples.issuer import Issuer
from tests.examples.signing import signed_headers, take_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.examples.conftest import Deployer, Up

FUNCTION_ACCOUNT, FUNCTION_REGION = "222222222222", "eu-west-1"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


@pytest.fixture
def orders(shared_up: Deployer, issuer: Issuer) -> Up:
    return shared_up("http-api", config=[f"issuer={issuer.url}"])


def test_an_object_without_a_status_is_the_body_of_a_200(orders: Up) -> None:
    reply = orders.get("/hello/jo")

    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    assert (reply.json()["route"], reply.json()["path"]) == ("GET /hello/{name}", "/hello/jo")


def test_a_path_that_no_route_takes_is_404(orders: Up) -> None:
    reply = orders.get("/nothing")

    assert (reply.status, reply.json()) == (404, {"message": "Not Found"})


def test_without_its_permission_the_function_is_not_reached(up: Deployer, issuer: Issuer) -> None:
    orders = up("http-api", config=[f"issuer={issuer.url}"])
    lambda_ = orders.sandbox.client("lambda", FUNCTION_ACCOUNT, FUNCTION_REGION)
    name = orders.outputs["functionName"]
    policy = json.loads(lambda_.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    for statement in policy["Statement"]:
        if "/GET/hello" in json.dumps(statement):
            lambda_.remove_permission(FunctionName=name, Qualifier="live", StatementId=statement["Sid"])

    reply = orders.get("/hello")

    assert (reply.status, reply.json()) == (500, {"message": "Internal Server Error"})


def test_a_token_with_audience_and_scope_is_let_through(orders: Up, issuer: Issuer) -> None:
    token = issuer.token(scope="orders:read orders:write")

    reply = orders.get("/orders", headers={"Authorization": f"Bearer {token}"})

    assert (reply.status, reply.json()["subject"]) == (200, "jo")


@pytest.mark.parametrize(
    "claims",
    [{"aud": "others"}, {"iss": "https://other.example.com"}, {"exp": int(time.time()) - 600}],
    ids=["audience", "issuer", "expired"],
)
def test_a_token_that_is_not_good_here_is_401(orders: Up, issuer: Issuer, claims: dict[str, Any]) -> None:
    token = issuer.token(scope="orders:read", **claims)

    reply = orders.get("/orders", headers={"Authorization": f"Bearer {token}"})

    assert (reply.status, reply.json()) == (401, {"message": "Unauthorized"})


def test_a_token_that_another_key_signed_is_401(orders: Up, issuer: Issuer) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    reply = orders.get("/orders", headers={"Authorization": f"Bearer {issuer.token(key=other, scope='orders:read')}"})

    assert reply.status == 401


def test_no_token_is_401(orders: Up) -> None:
    assert orders.get("/orders").status == 401


def test_a_token_without_the_scope_is_403(orders: Up, issuer: Issuer) -> None:
    reply = orders.get("/orders", headers={"Authorization": f"Bearer {issuer.token(scope='orders:write')}"})

    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})


def test_another_accounts_caller_is_answered_through_the_role_in_the_apis_account(orders: Up) -> None:
    own = take_role(orders, orders.outputs["callerArn"])
    credentials = take_role(orders, orders.outputs["callerRoleArn"], by=own)

    reply = orders.get("/signed", headers=signed_headers("GET", f"{orders.outputs['url']}/signed", credentials))

    assert reply.status == 200
    assert reply.json()["caller"].startswith("arn:aws:sts::111111111111:assumed-role/signed-caller-role-")


def test_the_other_accounts_own_credentials_are_not_enough_for_an_http_api(orders: Up) -> None:
    own = take_role(orders, orders.outputs["callerArn"])

    reply = orders.get("/signed", headers=signed_headers("GET", f"{orders.outputs['url']}/signed", own))

    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})


def test_an_unsigned_request_to_a_signed_route_is_403(orders: Up) -> None:
    reply = orders.get("/signed")

    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})


def test_the_role_cannot_call_other_routes_or_be_assumed_by_others(orders: Up) -> None:
    stranger = orders.sandbox.operator_in("444444444444")

    with pytest.raises(ClientError, match="AccessDenied"):
        take_role(orders, orders.outputs["callerRoleArn"], by=stranger)
