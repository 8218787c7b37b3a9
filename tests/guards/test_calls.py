"""Every operation of deployed documents, called without credentials and with them."""

from __future__ import annotations

import dataclasses
import json
import re
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.server import SandboxUnderTest
from tests.examples.signing import signed_headers
from tests.guards.cases import API_KEYS, GATE, Case, Operation, cases
from tests.guards.petstore import petstore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox_testing.server import Reply

API = "111111111111"
PROGRAM = Path(__file__).parent / "program"
#: What a browser sends before a signed request.
PREFLIGHT = {
    "Origin": "https://app.example.com",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256",
}
#: APIs in one sandbox: starting one, and a function in it, takes longer than making an API.
AT_ONCE = 12
# A whole sandbox for each example: a failure is read as it is, not made smaller.
FEW = settings(max_examples=2, phases=[Phase.explicit, Phase.reuse, Phase.generate])


class Deployed:
    """The cases' APIs in a sandbox, with an API key for all of them."""

    def __init__(self, sandbox: SandboxUnderTest, apis: Sequence[str]) -> None:
        self.sandbox = sandbox
        self.apis = apis
        self.credentials = sandbox.operator_in(API)
        gateway = sandbox.client("apigateway", API)
        key = gateway.create_api_key(name="key", enabled=True)
        stages = [{"apiId": api, "stage": "dev"} for api in apis]
        plan = gateway.create_usage_plan(name="plan", apiStages=stages)
        gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
        self.key: str = key["value"]

    def call(self, number: int, method: str, path: str, headers: dict[str, str], *, sign: bool = False) -> Reply:
        """Send a request with 7 for {name} and a/b for {name+}."""
        path = re.sub(r"\{\w+\}", "7", re.sub(r"\{\w+\+\}", "a/b", path))
        url = f"https://{self.apis[number]}.execute-api.us-east-1.amazonaws.com/dev{path}"
        signature = signed_headers(method, url, self.credentials) if sign else {}
        return self.sandbox.request(method, url, headers=signature | headers)

    def hops(self, reply: Reply) -> list[str]:
        """What the request passed or was refused by."""
        trace = self.sandbox.world.traces.get(reply.header("x-amzn-requestid") or "")
        assert trace is not None
        return [hop.name for hop in trace.hops]


@contextmanager
def deployed(given_cases: Sequence[Case]) -> Iterator[Deployed]:
    """All of them, in a sandbox of their own."""
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory() as folder,
        RunningSandbox(port=0) as running,
    ):
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION"):
            patch.delenv(name, raising=False)
        file = Path(folder) / "cases.json"
        file.write_text(json.dumps([dataclasses.asdict(case) for case in given_cases]))
        [up] = deploy(running.world, read_projects([PROGRAM], "sandbox", [f"cases={file}"]))
        yield Deployed(SandboxUnderTest(running), [up.outputs[f"api-{number}"] for number in range(len(given_cases))])


def needs_key(case: Case, operation: Operation) -> bool:
    """Whether the document asks for an x-api-key there."""
    security = case.operations[operation].get("security") or []
    return any(case.kinds.get(name) in API_KEYS for one in security for name in one)


def verb_of(case: Case, operation: Operation) -> str:
    """A method that the operation takes: for ANY one that is no operation of its own."""
    method, path = operation
    if method != "ANY":
        return method
    return next(verb for verb in ("PUT", "GET", "POST", "DELETE") if (verb, path) not in case.operations)


def check(case: Case, number: int, apis: Deployed) -> None:
    """Call every operation that the function takes, and the preflights of guarded ones."""
    for method, path, _ in case.routes:
        operation = (method, path)
        verb, guard = verb_of(case, operation), case.asked.get(operation)
        key = {"x-api-key": apis.key} if needs_key(case, operation) else {}
        granted = key | ({"Authorization": "open-sesame"} if guard == GATE else {})
        refused = [{}, {"Authorization": "guess"}] if guard == GATE else [{}] if guard or key else []
        for headers in refused:
            reply = apis.call(number, verb, path, headers)
            assert reply.status in (401, 403), (case, operation)
            assert not {"integration", "permission", "function"} & set(apis.hops(reply)), (case, operation)
        reply = apis.call(number, verb, path, granted, sign=guard == "AWS_IAM")
        assert reply.status == 200, (case, operation, reply)
        assert "function" in apis.hops(reply), (case, operation)
        assert reply.body == b"" if verb == "HEAD" else reply.json() == {"hello": f"{verb} {path}"}, (case, operation)
        if guard and method == "ANY" and ("OPTIONS", path) not in case.operations:
            reply = apis.call(number, "OPTIONS", path, PREFLIGHT)
            assert reply.status == 200, (case, operation)
            assert verb in (reply.header("access-control-allow-methods") or "").split(","), (case, operation)
            allowed = (reply.header("access-control-allow-headers") or "").lower().split(",")
            assert set(PREFLIGHT["Access-Control-Request-Headers"].split(",")) <= set(allowed)
            assert "function" not in apis.hops(reply), (case, operation)


@FEW
@given(given_cases=st.lists(cases(enforced=False, all_routed=True), min_size=AT_ONCE, max_size=AT_ONCE))
def test_without_credentials_nothing_runs_and_with_them_the_function_answers(given_cases: list[Case]) -> None:
    with deployed(given_cases) as apis:
        for number, case in enumerate(given_cases):
            check(case, number, apis)


@pytest.mark.parametrize("authorization", ["AWS_IAM", "token", "request"])
def test_every_operation_of_swaggers_petstore_is_guarded(authorization: str) -> None:
    def guarded(form: str) -> Case:
        signed = authorization == "AWS_IAM"
        case = Case(document=petstore(form), kinds={}, routes=[], authorization="AWS_IAM" if signed else "NONE")
        routes = [(method, path, None if signed else GATE) for method, path in case.operations]
        return dataclasses.replace(case, routes=routes, authorizer="request" if authorization == "request" else "token")

    both = [guarded("openapi"), guarded("swagger")]
    assert [len(case.asked) for case in both] == [19, 19]
    with deployed(both) as apis:
        for number, case in enumerate(both):
            check(case, number, apis)
