"""The real engine deploys and destroys every example, each in its own sandbox.

The projects of examples/split refer to each other: see test_split_examples.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.server import SandboxUnderTest
from tests.engine.cli import ROOT
from tests.engine.inventory import inventory
from tests.engine.stacks import Engine
from tests.examples.conftest import Up
from tests.examples.issuer import Issuer
from tests.examples.signing import signed_headers, take_role

_ACCOUNTS = ("111111111111", "222222222222", "333333333333", "444444444444")
_REGIONS = ("us-east-1", "eu-west-1")


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """An empty sandbox for each example."""
    with RunningSandbox(port=0) as running:
        yield running


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


def _users(up: Up, _: Issuer) -> None:
    assert up.get("/users?name=a%20b").json()["query"] == {"name": "a b"}


def _many_accounts(up: Up, _: Issuer) -> None:
    answers = [up.get("/shared"), up.get("/remote"), up.get("/shared", output="secondUrl")]
    assert [answer.json()["functionAccount"] for answer in answers] == ["222222222222", "444444444444", "222222222222"]


def _resource_policy(up: Up, _: Issuer) -> None:
    url = f"{up.outputs['url']}/orders/7"
    signed = signed_headers("GET", url, take_role(up, up.outputs["callerArn"]))
    assert up.get("/orders/7", headers=signed).json()["account"] == "333333333333"


def _consumer(up: Up, _: Issuer) -> None:
    answer = _invoke(up, "consumerFunctionArn", region="eu-west-1", path="/orders", query={"name": "Zoë"})
    assert json.loads(answer["body"])["message"] == "Good day, Zoë of World."


def _http_api(up: Up, issuer: Issuer) -> None:
    assert up.get("/hello/jo").json()["route"] == "GET /hello/{name}"
    token = issuer.token(scope="orders:read")
    assert up.get("/orders", headers={"Authorization": f"Bearer {token}"}).json()["subject"] == "jo"


def _custom_domain(up: Up, _: Issuer) -> None:
    assert up.outputs["url"] == "https://api.example.com/v1"
    assert up.get("/orders?name=John").json()["message"] == "Good day, John of World."


def _private(up: Up, _: Issuer) -> None:
    answer = _invoke(up, "clientFunctionArn", path="/orders")
    assert json.loads(answer["body"])["vpce"] == up.outputs["vpcEndpointId"]


def _authorizer(up: Up, _: Issuer) -> None:
    answer = up.get("/token", headers={"Authorization": "jo:open-sesame"})
    assert answer.json() == {"principal": "jo", "team": "pets"}


def _invoke(up: Up, output: str, *, region: str = "us-east-1", **event: Any) -> dict[str, Any]:
    """Invoke a function of the callers' account; returns its response."""
    client = up.sandbox.client("lambda", "333333333333", region)
    payload = client.invoke(FunctionName=up.outputs[output], Payload=json.dumps(event))["Payload"]
    answer: dict[str, Any] = json.loads(payload.read())
    return answer


#: Each example with its main request.
_ANSWERS: dict[str, Callable[[Up, Issuer], None]] = {
    "authorizer": _authorizer,
    "consumer": _consumer,
    "custom-domain": _custom_domain,
    "http-api": _http_api,
    "many-accounts": _many_accounts,
    "private": _private,
    "resource-policy": _resource_policy,
    "users": _users,
}


def test_every_example_is_proven_here() -> None:
    assert set(_ANSWERS) == {file.parent.name for file in (ROOT / "examples").glob("*/Pulumi.yaml")}


@pytest.mark.parametrize("example", _ANSWERS)
def test_an_example_goes_from_preview_to_destroy_and_leaves_nothing(
    engine: Engine, sandbox: RunningSandbox, issuer: Issuer, example: str
) -> None:
    before = inventory(sandbox, _ACCOUNTS, _REGIONS)
    stack = engine.stack(endpoint=sandbox.endpoint, project=ROOT / "examples" / example)
    if example == "http-api":
        stack.settings["issuer"] = issuer.url

    planned = stack.preview()
    assert set(planned.touched.values()) == {"create"}
    assert stack.up().touched == planned.touched

    _ANSWERS[example](Up(sandbox=SandboxUnderTest(sandbox), outputs=stack.outputs, resources={}), issuer)

    assert stack.up().touched == {}
    assert stack.refresh().touched == {}
    assert stack.preview().touched == {}, "a refresh changed the state"

    assert set(stack.destroy().touched.values()) == {"delete"}
    assert inventory(sandbox, _ACCOUNTS, _REGIONS) == before
