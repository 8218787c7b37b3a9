"""Events of a running sandbox, published to listeners such as the terminal."""

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
    """A function ended without a waiting response: invoked by an API call, asynchronously, or past a timeout."""

    run: FunctionRun


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeReloaded:
    """A saved change of a function's folder is live. `function` is its ARN."""

    function: str
    folder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceChanged:
    """An AWS API call changed something.

    `target` names the resource if the parameters do; `service` is botocore's name.
    """

    service: str
    operation: str
    account: str
    region: str
    target: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentChanged:
    """The deployment of a changed program or setting started, is live, or failed."""

    deployment: Deployment


@dataclass(frozen=True, kw_only=True, slots=True)
class SandboxFailed:
    """The sandbox itself or moto failed; the client received a 500 or 501 without the traceback."""

    request: str
    traceback: str


Event = RequestAnswered | FunctionEnded | CodeReloaded | ResourceChanged | DeploymentChanged | SandboxFailed
Listener = Callable[[Event], None]


class Events:
    """Calls the listeners of each event in the thread that publishes it, so a listener must return at once."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Call the listener for every later event."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Call every listener with this event."""
        for listener in self._listeners:
            listener(event)
