"""One way in which a deployment is broken, and what the doctor must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doctor_testing.deployments import Deployment

if TYPE_CHECKING:
    from sandbox_testing.server import Reply


def ask_root(deployment: Deployment) -> Reply:
    """The request that the fault breaks, where a fault names no other."""
    return deployment.get("/")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    before   changes how the deployment is made
    then     breaks it once it is made
    hop      what the doctor must accuse, and nothing else
    cause    words that the first cause must have
    status   what the client sees; None where the client sees nothing of it
    ask      the request that fails, and answers 200 once fixed
    code     whether only a person can fix it, in the handler's code or the program, so that no command is printed
    """

    name: str
    hop: str
    cause: str
    status: int | None = 500
    before: Callable[[Deployment], None] = lambda _: None
    then: Callable[[Deployment], None] = lambda _: None
    ask: Callable[[Deployment], Reply] = ask_root
    code: bool = False
