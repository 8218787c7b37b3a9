"""Call every operation of deployed documents with and without credentials."""

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
from tests.examples.issuer import Issuer
from tests.examples.signing import signed_headers
from tests.guards.cases import API_KEYS, GATE, Case, Operation, cases
from tests.guards.http_cases import ORIGIN, HttpCase, http_cases
from tests.guards.petstore import petstore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sandbox_testing.server import Reply

API = "111111111111"
PROGRAM = Path(__file__).parent / "program"
#: The preflight that a browser sends before a signed request.
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256",
}
#: APIs per sandbox: starting a sandbox with a function takes longer than creating an API.
AT_ONCE = 12
# Each example needs its own sandbox, so a failing example is not shrunk.
FEW = settings(max_examples=2, phases=[Phase.explicit, Phase.reuse, Phase.generate])


class Deployed:
    """The cases' APIs in a sandbox, with all credentials for callers."""

    def __init__(self, sandbox: SandboxUnderTest, outputs: Mapping[str, str], issuer: Issuer) -> None:
        self.sandbox = sandbox
        self.issuer = issuer
        self._outputs = outputs
        self._credentials = sandbox.operator_in(API)
        gateway = sandbox.client("apigateway", API)
        key = gateway.create_api_key(name="key", enabled=True)
        stages = [{"apiId": api, "stage": "dev"} for name, api in outputs.items() if name.startswith("rest-")]
        plan = gateway.create_usage_plan(name="plan", apiStages=stages)
        gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
        self.key: str = key["value"]

    def call(self, api: str, method: str, path: str, headers: Mapping[str, str], *, sign: bool = False) -> Reply:
        """Send a request, with 7 for {name} and a/b for {name+}."""
        path = re.sub(r"\{\w+\}", "7", re.sub(r"\{\w+\+\}", "a/b", path))
        stage = "/dev" if api.startswith("rest-") else ""
        url = f"https://{self._outputs[api]}.execute-api.us-east-1.amazonaws.com{stage}{path}"
        signature = signed_headers(method, url, self._credentials) if sign else {}
        return self.sandbox.request(method, url, headers={**signature, **headers})

    def ran(self, reply: Reply) -> bool:
        """True if the request reached the function."""
        request_id = reply.header("x-amzn-requestid") or reply.header("apigw-requestid")
        trace = self.sandbox.world.traces.get(request_id or "")
        assert trace is not None
        return any(hop.name in ("integration", "permission", "function") for hop in trace.hops)


@contextmanager
def deployed(rest: Sequence[Case], http: Sequence[HttpCase] = ()) -> Iterator[Deployed]:
    """Deploy all cases to their own sandbox."""
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory() as folder,
        Issuer() as issuer,
        RunningSandbox(port=0) as running,
    ):
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION"):
            patch.delenv(name, raising=False)
        file = Path(folder) / "cases.json"
        written = {"rest": [dataclasses.asdict(one) for one in rest], "http": [dataclasses.asdict(one) for one in http]}
        file.write_text(json.dumps(written))
        config = [f"cases={file}", f"issuer={issuer.url}"]
        [up] = deploy(running.world, read_projects([PROGRAM], "sandbox", config))
        yield Deployed(SandboxUnderTest(running), up.outputs, issuer)


def needs_key(case: Case, operation: Operation) -> bool:
    """True if the document requires an x-api-key for the operation."""
    security = case.operations[operation].get("security") or []
    return any(case.kinds.get(name) in API_KEYS for one in security for name in one)


def verb_of(case: Case, operation: Operation) -> str:
    """A method of the operation; for ANY, one without its own operation."""
    method, path = operation
    if method != "ANY":
        return method
    return next(verb for verb in ("PUT", "GET", "POST", "DELETE") if (verb, path) not in case.operations)


def check(case: Case, api: str, apis: Deployed) -> None:
    """Call every operation of the function, and the preflights of operations with authorization."""
    for method, path, _ in case.routes:
        operation = (method, path)
        verb, guard = verb_of(case, operation), case.asked.get(operation)
        key = {"x-api-key": apis.key} if needs_key(case, operation) else {}
        granted = key | ({"Authorization": "open-sesame"} if guard == GATE else {})
        refused = [{}, {"Authorization": "guess"}] if guard == GATE else [{}] if guard or key else []
        for headers in refused:
            reply = apis.call(api, verb, path, headers)
            assert reply.status in (401, 403), (case, operation)
            assert not apis.ran(reply), (case, operation)
        reply = apis.call(api, verb, path, granted, sign=guard == "AWS_IAM")
        assert reply.status == 200, (case, operation, reply)
        assert apis.ran(reply), (case, operation)
        assert reply.body == b"" if verb == "HEAD" else reply.json() == {"hello": f"{verb} {path}"}, (case, operation)
        if guard and method == "ANY" and ("OPTIONS", path) not in case.operations:
            reply = apis.call(api, "OPTIONS", path, PREFLIGHT)
            assert reply.status == 200, (case, operation)
            assert verb in (reply.header("access-control-allow-methods") or "").split(","), (case, operation)
            allowed = (reply.header("access-control-allow-headers") or "").lower().split(",")
            assert set(PREFLIGHT["Access-Control-Request-Headers"].split(",")) <= set(allowed)


def check_http(case: HttpCase, api: str, apis: Deployed) -> None:
    """Call every route, and send every path's preflight if CORS is on and no route protects OPTIONS itself."""
    preflights = case.cors and not any(
        key.startswith("OPTIONS") and authorization != "NONE" for key, authorization in case.routes.items()
    )
    for key, authorization in case.routes.items():
        method, _, path = ("GET /elsewhere" if key == "$default" else key).partition(" ")
        if method == "ANY":
            method = "PUT"
        for headers in [{}, {"Authorization": "guess"}] if authorization != "NONE" else []:
            reply = apis.call(api, method, path, headers)
            assert reply.status in (401, 403), (case, key)
            assert not apis.ran(reply), (case, key)
        tokens = {"JWT": f"Bearer {apis.issuer.token()}", "CUSTOM": "open-sesame"}
        token = {"Authorization": tokens[authorization]} if authorization in tokens else {}
        reply = apis.call(api, method, path, token, sign=authorization == "AWS_IAM")
        assert (reply.status, reply.json()) == (200, {"hello": key}), (case, key)
        if preflights:
            reply = apis.call(api, "OPTIONS", path, PREFLIGHT)
            assert reply.status == 204, (case, key)
            allowed = (reply.header("access-control-allow-headers") or "").split(",")
            assert set(PREFLIGHT["Access-Control-Request-Headers"].split(",")) <= set(allowed)
            assert not apis.ran(reply), (case, key)


@FEW
@given(
    rest=st.lists(cases(enforced=False, all_routed=True), min_size=AT_ONCE, max_size=AT_ONCE),
    http=st.lists(http_cases(deployable=True), min_size=AT_ONCE // 3, max_size=AT_ONCE // 3),
)
def test_without_credentials_nothing_runs_and_with_them_the_function_answers(
    rest: list[Case], http: list[HttpCase]
) -> None:
    with deployed(rest, http) as apis:
        for number, case in enumerate(rest):
            check(case, f"rest-{number}", apis)
        for number, http_case in enumerate(http):
            check_http(http_case, f"http-{number}", apis)


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
            check(case, f"rest-{number}", apis)
