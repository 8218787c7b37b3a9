"""What happens in a running sandbox, for its listeners, such as the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cross_account_sandbox.deployments import Deployment
from cross_account_sandbox.trace import FunctionRun, Trace


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestAnswered:
    """A deployed API answered a request."""

    trace: Trace


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionEnded:
    """A function ended that no answer waited for: invoked by an API call, asynchronously, or past a timeout."""

    run: FunctionRun


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeReloaded:
    """A saved change of a function's folder is live. `function` is its ARN."""

    function: str
    folder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceChanged:
    """An AWS API call changed something. `target` names what, where the parameters do; the service is botocore's."""

    service: str
    operation: str
    account: str
    region: str
    target: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentChanged:
    """A change of a program or its settings is being deployed, is live, or failed."""

    deployment: Deployment


@dataclass(frozen=True, kw_only=True, slots=True)
class SandboxFailed:
    """A fault of the sandbox itself, or of moto; the client got a 500 or 501 without the traceback."""

    request: str
    traceback: str


Event = RequestAnswered | FunctionEnded | CodeReloaded | ResourceChanged | DeploymentChanged | SandboxFailed
Listener = Callable[[Event], None]


class Events:
    """Passes each event on, in the thread in which it happens: a listener must return at once."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Have every later event passed on to the listener."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Pass an event on."""
        for listener in self._listeners:
            listener(event)
