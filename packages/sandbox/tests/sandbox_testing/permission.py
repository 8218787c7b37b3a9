"""Check a request that a function's policy denies."""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.trace import Outcome
from sandbox_testing.build import API_ACCOUNT, API_ID, Api, log_messages

LINE = "Execution failed due to configuration error: Invalid permissions on Lambda function"


def get(sandbox: Any, api: Api, path: str = "/") -> Any:
    return sandbox.request("GET", api.url(path))


def assert_refused(sandbox: Any, api: Api, path: str = "/") -> str:
    """Check for AWS's 500 response, its line in the API account's execution log, and the reason in the trace."""
    api.log_at("ERROR")
    reply = get(sandbox, api, path)
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
    assert reply.header("x-amzn-ErrorType") == "InternalServerErrorException"
    assert reply.header("Content-Type") == "application/json"
    logged = log_messages(sandbox, account=API_ACCOUNT, group=f"API-Gateway-Execution-Logs_{API_ID}/dev")
    request_id = reply.header("x-amzn-RequestId")
    assert f"({request_id}) {LINE}" in logged
    assert f"({request_id}) Method completed with status: 500" in logged
    hop = sandbox.world.traces.get(request_id).deciding
    assert (hop.name, hop.outcome) == ("permission", Outcome.DENIED)
    return str(hop.summary)


SERVICE = {"Service": "apigateway.amazonaws.com"}


def statement(**changes: Any) -> dict[str, Any]:
    """The correct statement for GET / of stage dev, with changes."""
    values = {
        "principal": SERVICE,
        "source": f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/GET/",
        "account": API_ACCOUNT,
    } | changes
    condition: dict[str, Any] = {"ArnLike": {"AWS:SourceArn": values["source"]}}
    if values["account"]:
        condition["StringEquals"] = {"AWS:SourceAccount": values["account"]}
    return {"Principal": values["principal"], "Condition": condition}
