"""An execution environment: one process of a function, initialized once, that handles one event at a time."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from cross_account_sandbox import json_text
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.logs import LogSink
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.functions.invocation_log import EnvironmentLog, InvocationReport
from cross_account_sandbox.functions.process import FunctionProcess, ProcessGuard
from cross_account_sandbox.functions.runtime_api import MAX_RESPONSE, RuntimeApi, RuntimeInvocation
from cross_account_sandbox.functions.runtimes import command_for, wrapped
from cross_account_sandbox.functions.store import FunctionVersion
from cross_account_sandbox.functions.task_folder import TaskFolder
from cross_account_sandbox.functions.variables import process_variables
from cross_account_sandbox.functions.vpc_doors import VpcDoors

#: Lambda's limit for the init phase in seconds; after it, the function's own timeout applies.
INIT_LIMIT_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The outcome of one invocation in its environment."""

    payload: bytes
    failed: bool
    duration_ms: float
    log: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


class State(Enum):
    """The lifecycle states of an environment."""

    STARTING = auto()
    FREE = auto()
    BUSY = auto()
    ENDING = auto()
    ENDED = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """What the sandbox provides to an environment: credentials, a log, and the URLs to call."""

    sessions: Sessions
    logs: LogSink
    vpc_doors: VpcDoors


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Callbacks for an environment that is free for an event, could not be initialized, or has ended."""

    on_free: Callable[[Environment], None]
    on_failed: Callable[[Environment, bytes], None]
    on_ended: Callable[[Environment], None]


@dataclass(kw_only=True, slots=True)
class _Running:
    """The invocation in progress."""

    request_id: str
    on_answer: Callable[[Answer], None]
    started: float
    timer: asyncio.TimerHandle


class Environment:
    """Call `start()` once, then `run()` for each event while the environment is free.

    Lambda freezes an environment between events; here its process simply keeps running.
    """

    def __init__(
        self, version: FunctionVersion, *, platform: Platform, task: TaskFolder, guard: ProcessGuard, owner: Owner
    ) -> None:
        self._version = version
        self._platform = platform
        self._task = task
        self._guard = guard
        self._owner = owner
        self._api = RuntimeApi(self)
        self._process: FunctionProcess | None = None
        self._running: _Running | None = None
        self._init_timer: asyncio.TimerHandle | None = None
        self._began = time.perf_counter()
        self._init_ms: float | None = None
        self.state = State.STARTING
        self.free_since = 0.0
        day = utc_now().strftime("%Y/%m/%d")
        self.log_stream = f"{day}/[{version.version}]{secrets.token_hex(16)}"
        self._log = EnvironmentLog(version, self._write_log)

    async def start(self) -> None:
        """Start the process. Failures are reported to the owner, never raised."""
        try:
            await self._api.open()
            doors, vpc_id = self._platform.vpc_doors, self._version.vpc.get("VpcId")
            way_out = await doors.endpoint(vpc_id) if vpc_id else doors.own
            code_dir = await self._task.path()
            if self.state is State.STARTING:
                self._spawn(way_out, code_dir)
            else:  # ended in the meantime
                self._api.close()
        except (OSError, RuntimeError) as error:
            self._fail_init(_error("Sandbox.RuntimeUnavailable", str(error)))

    def run(self, invocation: RuntimeInvocation, on_answer: Callable[[Answer], None]) -> None:
        """Pass the event to the process.

        `on_answer` is always called: with a response, an error, a timeout or an exit.
        """
        self.state = State.BUSY
        self._running = _Running(
            request_id=invocation.request_id,
            on_answer=on_answer,
            started=time.perf_counter(),
            timer=asyncio.get_running_loop().call_later(self._version.timeout_s, self._time_out),
        )
        if self._process is not None:
            self._process.drain()  # output between events does not belong to this event
        self._log.start(invocation.request_id)
        self._api.deliver(invocation, deadline_ms=int((time.time() + self._version.timeout_s) * 1000))

    def kill(self) -> None:
        """End the environment now. An invocation in progress ends as if the process had been killed."""
        if self.state is State.STARTING:
            self._fail_init(_error("Runtime.ExitError", f"Error: {_exit_reason(-signal.SIGKILL)}"))
        elif self.state is not State.ENDED and self._process is not None:
            # From here on it accepts no event, even if its client has just requested one.
            self.state = State.ENDING
            self._process.kill()

    @property
    def init_s(self) -> float:
        """Seconds from its start until it was first free; 0 after REPORT has shown them."""
        return (self._init_ms or 0.0) / 1000

    def take_printed(self) -> tuple[str, ...]:
        """Return the lines written since the last reported response."""
        return self._log.take_printed()

    async def ended(self) -> None:
        """Wait until the process has ended."""
        if self._process is not None:
            await self._process.exited

    # Calls of the runtime client (RuntimeEvents).

    def on_next(self) -> None:
        """The environment is initialized or has finished an event, and is now free."""
        if self.state is State.STARTING:
            self._init_ms = (time.perf_counter() - self._began) * 1000
            self._stop_init_timer()
        elif self.state is not State.BUSY or self._running is not None:
            return
        self.state = State.FREE
        self.free_since = time.monotonic()
        self._owner.on_free(self)

    def on_response(self, request_id: str, payload: bytes) -> None:
        """The handler returned."""
        self._answer(request_id, payload, status="success")

    def on_error(self, request_id: str, payload: bytes) -> None:
        """The handler raised an error; the payload is the client's error document."""
        self._answer(request_id, payload, status="error", error_type=_error_type(payload))

    def on_too_large(self, request_id: str) -> None:
        """The result exceeds the limit; Lambda responds in place of the function."""
        text = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."
        self._answer(
            request_id,
            _error("Function.ResponseSizeTooLarge", text),
            status="error",
            error_type="Function.ResponseSizeTooLarge",
        )

    def on_init_error(self, payload: bytes) -> None:
        """The module could not be loaded."""
        if self.state is State.STARTING:
            self._fail_init(payload)

    # The process and its timers.

    def _spawn(self, api_endpoint: str, code_dir: str) -> None:
        own = self._version.variables
        command = command_for(self._version.runtime, node_options=own.get("NODE_OPTIONS", ""))
        if wrapper := own.get("AWS_LAMBDA_EXEC_WRAPPER"):
            command = wrapped(command, wrapper, code_dir=code_dir)
        credentials = self._platform.sessions.for_function_role(self._version.role, self._version.function_name)
        variables = process_variables(
            self._version,
            credentials=credentials,
            log_stream=self.log_stream,
            runtime_api=self._api.address,
            endpoint=self._platform.vpc_doors.own,
            api_endpoint=api_endpoint,
            code_dir=code_dir,
        )
        self._init_timer = asyncio.get_running_loop().call_later(
            INIT_LIMIT_S + self._version.timeout_s, self._init_timed_out
        )
        self._process = FunctionProcess(
            command,
            variables=variables,
            folder=code_dir,
            mark=f"AWS_LAMBDA_RUNTIME_API={self._api.address}",
            guard=self._guard,
            on_line=self._log.output,
            on_exit=self._on_exit,
        )

    def _time_out(self) -> None:
        running = self._running
        if running is None:
            return
        text = f"Task timed out after {self._version.timeout_s:.2f} seconds"
        payload = _error("Sandbox.Timedout", f"RequestId: {running.request_id} Error: {text}")
        self._answer(running.request_id, payload, status="timeout", problem=text)
        self.kill()

    def _init_timed_out(self) -> None:
        text = f"Task timed out after {self._version.timeout_s:.2f} seconds"
        self._fail_init(_error("Sandbox.Timedout", f"Error: {text}"))

    def _on_exit(self, status: int) -> None:
        reason = _exit_reason(status)
        if self.state is State.STARTING:
            self._fail_init(_error("Runtime.ExitError", f"Error: {reason}"))
        elif self._running is not None:
            text = f"RequestId: {self._running.request_id} Error: {reason}"
            self._answer(
                self._running.request_id,
                _error("Runtime.ExitError", text),
                status="error",
                error_type="Runtime.ExitError",
                problem=f"{text}\nRuntime.ExitError",
            )
        self._end()

    def _answer(
        self, request_id: str, payload: bytes, *, status: str, error_type: str | None = None, problem: str | None = None
    ) -> None:
        running = self._running
        if running is None or running.request_id != request_id:
            return  # a response to an event that has timed out
        self._running = None
        running.timer.cancel()
        duration = (time.perf_counter() - running.started) * 1000
        used = None
        if self._process is not None:
            self._process.drain()  # its output precedes END
            used = self._process.resident_mb()
        if problem:
            self._log.problem(request_id, problem)
        self._log.end(
            request_id,
            InvocationReport(
                duration_ms=duration,
                memory_mb=self._version.memory_mb,
                used_mb=used,
                status=status,
                error_type=error_type,
                init_ms=self._init_ms,
            ),
        )
        self._init_ms = None
        running.on_answer(
            Answer(
                payload=payload,
                failed=status != "success",
                duration_ms=duration,
                log=self._log.lines,
                printed=self._log.take_printed(),
            )
        )

    def _fail_init(self, payload: bytes) -> None:
        if self.state is not State.STARTING:
            return
        if self._process is not None:
            self._process.drain()
        self._stop_init_timer()
        self.state = State.ENDED
        self._api.close()
        self._owner.on_failed(self, payload)
        if self._process is not None:
            self._process.kill()
        else:
            self._owner.on_ended(self)

    def _end(self) -> None:
        self._stop_init_timer()
        if self.state is not State.ENDED:
            self.state = State.ENDED
            self._api.close()
        self._owner.on_ended(self)

    def _stop_init_timer(self) -> None:
        if self._init_timer is not None:
            self._init_timer.cancel()
            self._init_timer = None

    def _write_log(self, *messages: str) -> None:
        version = self._version
        self._platform.logs.write(version.account, version.region, version.log_group, self.log_stream, *messages)


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":")).encode()


def _error_type(payload: bytes) -> str | None:
    try:
        found = json_text.loads(payload).get("errorType")
    except (ValueError, AttributeError):
        return None
    return str(found) if found else None


def _exit_reason(status: int) -> str:
    if status == 0:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal: {(signal.strsignal(-status) or str(-status)).lower()}"
    return f"Runtime exited with error: exit status {status}"
