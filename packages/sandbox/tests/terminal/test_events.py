"""The events that a running sandbox reports to its listeners: requests, functions, reloads and changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.events import CodeReloaded, Event, FunctionEnded, RequestAnswered, ResourceChanged
from sandbox_testing.build import add_api, lambda_proxy, permitted
from sandbox_testing.functions import TRUST_LAMBDA, Lambda, functions, lambda_in
from sandbox_testing.http_apis import deploy
from sandbox_testing.processes import wait_until

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

__all__ = ["functions", "lambda_in"]

_PRINTS = """
print("loaded")
def handler(event, context):
    print("called")
    if (event.get("queryStringParameters") or {}).get("fail"):
        raise ValueError("boom")
    return {"statusCode": 200, "body": "{}"}
"""


@pytest.fixture
def told(sandbox: SandboxUnderTest) -> list[Event]:
    """Every event that the sandbox reports from now on."""
    events: list[Event] = []
    sandbox.world.events.subscribe(events.append)
    return events


def test_a_request_is_told_with_what_its_function_printed_and_raised(
    sandbox: SandboxUnderTest, told: list[Event]
) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(permitted(sandbox, _PRINTS)))
    api.deploy()
    assert [sandbox.request("GET", api.url(path)).status for path in ("/", "/?fail=1", "/none")] == [200, 502, 403]
    traces = [event.trace for event in told if isinstance(event, RequestAnswered)]
    assert [(trace.status, trace.request) for trace in traces] == [
        (200, "GET /dev/"),
        (502, "GET /dev/?fail=1"),
        (403, "GET /dev/none"),
    ]
    assert all(trace.duration_ms is not None for trace in traces)
    first, second = traces[0].runs[0], traces[1].runs[0]
    assert (first.printed, first.error) == (("loaded", "called"), None)
    assert second.printed[0] == "called"
    assert second.error is not None
    assert (second.error["errorType"], second.error["errorMessage"]) == ("ValueError", "boom")
    assert "/var/task/index.py" in second.error["stackTrace"][0]
    assert traces[2].runs == []
    shown = sandbox.request("GET", f"{sandbox.endpoint}/_sandbox/traces/{traces[0].request_id}").json()
    assert shown["functions"][0]["printed"] == ["loaded", "called"]


def test_an_init_error_is_told_with_what_the_module_printed(sandbox: SandboxUnderTest, told: list[Event]) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(permitted(sandbox, 'print("loading")\nimport nothing_of_this_name\n')))
    api.deploy()
    assert sandbox.request("GET", api.url()).status == 502
    (event,) = told
    assert isinstance(event, RequestAnswered)
    (run,) = event.trace.runs
    assert run.printed[0] == "loading"
    assert run.error is not None
    assert "nothing_of_this_name" in run.error["errorMessage"]


def test_a_request_to_an_http_api_is_told_alike(sandbox: SandboxUnderTest, told: list[Event]) -> None:
    api = deploy(sandbox, "$default")
    api.route("GET /", api.function("hello", 'def handler(event, context):\n    print("called")\n    return {}\n'))
    told.clear()
    assert api.call("GET", "/").status == 200
    (event,) = told
    assert isinstance(event, RequestAnswered)
    assert event.trace.runs[0].printed == ("called",)


def test_a_function_that_outlives_its_answer_is_told_when_it_ends(sandbox: SandboxUnderTest, told: list[Event]) -> None:
    api = add_api(sandbox.world)
    slow = "import time\ndef handler(event, context):\n    time.sleep(0.3)\n    print('late')\n"
    api.route("/", "GET", lambda_proxy(permitted(sandbox, slow), timeout_ms=50))
    api.deploy()
    assert sandbox.request("GET", api.url()).status == 504
    wait_until(lambda: len(told) == 2)
    request, end = told
    assert isinstance(request, RequestAnswered)
    assert isinstance(end, FunctionEnded)
    assert end.run.printed == ("late",)
    assert request.trace.runs == [end.run]


def test_a_saved_change_is_told_at_the_call_that_loads_it(sandbox: SandboxUnderTest, told: list[Event]) -> None:
    function = permitted(sandbox)
    folder = function.latest.code_dir
    function.bind_source(folder)
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(function))
    api.deploy()
    for _ in range(2):
        sandbox.request("GET", api.url())
    assert [type(event) for event in told] == [RequestAnswered] * 2
    _save(folder)
    sandbox.request("GET", api.url())
    assert told[2:3] == [CodeReloaded(function=function.arn, folder=folder)]
    assert [type(event) for event in told[3:]] == [RequestAnswered]


def _save(folder: str) -> None:
    file = Path(folder) / "index.py"
    file.write_text(f"{file.read_text()}\n# saved\n")


def _calls() -> list[tuple[str, str, dict[str, Any], tuple[str, str] | None]]:
    """Service, boto3 method, parameters, and the event's operation and target (None if there is no event)."""
    trust = {"AssumeRolePolicyDocument": json.dumps(TRUST_LAMBDA)}
    return [
        ("sts", "get_caller_identity", {}, None),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::222222222222:role/any", "RoleSessionName": "session"}, None),
        ("apigateway", "get_rest_apis", {}, None),
        ("apigateway", "create_rest_api", {"name": "pets"}, ("CreateRestApi", "pets")),
        ("iam", "create_role", {"RoleName": "r", **trust}, ("CreateRole", "")),
        ("iam", "list_roles", {}, None),
        ("logs", "create_log_group", {"logGroupName": "g"}, ("CreateLogGroup", "")),
        ("logs", "describe_log_groups", {}, None),
        ("s3", "create_bucket", {"Bucket": "bucket"}, ("CreateBucket", "")),
        ("s3", "list_buckets", {}, None),
    ]


def test_calls_that_change_something_are_told_and_calls_that_read_are_not(
    sandbox: SandboxUnderTest, told: list[Event]
) -> None:
    for service, call, parameters, expected in _calls():
        told.clear()
        getattr(sandbox.client(service), call)(**parameters)
        wanted = expected and ResourceChanged(
            service=service, operation=expected[0], account="111111111111", region="us-east-1", target=expected[1]
        )
        assert told == ([wanted] if wanted else []), call


def test_a_refused_change_changed_nothing(sandbox: SandboxUnderTest, told: list[Event]) -> None:
    functions = sandbox.client("lambda")
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.delete_function(FunctionName="nobody")
    iam = sandbox.client("iam")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.delete_role(RoleName="nobody")
    assert told == []


@pytest.mark.parametrize("kind", ["RequestResponse", "Event"])
def test_an_invocation_by_an_api_call_is_told_by_what_it_printed(
    sandbox: SandboxUnderTest, functions: Lambda, kind: str
) -> None:
    functions.create("hello", 'def handler(event, context):\n    print("called")\n')
    told: list[Event] = []
    sandbox.world.events.subscribe(told.append)
    functions.client.invoke(FunctionName="hello", InvocationType=kind)
    wait_until(lambda: bool(told))
    (event,) = told
    assert isinstance(event, FunctionEnded)
    assert event.run.printed == ("called",)
