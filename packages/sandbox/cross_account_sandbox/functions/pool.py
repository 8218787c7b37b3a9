"""Runs function code in environments (processes with AWS's runtime client): reuses, limits and ends them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.events import CodeReloaded, Events
from cross_account_sandbox.functions.configuration import comparable
from cross_account_sandbox.functions.environment import Answer, Environment, Owner, Platform
from cross_account_sandbox.functions.fleet import Fleet, InitFailedError
from cross_account_sandbox.functions.invocation import MAX_EVENT, InvocationOutcome, InvocationResult
from cross_account_sandbox.functions.limits import ConcurrencyLimits
from cross_account_sandbox.functions.process import ProcessGuard
from cross_account_sandbox.functions.runtime_api import RuntimeInvocation
from cross_account_sandbox.functions.source_folder import SourceFolder
from cross_account_sandbox.functions.start_gate import StartGate
from cross_account_sandbox.functions.store import Function, FunctionStore, FunctionVersion
from cross_account_sandbox.functions.task_folder import TaskFolder
from cross_account_sandbox.functions.temporary_folder import TemporaryFolder
from cross_account_sandbox.stores import Stores
from cross_account_sandbox.unique_ids import random_hex, random_uuid

#: An idle environment ends after this many seconds (on AWS after some minutes, undocumented).
IDLE_S = 120.0


class FunctionPool:
    """All environments of all functions. One instance per sandbox, used from the server's event loop."""

    def __init__(self, platform: Platform, *, functions: Stores[FunctionStore]) -> None:
        self.events = Events()
        self._platform = platform
        self._functions = functions
        self._guard = ProcessGuard()
        self._limits = ConcurrencyLimits()
        self._gate = StartGate()
        self._fleets: dict[str, tuple[tuple[Any, ...], Fleet]] = {}
        self._retired: set[Fleet] = set()
        self._folder = TemporaryFolder()
        self._sources: dict[str, SourceFolder] = {}
        self._tasks: dict[Fleet, TaskFolder] = {}
        self._removing: set[asyncio.Task[None]] = set()
        self._running: set[_Run] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._sweep: asyncio.TimerHandle | None = None

    def invoke(
        self,
        function: Function,
        version: FunctionVersion,
        payload: bytes,
        *,
        invoked_arn: str,
        client_context: str | None = None,
        trace_header: str | None = None,
        request_id: str | None = None,
    ) -> asyncio.Future[InvocationResult]:
        """Run the handler once, as invocation `request_id` (default: a new ID). Never raises errors of the function.

        A caller that stops waiting (integration timeout) does not stop the function.
        """
        request_id = request_id or random_uuid()
        if len(payload) > MAX_EVENT:
            return _refused(InvocationOutcome.TOO_LARGE, request_id)
        if not self._limits.take(function, self._functions(function.account, function.region)):
            return _refused(InvocationOutcome.THROTTLED, request_id)
        loop = asyncio.get_running_loop()
        run = _Run(
            function=function,
            version=version,
            invocation=RuntimeInvocation(
                request_id=request_id,
                payload=payload,
                invoked_arn=invoked_arn,
                trace_header=trace_header or _new_trace(),
                client_context=client_context,
            ),
            reserved=function.reserved_concurrency is not None,
            result=loop.create_future(),
        )
        self._running.add(run)
        self._idle.clear()
        environment = self._free_environment(version)
        if environment is not None:
            self._deliver(run, environment)
        else:
            starting = loop.create_task(self._start(run))
            self._starting.add(starting)
            starting.add_done_callback(self._starting.discard)
        return run.result

    def retire(self, arn: str) -> None:
        """End the environments of a deleted function or version (its ARN); events in progress still finish."""
        for key in [key for key in self._fleets if key == arn or key.startswith(f"{arn}:")]:
            _, fleet = self._fleets.pop(key)
            self._retire_fleet(fleet)

    def environment_count(self, arn: str) -> int:
        """The number of environments of a function (its ARN without qualifier) with a running process."""
        return sum(
            len(fleet.environments)
            for key, (_, fleet) in self._fleets.items()
            if key == arn or key.startswith(f"{arn}:")
        )

    def process_count(self) -> int:
        """The number of environments with a running process."""
        return sum(len(fleet.environments) for fleet in self.fleets())

    @property
    def is_busy(self) -> bool:
        """True if a function is running."""
        return bool(self._running)

    async def finished(self) -> None:
        """Wait for the invocations in progress."""
        if self._running:
            await self._idle.wait()

    async def close(self) -> None:
        """End every environment, leaving no process behind."""
        if self._sweep is not None:
            self._sweep.cancel()
        await asyncio.gather(*(fleet.close() for fleet in self.fleets()))
        await asyncio.gather(*self._starting, return_exceptions=True)
        self._fleets.clear()
        self._retired.clear()
        self._tasks.clear()
        for source in self._sources.values():
            source.close()
        self._guard.close()
        await asyncio.gather(*self._removing)
        await asyncio.to_thread(self._folder.close)

    def _free_environment(self, version: FunctionVersion) -> Environment | None:
        """An environment that can take an event at once; None if that takes a scan of the code, a start, or a wait."""
        source = self._sources.get(version.source_dir) if version.source_dir else None
        state = source.known_state() if source else None if version.source_dir else ""
        return None if state is None else self._fleet(version, state).take()

    async def _start(self, run: _Run) -> None:
        """Pass on the event as soon as an environment is free."""
        try:
            source = await self._source_state(run.version.source_dir)
            environment = await self._fleet(run.version, source).acquire()
        except InitFailedError as error:
            self._end(run)
            run.succeed(_failed(error, run.invocation.request_id, run.version))
        except BaseException as error:  # noqa: BLE001 - the caller gets it
            self._end(run)
            run.fail(error)
        else:
            self._deliver(run, environment)

    def _deliver(self, run: _Run, environment: Environment) -> None:
        try:
            environment.run(run.invocation, partial(self._answered, run))
        except Exception as error:  # noqa: BLE001 - as above
            self._end(run)
            run.fail(error)

    def _answered(self, run: _Run, answer: Answer) -> None:
        # A caller that waits for the result finds the slot free.
        self._end(run)
        run.succeed(_result(answer, run.invocation.request_id, run.version))

    def _end(self, run: _Run) -> None:
        if run not in self._running:
            return  # its event could not be delivered, and now its environment has timed out
        self._limits.give_back(run.function, reserved_then=run.reserved)
        self._running.discard(run)
        if not self._running:
            self._idle.set()

    async def _source_state(self, folder: str | None) -> str:
        """The state of the folder in which a function's code is edited; empty without such a folder."""
        if folder is None:
            return ""
        if folder not in self._sources:
            self._sources[folder] = SourceFolder(folder)
        return await self._sources[folder].state()

    def _fleet(self, version: FunctionVersion, source: str) -> Fleet:
        """Return the environments of this code and configuration, and retire those of an older state."""
        state = (comparable(version), source)
        known = self._fleets.get(version.qualified_arn)
        if known is not None:
            if known[0] == state:
                return known[1]
            self._retire_fleet(known[1])
            if version.source_dir and known[0][0] == state[0]:
                function = version.qualified_arn.rpartition(":")[0]
                self.events.publish(CodeReloaded(function=function, folder=version.source_dir))
        task = TaskFolder(version.source_dir or version.code_dir, self._folder)
        fleet = Fleet(self._maker(version, task), gate=self._gate)
        self._tasks[fleet] = task
        self._fleets[version.qualified_arn] = (state, fleet)
        self._schedule_sweep()
        return fleet

    def _maker(self, version: FunctionVersion, task: TaskFolder) -> Callable[[Owner], Environment]:
        return lambda owner: Environment(
            version,
            platform=self._platform,
            task=task,
            guard=self._guard,
            owner=owner,
        )

    def _retire_fleet(self, fleet: Fleet) -> None:
        fleet.retire()
        self._retired.add(fleet)

    def fleets(self) -> list[Fleet]:
        """The environments of each code and configuration, including retired ones."""
        return [*(fleet for _, fleet in self._fleets.values()), *self._retired]

    def _schedule_sweep(self) -> None:
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(IDLE_S / 4, self._end_idle)

    def _end_idle(self) -> None:
        self._sweep = None
        for fleet in self.fleets():
            fleet.end_idle(older_than_s=IDLE_S)
        for fleet in [fleet for fleet in self._retired if not fleet.environments]:
            self._retired.remove(fleet)
            removing = asyncio.get_running_loop().create_task(self._tasks.pop(fleet).remove())
            self._removing.add(removing)
            removing.add_done_callback(self._removing.discard)
        if self.fleets():
            self._schedule_sweep()


