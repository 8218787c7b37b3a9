"""One way in which a deployment is broken, and the doctor's expected report of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doctor_testing.deployments import Deployment

if TYPE_CHECKING:
    from sandbox_testing.server import Reply


def ask_root(deployment: Deployment) -> Reply:
    """The request that the fault breaks, unless the fault names another."""
    return deployment.get("/")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    before   changes how the deployment is created
    then     breaks it after its creation
    hop      the only hop that the doctor must report
    cause    text that the first cause must contain
    status   the status that the client gets; None if the fault does not affect the client
    ask      the request that fails, and gets 200 after the fix
    code     True if only a person can fix it, in the handler's code or the program, so that no command is printed
    """

    name: str
    hop: str
    cause: str
    status: int | None = 500
    before: Callable[[Deployment], None] = lambda _: None
    then: Callable[[Deployment], None] = lambda _: None
    ask: Callable[[Deployment], Reply] = ask_root
    code: bool = False
