"""The report on each route, the function's state, quotas, and errors in each language's own format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_doctor.calls import Reader
from cross_account_sandbox.functions.runtimes import node_available
from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.deployments import Deployment
from doctor_testing.faults import roles, with_logging, with_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest


def test_each_route_is_reported_with_the_statement_that_allows_it(
    deployment: Deployment, doctor: Callable[..., Said], examined: Callable[..., Said]
) -> None:
    allowed = examined(deployment).report["allowed"]
    assert set(allowed) == {"GET /", "GET /pets/{petId}"}
    (policy,) = {by.partition(" of ")[2] for by in allowed.values()}
    assert policy == "alias live"
    who = ("--api-profile", "a", "--function-profile", "b")
    shown = doctor("--api-id", deployment.api_id, "--stage", "dev", *who)
    assert f"GET / by {allowed['GET /']}, and 1 more" in " ".join(shown.out.split())


@pytest.fixture
def by_role(sandbox: SandboxUnderTest) -> Deployment:
    """A healthy deployment that calls through a role of the API's account."""
    made = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    with_role(made)
    return made.make()


def test_in_role_mode_the_role_is_reported_with_the_statement_that_names_it(
    by_role: Deployment, examined: Callable[..., Said]
) -> None:
    by = f"role {by_role.credentials} and statement role of alias live"
    assert examined(by_role).report["allowed"] == {"GET /": by, "GET /pets/{petId}": by}


def test_the_id_of_a_deleted_role_is_removed_from_the_policy(
    by_role: Deployment, examined: Callable[..., Said], aws: Callable[[str], str]
) -> None:
    (fault,) = (fault for fault in roles.FAULTS if fault.name == "role deleted")
    fault.then(by_role)
    for command in examined(by_role).commands:
        aws(command)
    assert "AROA" not in by_role.functions.get_policy(FunctionName="hello", Qualifier="live")["Policy"]


def test_a_uri_is_fixed_together_with_the_missing_permissions_of_its_role(
    by_role: Deployment, examined: Callable[..., Said], aws: Callable[[str], str]
) -> None:
    faults = {fault.name: fault for fault in roles.FAULTS}
    for name in ("alias that never existed, by a role", "role not named by the function", "role without right"):
        faults[name].then(by_role)
    said = examined(by_role)
    assert said.broken == ["integration"]
    for command in said.commands:
        aws(command)
    assert by_role.get("/").status == 200


def test_routes_that_differ_in_different_ways_are_told_apart(
    deployment: Deployment, examined: Callable[..., Said], aws: Callable[[str], str]
) -> None:
    deployment.forget_permissions()
    deployment.permit("GET", "/", source=deployment.source_arn(stage="prod"))
    deployment.permit("GET", "/pets/{petId}", source=deployment.source_arn("POST", "/pets/{petId}"))
    said = examined(deployment)
    told = {tuple(item["routes"]): item["cause"] for item in said.report["findings"]}
    assert "stage prod is not dev" in told["GET /",]
    assert "method POST is not GET" in told["GET /pets/{petId}",]
    for command in said.commands:
        aws(command)
    assert examined(deployment).report["findings"] == []


def _answering(monkeypatch: pytest.MonkeyPatch, method: str, **members: Any) -> None:
    """Change one call's response in a way that the sandbox's functions never return."""
    ask = Reader.ask

    def changed(self: Reader, service: str, region: str, asked: str, **params: Any) -> dict[str, Any]:
        answer = ask(self, service, region, asked, **params)
        return answer | {"Configuration": answer["Configuration"] | members} if asked == method else answer

    monkeypatch.setattr(Reader, "ask", changed)


