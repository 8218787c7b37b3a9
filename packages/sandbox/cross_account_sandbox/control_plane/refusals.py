"""A seam for tests: API calls that AWS would refuse for reasons that the sandbox does not model.

Identity policies of deployers are not checked here, and nothing throttles. `World.refusal` lets a test say
which call is refused, and how, to see what a deployment does about it. Nothing else sets it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.http import HttpRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiCall:
    """A call about to be answered: service by botocore's name, operation by AWS's."""

    service: str
    operation: str
    account: str
    region: str
    request: HttpRequest


Refusal = Callable[[ApiCall], "AwsError | None"]
