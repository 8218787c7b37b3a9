"""Replaces awslambdaric's native module, which supports only Linux, where it is not built.

It implements the same four functions (awslambdaric/runtime_client.cpp) with http.client. The sandbox adds this folder
to the path only if the native module is missing.
"""
# ruff: noqa: INP001 - a PYTHONPATH folder with a single module

from __future__ import annotations

import http.client
import os

_PREFIX = "/2018-06-01/runtime/invocation/"
_state: dict[str, http.client.HTTPConnection] = {}
_agent: dict[str, str] = {}


def initialize_client(user_agent: str) -> None:
    """Store the client's name; the first call opens the connection."""
    _agent["User-Agent"] = user_agent


def next() -> tuple[bytes, dict[str, str | None]]:  # noqa: A001 - the name that awslambdaric calls
    """Wait for the next event and return its body and the runtime's headers."""
    response, body = _call("GET", f"{_PREFIX}next", b"", {})
    if response.status != http.client.OK:
        raise RuntimeError(f"Failed to get next invocation. Http response code: {response.status}.")
    names = ("Aws-Request-Id", "Trace-Id", "Invoked-Function-Arn", "Deadline-Ms", "Client-Context", "Cognito-Identity")
    headers = {f"Lambda-Runtime-{name}": response.getheader(f"Lambda-Runtime-{name}") for name in names}
    return body, {**headers, "Content-Type": response.getheader("Content-Type")}


def post_invocation_result(
    invoke_id: str, result_data: bytes, content_type: str, invocation_id: str | None = None
) -> None:
    """Send the handler's result for an event."""
    del invocation_id
    _post(f"{_PREFIX}{invoke_id}/response", result_data, {"Content-Type": content_type})


def post_error(invoke_id: str, error_data: str, xray_fault: str, invocation_id: str | None = None) -> None:
    """Send the error that the handler raised for an event."""
    del xray_fault, invocation_id
    _post(f"{_PREFIX}{invoke_id}/error", error_data.encode(), {"Content-Type": "application/json"})


def _post(path: str, body: bytes, headers: dict[str, str]) -> None:
    response, _ = _call("POST", path, body, headers)
    if response.status != http.client.ACCEPTED:
        raise RuntimeError(f"Failed to post invocation response. Http response code: {response.status}.")


def _call(method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
    if "connection" not in _state:
        _state["connection"] = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection = _state["connection"]
    connection.request(method, path, body=body or None, headers={**_agent, **headers})
    response = connection.getresponse()
    return response, response.read()
