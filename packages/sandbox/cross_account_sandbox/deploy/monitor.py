"""A resource monitor in this process: Pulumi's SDK registers resources with it, and it creates them.

It replaces the engine (its methods are those of pulumi.runtime.mocks.MockMonitor), keeps no state and computes no plan:
each registration is a create. The SDK delays a registration until all its dependencies exist, and registers independent
resources from several threads at once.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox.deploy import wire
from cross_account_sandbox.deploy.errors import DeploymentError
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.invokes import invoke
from cross_account_sandbox.resources.made_for import made_for
from cross_account_sandbox.resources.naming import named
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.table import handler

_STACK = "pulumi:pulumi:Stack"
_STACK_REFERENCE = "pulumi:pulumi:StackReference"
_AWS_PROVIDER = "pulumi:providers:aws"
_PROVIDERS = "pulumi:providers:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """A resource that has been created. Components have no ID."""

    urn: str
    kind: str
    name: str
    identity: str = ""
    provider: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class StackOutputs:
    """The outputs of a stack, and the names of those that are secret."""

    project: str
    stack: str
    outputs: dict[str, Any] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()


class Monitor:
    """Creates the resources of one run of one program.

    others      outputs of the stacks that were deployed before, for StackReference
    observer    called after each resource is created, in the thread that created it
    repeatable  whether automatic names are derived from URNs, so that they are the same at every start
    """

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        others: tuple[StackOutputs, ...] = (),
        observer: Callable[[Registered], None] | None = None,
        repeatable: bool = False,
    ) -> None:
        self.resources: dict[str, Registered] = {}
        self.stack_outputs = StackOutputs(project=project, stack=stack)
        self.failure: DeploymentError | None = None
        self._project = project
        self._stack = stack
        self._others = others
        self._observer = observer
        self._repeatable = repeatable
        self._sessions: dict[str, ProviderSession] = {}
        self._claimed: set[str] = set()
        self._lock = threading.Lock()

    # ── methods that the SDK calls; the names are gRPC's ─────────────────────────────────────────────────────────

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """Create the resource and return its ID and outputs."""
        from pulumi.runtime.proto import resource_pb2

        urn = self._claim(request)
        if not request.custom:
            self._keep(Registered(urn=urn, kind=request.type, name=request.name))
            return resource_pb2.RegisterResourceResponse(urn=urn)
        with self._naming(request):
            inputs, secrets = wire.read(request.object)
            started = time.perf_counter()
            if request.type.startswith(_PROVIDERS):
                identity, outputs = self._log_in(urn, request.type, inputs)
            elif request.importId:
                identity, outputs = request.importId, self._existing(request, request.importId, inputs)
            else:
                identity, outputs = self._create(urn, request, inputs)
            self._keep(
                Registered(
                    urn=urn,
                    kind=request.type,
                    name=request.name,
                    identity=identity,
                    provider=request.provider,
                    outputs=outputs,
                    dependencies=tuple(request.dependencies),
                    seconds=time.perf_counter() - started,
                )
            )
        hidden = secrets | set(request.additionalSecretOutputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identity, object=wire.write(outputs, hidden))

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """Return what exists already: another stack's outputs, or a resource by its ID."""
        from pulumi.runtime.proto import resource_pb2

        urn = self._claim(request)
        with self._naming(request):
            if request.type == _STACK_REFERENCE:
                outputs = self._referenced(request.id)
            else:
                outputs = self._existing(request, request.id, wire.read(request.properties)[0])
            self._keep(Registered(urn=urn, kind=request.type, name=request.name, identity=request.id, outputs=outputs))
        return resource_pb2.ReadResourceResponse(urn=urn, properties=wire.write(outputs))

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Call a function of the provider."""
        from pulumi.runtime.proto import resource_pb2

        try:
            session = self._session(request.provider, request.tok)
            answer = invoke(request.tok, session, wire.read(request.args)[0])
        except Exception as error:
            raise self._failure(request.tok, error) from error
        return resource_pb2.ResourceInvokeResponse(**{"return": wire.write(answer)})

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """Keep the stack's outputs; the outputs of components stay in the program."""
        from google.protobuf import empty_pb2

        if request.urn.split("::")[2] == _STACK:
            outputs, secrets = wire.read(request.outputs)
            self.stack_outputs = StackOutputs(
                project=self._project, stack=self._stack, outputs=outputs, secrets=secrets
            )
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any) -> Any:  # noqa: N802, ARG002
        """The SDK reports the end of the program; there is nothing to wait for."""
        from google.protobuf import empty_pb2

        return empty_pb2.Empty()

    def GetDeploymentInfo(self, request: Any) -> Any:  # noqa: N802, ARG002
        """The features that this monitor supports. Without resource references, a resource is sent as its ID."""
        from pulumi.runtime.proto import resource_pb2

        return resource_pb2.DeploymentInfo(
            supportedFeatures=[
                resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
            ]
        )

    # ── implementation ──────────────────────────────────────────────────────────────────────────────────────────────

    def _claim(self, request: Any) -> str:
        """Return the resource's URN; raises if it is registered already.

        After a failure nothing more is created, as in the engine.
        """
        urn = _urn(
            stack=self._stack, project=self._project, parent=request.parent, kind=request.type, name=request.name
        )
        with self._lock:
            if self.failure is not None:
                raise self.failure
            taken = urn in self._claimed
            self._claimed.add(urn)
        if taken:
            duplicate = DeploymentError(f"{urn!r} is registered already: give one of the two another name")
            raise self._failure(request.name, duplicate)
        return urn

    def _log_in(self, urn: str, kind: str, inputs: Properties) -> tuple[str, Properties]:
        if kind != _AWS_PROVIDER:
            raise DeploymentError(
                f"the sandbox has no provider {kind.removeprefix(_PROVIDERS)!r}: it supports only 'aws'"
            )
        session = ProviderSession.from_provider_inputs(inputs)
        identity = str(uuid.uuid4())
        with self._lock:
            self._sessions[f"{urn}::{identity}"] = session
        return identity, inputs

    def _create(self, urn: str, request: Any, inputs: Properties) -> tuple[str, Properties]:
        row = handler(request.type)
        session = self._session(request.provider, request.name)
        complete = named(row, request.name, inputs, seed=urn.encode() if self._repeatable else None)
        with made_for(urn):
            identity, outputs = row.create(session, row.check(complete))
        return identity, outputs

    def _existing(self, request: Any, identity: str, stated: Properties) -> Properties:
        found = handler(request.type).read(self._session(request.provider, request.name), identity, stated)
        if found is None:
            raise DeploymentError(f"resource {identity!r} does not exist")
        return found

    def _session(self, reference: str, asker: str) -> ProviderSession:
        if not reference:
            raise DeploymentError(f"Default provider for 'aws' disabled. {asker!r} must use an explicit provider.")
        session = self._sessions.get(reference)
        if session is None:
            raise DeploymentError(f"{asker!r} names the provider {reference}, which this program did not create")
        return session

    def _referenced(self, name: str) -> Properties:
        parts = name.split("/")
        stack, project = parts[-1], parts[-2] if len(parts) > 1 else self._project
        found = next((other for other in self._others if (other.project, other.stack) == (project, stack)), None)
        if found is None:
            known = ", ".join(f"{other.project}/{other.stack}" for other in self._others) or "none"
            raise DeploymentError(f"unknown stack {name!r}: deployed before this one: {known}")
        return {"name": name, "outputs": found.outputs, "secretOutputNames": sorted(found.secrets)}

    def _keep(self, resource: Registered) -> None:
        with self._lock:
            self.resources[resource.urn] = resource
        if self._observer is not None and resource.kind != _STACK:
            self._observer(resource)

    def _naming(self, request: Any) -> _Naming:
        return _Naming(self, f"{request.type} {request.name!r}")

    def _failure(self, what: str, error: Exception) -> DeploymentError:
        """The error to raise; the user sees only the first one."""
        failure = DeploymentError(f"{what}: {_words(error)}")
        with self._lock:
            self.failure = self.failure or failure
        return failure


class _Naming:
    """Add the resource's name to errors that are raised inside."""

    def __init__(self, monitor: Monitor, resource: str) -> None:
        self._monitor = monitor
        self._resource = resource

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception):
            raise self._monitor._failure(self._resource, error) from error  # noqa: SLF001 - its other half


def _words(error: Exception) -> str:
    """Format AWS's error as operation, code and message, a missing input by its name, and any other error as it is."""
    response: Mapping[str, Any] | None = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        refusal = response["Error"]
        return f"{getattr(error, 'operation_name', '?')}: {refusal.get('Code')}: {refusal.get('Message')}"
    if isinstance(error, KeyError):
        return f"the input {error.args[0]!r} is missing"
    return str(error)


def _urn(*, stack: str, project: str, parent: str, kind: str, name: str) -> str:
    """Build a resource's URN: the types of its parents, except the stack's, precede its own."""
    parent_types = parent.split("::")[2] if parent else ""
    qualified = kind if parent_types in ("", _STACK) else f"{parent_types}${kind}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"