@pytest.mark.parametrize(
    ("members", "cause", "command"),
    [
        ({"State": "Failed", "StateReason": "no subnet"}, "hello is Failed: no subnet", None),
        ({"State": "Pending", "StateReason": "creating"}, "hello is Pending: creating", "wait function-active-v2"),
        (
            {"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "the key was disabled"},
            "the last update of hello failed: the key was disabled",
            None,
        ),
    ],
)
def test_a_function_that_is_not_ready_is_a_finding(
    members: dict[str, str],
    cause: str,
    command: str | None,
    deployment: Deployment,
    examined: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _answering(monkeypatch, "get_function", **members)
    said = examined(deployment)
    assert said.broken == ["function"]
    assert said.causes == cause
    assert len(said.commands) == (1 if command else 0)
    assert (command or "") in "".join(said.commands)


@pytest.mark.parametrize(
    ("members", "note"),
    [
        ({"State": "Inactive"}, "hello is Inactive: its next call reactivates it"),
        ({"Runtime": "python3.8"}, "hello runs on python3.8, which is deprecated"),
    ],
)
def test_harmless_states_of_the_function_are_notes(
    members: dict[str, str],
    note: str,
    deployment: Deployment,
    examined: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _answering(monkeypatch, "get_function", **members)
    said = examined(deployment)
    assert said.broken == []
    (notes,) = (hop["notes"] for hop in said.report["hops"] if hop["name"] == "function")
    assert [note in text for text in notes] == [True]


@pytest.mark.parametrize("left", ["AROAEXAMPLEOFROLE0001", "AIDAEXAMPLEOFUSER0001"])
@pytest.mark.parametrize("several", [False, True])
def test_a_principal_that_is_only_an_id_is_left_of_a_deleted_one(
    left: str, several: bool, deployment: Deployment, examined: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    # API Gateway shows such an ID after the role or user was deleted; the sandbox still shows the ARN.
    named = ["arn:aws:iam::111111111111:root", left] if several else left
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    partner = {**everybody, "Sid": "Partner", "Principal": {"AWS": named}}
    ask = Reader.ask

    def changed(self: Reader, service: str, region: str, asked: str, **params: Any) -> dict[str, Any]:
        answer = ask(self, service, region, asked, **params)
        statements = [everybody, partner]
        return answer | {"policy": json.dumps({"Statement": statements})} if asked == "get_rest_api" else answer

    monkeypatch.setattr(Reader, "ask", changed)
    (notes,) = (hop["notes"] for hop in examined(deployment).report["hops"] if hop["name"] == "authorization")
    (note,) = notes
    assert f"statement Partner of the resource policy names {left}, the ID of a deleted role or user" in note


def test_resources_without_methods_count_against_the_quota(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    for number in range(240):
        deployment.gateway.create_resource(
            restApiId=deployment.api_id, parentId=deployment.root_id, pathPart=f"part{number}"
        )
    (notes,) = (hop["notes"] for hop in examined(deployment).report["hops"] if hop["name"] == "quota")
    assert notes == ["the API uses 243 of 300 resources, the default quota"]


def test_a_policy_that_is_nearly_full_is_a_note(deployment: Deployment, examined: Callable[..., Said]) -> None:
    for number in range(12):
        deployment.permit("GET", f"/{number:01000}")
    (notes,) = (hop["notes"] for hop in examined(deployment).report["hops"] if hop["name"] == "quota")
    assert "of 20480 bytes" in notes[0]


def test_a_call_that_was_throttled_is_read_from_the_execution_log(
    deployment: Deployment, examined: Callable[..., Said]
) -> None:
    with_logging(deployment)
    deployment.functions.put_function_concurrency(FunctionName="hello", ReservedConcurrentExecutions=0)
    assert deployment.get("/").status == 500
    deployment.functions.delete_function_concurrency(FunctionName="hello")
    said = examined(deployment)
    assert said.broken == ["result"]
    assert "Lambda throttled the last call of hello (429)" in said.causes


TOO_LARGE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'x' * 7_000_000}\n"
RAISES = "exports.handler = async () => { throw new TypeError('no pets') }\n"
CALLS_BACK = "exports.handler = (event, context, callback) => callback(new Error('no pets'))\n"
NOT_THERE = "require('nowhere'); exports.handler = async () => ({})\n"
EXITS = "exports.handler = async () => process.exit(3)\n"
#: Text in the function's own log; the execution log only has the message.
PYTHON = [("python3.11", TOO_LARGE, "xceeded maximum allowed payload size")]
NODE = [
    ("nodejs22.x", RAISES, "TypeError: no pets"),
    ("nodejs22.x", CALLS_BACK, "with Error: no pets"),
    ("nodejs22.x", NOT_THERE, "Cannot find module 'nowhere'"),
    ("nodejs22.x", EXITS, "Runtime.ExitError"),
]


@pytest.mark.parametrize("logging", [False, True], ids=["function log", "execution log"])
@pytest.mark.parametrize(("runtime", "source", "own"), [*PYTHON, *(NODE if node_available() else [])])
def test_an_error_is_reported_with_the_handler_s_message(
    logging: bool,
    runtime: str,
    source: str,
    own: str,
    sandbox: SandboxUnderTest,
    examined: Callable[..., Said],
) -> None:
    made = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    made.runtime, made.source = runtime, source
    made.make()
    if logging:
        with_logging(made)
    assert made.get("/").status in (500, 502)
    said = examined(made)
    assert said.broken == ["result"], said.causes
    assert own in said.causes
