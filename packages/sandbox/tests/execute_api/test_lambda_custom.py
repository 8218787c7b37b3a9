"""AWS integrations with a function: selection of the integration response, and asynchronous calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.arns import invoke_uri
from cross_account_sandbox.apigateway.model.definition import Integration, IntegrationResponse
from sandbox_testing.build import Api, add_api, add_function, allow_gateway

if TYPE_CHECKING:
    from pathlib import Path

    from cross_account_sandbox.functions.store import Function

#: Raises if the event requests it, otherwise returns the event; logs the invocation's ID.
ANSWERS = """
def handler(event, context):
    if "raise" in event:
        raise ValueError(event["raise"])
    return event
"""
INVOCATION_TYPE = "integration.request.header.X-Amz-Invocation-Type"


def custom(function: Function, *responses: IntegrationResponse, **changes: Any) -> Integration:
    """An AWS integration that takes the request's body as the event."""
    keyed = {str(number): response for number, response in enumerate(responses)}
    return Integration(type="AWS", http_method="POST", uri=invoke_uri(function.arn), responses=keyed, **changes)


def serve(sandbox: Any, integration: Integration) -> Api:
    api = add_api(sandbox.world)
    api.route("/", "POST", integration)
    api.deploy()
    return api


def answering(sandbox: Any) -> Function:
    function = add_function(sandbox.world, ANSWERS)
    allow_gateway(function)
    return function


DEFAULT = IntegrationResponse(status_code="200")
CATCH_ALL = IntegrationResponse(status_code="502", selection_pattern=".+")


@pytest.mark.parametrize(
    ("responses", "event", "status"),
    [
        pytest.param((DEFAULT, CATCH_ALL), {}, 200, id="the catch-all is for errors"),
        pytest.param((CATCH_ALL, DEFAULT), {}, 200, id="in any order"),
        pytest.param((DEFAULT, CATCH_ALL), {"raise": "no"}, 502, id="and takes them"),
        pytest.param(
            (IntegrationResponse(status_code="202", selection_pattern="200"), DEFAULT),
            {},
            200,
            id="200 is not a message",
        ),
        pytest.param(
            (IntegrationResponse(status_code="202", selection_pattern=""), CATCH_ALL), {}, 202, id="no text, no pattern"
        ),
        pytest.param(
            (DEFAULT, IntegrationResponse(status_code="404", selection_pattern="Not Found.*")),
            {"raise": "Not Found: Ada"},
            404,
            id="by its message",
        ),
        pytest.param(
            (DEFAULT, IntegrationResponse(status_code="404", selection_pattern="Not Found")),
            {"raise": "Not Found: Ada"},
            200,
            id="a pattern fits wholly",
        ),
        pytest.param((DEFAULT, CATCH_ALL), {"errorMessage": "as data"}, 200, id="a result that looks like an error"),
        pytest.param((CATCH_ALL,), {}, 500, id="a success without a default"),
    ],
)
def test_a_success_takes_the_default_response_and_an_error_the_one_of_its_message(
    sandbox: Any, responses: tuple[IntegrationResponse, ...], event: dict[str, str], status: int
) -> None:
    api = serve(sandbox, custom(answering(sandbox), *responses))
    assert sandbox.request("POST", api.url(), body=json.dumps(event)).status == status


def test_the_log_names_the_default_that_is_missing(sandbox: Any) -> None:
    api = serve(sandbox, custom(answering(sandbox), CATCH_ALL))
    reply = sandbox.request("POST", api.url(), body="{}")
    assert reply.json() == {"message": "Internal server error"}
    hops = sandbox.world.traces.last().hops
    assert hops[-1].summary == "No integration response matches a success, and none is the default"


@pytest.fixture
def writes(sandbox: Any, tmp_path: Path) -> tuple[Function, Path]:
    """A function that creates a file once the file `go` exists, and the path of its file."""
    code = """
import pathlib, time
def handler(event, context):
    folder = pathlib.Path(event["folder"])
    while not (folder / "go").exists():
        time.sleep(0.005)
    (folder / "done").write_text(context.aws_request_id)
"""
    function = add_function(sandbox.world, code)
    allow_gateway(function)
    return function, tmp_path


@pytest.mark.parametrize(
    ("source", "headers"),
    [
        pytest.param({INVOCATION_TYPE: "'Event'"}, {}, id="fixed"),
        pytest.param(
            {INVOCATION_TYPE: "method.request.header.InvocationType"}, {"InvocationType": "Event"}, id="asked"
        ),
        pytest.param({INVOCATION_TYPE.lower(): "'Event'"}, {}, id="in any spelling"),
    ],
)
def test_an_asynchronous_call_is_answered_before_the_function_is_done(
    sandbox: Any, writes: tuple[Function, Path], source: dict[str, str], headers: dict[str, str]
) -> None:
    function, folder = writes
    api = serve(sandbox, custom(function, DEFAULT, CATCH_ALL, request_parameters=source))
    reply = sandbox.request("POST", api.url(), body=json.dumps({"folder": str(folder)}), headers=headers)
    assert (reply.status, reply.body) == (200, b"")
    # The function waits for this file: if the request waited for the function, there would be no response yet.
    assert not (folder / "done").exists()
    (folder / "go").touch()
    sandbox.run(sandbox.pool.finished())
    hop = next(hop for hop in sandbox.world.traces.last().hops if hop.name == "function")
    assert (folder / "done").read_text() == hop.evidence["requestId"]


def test_an_asynchronous_call_needs_the_same_permission(sandbox: Any) -> None:
    function = add_function(sandbox.world, ANSWERS)
    api = serve(sandbox, custom(function, DEFAULT, request_parameters={INVOCATION_TYPE: "'Event'"}))
    assert sandbox.request("POST", api.url(), body="{}").status == 500


def test_an_asynchronous_call_is_refused_where_lambda_refuses_it_at_once(sandbox: Any) -> None:
    function = answering(sandbox)
    api = serve(sandbox, custom(function, DEFAULT, request_parameters={INVOCATION_TYPE: "'Event'"}))
    reply = sandbox.request("POST", api.url(), body=json.dumps("x" * 1024 * 1024))
    assert (reply.status, reply.json()) == (413, {"message": "Request Too Long"})
    function.latest.state = "Pending"
    reply = sandbox.request("POST", api.url(), body="{}")
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})


def test_another_invocation_type_is_refused_by_name(sandbox: Any) -> None:
    parameters = {INVOCATION_TYPE: "'DryRun'"}
    api = serve(sandbox, custom(answering(sandbox), DEFAULT, request_parameters=parameters))
    reply = sandbox.request("POST", api.url(), body="{}")
    assert reply.status == 501
    assert "DryRun" in reply.json()["message"]