@dataclass(kw_only=True, slots=True, eq=False)
class _Run:
    """One invocation, from its acceptance until its result.

    reserved  the function had reserved concurrency when it was accepted
    result    the caller's; cancelled by a caller that stops waiting, which does not stop the function
    """

    function: Function
    version: FunctionVersion
    invocation: RuntimeInvocation
    reserved: bool
    result: asyncio.Future[InvocationResult]

    def succeed(self, result: InvocationResult) -> None:
        if not self.result.done():
            self.result.set_result(result)

    def fail(self, error: BaseException) -> None:
        if isinstance(error, asyncio.CancelledError):
            self.result.cancel()
        elif not self.result.done():
            self.result.set_exception(error)


def _refused(outcome: InvocationOutcome, request_id: str) -> asyncio.Future[InvocationResult]:
    """The result of an invocation that was rejected."""
    refused: asyncio.Future[InvocationResult] = asyncio.get_running_loop().create_future()
    refused.set_result(InvocationResult(outcome=outcome, payload=b"", request_id=request_id))
    return refused


def _result(answer: Answer, request_id: str, version: FunctionVersion) -> InvocationResult:
    return InvocationResult(
        outcome=InvocationOutcome.FUNCTION_ERROR if answer.failed else InvocationOutcome.OK,
        payload=answer.payload,
        request_id=request_id,
        function_error="Unhandled" if answer.failed else None,
        executed_version=version.version,
        log=answer.log,
        duration_ms=answer.duration_ms,
        printed=answer.printed,
    )


def _failed(error: InitFailedError, request_id: str, version: FunctionVersion) -> InvocationResult:
    """The result of an init failure.

    The platform's messages name the request; a client's document is passed on unchanged.
    """
    payload = error.payload
    try:
        document = json_text.loads(payload)
        message = str(document.get("errorMessage", ""))
    except (ValueError, AttributeError):
        message = ""
    if message.startswith("Error: "):
        document["errorMessage"] = f"RequestId: {request_id} {message}"
        payload = json.dumps(document, separators=(",", ":")).encode()
    return InvocationResult(
        outcome=InvocationOutcome.FUNCTION_ERROR,
        payload=payload,
        request_id=request_id,
        function_error="Unhandled",
        executed_version=version.version,
        printed=error.printed,
    )


def _new_trace() -> str:
    """A tracing header of an unsampled request: the sandbox records its own traces."""
    return f"Root=1-{int(time.time()):08x}-{random_hex(24)};Parent={random_hex(16)};Sampled=0"
