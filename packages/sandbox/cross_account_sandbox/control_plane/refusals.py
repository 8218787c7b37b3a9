"""A seam for tests: API calls that AWS would refuse for reasons that the sandbox does not model.

Identity policies of deployers are not checked here, and nothing throttles. `World.refusal` lets a test say
which call is refused, and how, to see what a deployment does about it. Nothing else sets it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.http import HttpRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiCall:
    """A call about to be answered: service by botocore's name, operation by AWS's where the wire tells it."""

    service: str
    operation: str
    account: str
    region: str
    request: HttpRequest


Refusal = Callable[[ApiCall], "AwsError | None"]


def operation_on_wire(request: HttpRequest) -> str:
    """The operation's name in the JSON and query protocols; empty for a REST protocol, whose path tells it."""
    target = request.header("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    if "x-www-form-urlencoded" in request.header("Content-Type"):
        return parse_qs(request.body.decode("utf-8", "replace")).get("Action", [""])[0]
    return ""
