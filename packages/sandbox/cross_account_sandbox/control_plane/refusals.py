"""A hook for tests: API calls that AWS would refuse for reasons that the sandbox does not model.

The sandbox does not check the identity policies of deployers and does not throttle API calls. With `World.refusal`, a
test chooses which call is refused, and how, to see how a deployment handles it. Only tests set it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.http import HttpRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiCall:
    """A call before it is answered: the service by botocore's name, the operation by AWS's name."""

    service: str
    operation: str
    account: str
    region: str
    request: HttpRequest


Refusal = Callable[[ApiCall], "AwsError | None"]
