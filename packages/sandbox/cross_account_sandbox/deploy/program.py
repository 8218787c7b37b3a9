"""Runs a Pulumi program with Pulumi's SDK, in its own thread, against a monitor in this process."""

from __future__ import annotations

import asyncio
import gc
import os
import runpy
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from cross_account_sandbox.deploy.monitor import Monitor

if TYPE_CHECKING:
    from cross_account_sandbox.deploy.project import Project

#: The number of registrations that can be in progress at once.
_PARALLEL = 12
#: The working folder and the imported modules belong to the process, so only one program runs at a time.
_ONE_AT_A_TIME = threading.Lock()


def run(project: Project, monitor: Monitor, config: dict[str, str], log: Callable[[str], None]) -> None:
    """Run the project's program to completion; the monitor then holds what it created.

    Raises UsageError if the program itself refuses its settings or arguments (pulumi.RunError), and DeploymentError if
    a resource was refused or the program raised another error. Neither has a traceback: the message names the program's
    line.
    """
    failures: list[BaseException] = []

    def work() -> None:
        try:
            _run_here(project, monitor, config, log)
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits
            failures.append(error)

    with _ONE_AT_A_TIME, _at_home(project):
        # A thread starts with an empty context, and the SDK keeps all its state in context variables.
        thread = threading.Thread(target=work, name=f"program {project.name}", daemon=True)
        thread.start()
        thread.join()
    if failures:
        explained = _explained(failures.pop(), project, monitor)
        _drop_the_rest()
        raise explained from None


def _run_here(project: Project, monitor: Monitor, config: dict[str, str], log: Callable[[str], None]) -> None:
    from pulumi.runtime import config as runtime_config
    from pulumi.runtime.settings import configure
    from pulumi.runtime.stack import run_in_stack

    runtime_config.set_all_config(config)
    configure(_settings(project, monitor, log))
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=_PARALLEL, thread_name_prefix="register"))
    asyncio.set_event_loop(loop)
    # Calls in progress when the program fails end by themselves; the SDK raises the first failure itself.
    loop.set_exception_handler(lambda _loop, _context: None)

    def program() -> None:
        runpy.run_path(str(project.main), run_name="__main__")

    try:
        loop.run_until_complete(run_in_stack(program))
    finally:
        _finish(loop)


def _finish(loop: asyncio.AbstractEventLoop) -> None:
    """Let calls in progress end, and drop whatever waits for them."""
    loop.run_until_complete(loop.shutdown_default_executor())
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    asyncio.set_event_loop(None)
    loop.close()


def _drop_the_rest() -> None:
    """Drop the SDK's coroutines that a failed program never awaits, without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="coroutine .* was never awaited", category=RuntimeWarning)
        gc.collect()


def _settings(project: Project, monitor: Monitor, log: Callable[[str], None]) -> Any:
    from pulumi.runtime.mocks import MockSettings

    return MockSettings(  # type: ignore[no-untyped-call]
        monitor=monitor,
        monitor_features=set(),
        engine=_Log(log),
        project=project.name,
        stack=project.stack,
        root_directory=str(project.directory),
        organization="organization",
        dry_run=False,
        callbacks=None,
        outputs=set(),
        lock=threading.Lock(),
        package_refs={},
        base_providers_by_ref={},
    )


class _Log:
    """The part of the engine's log that the SDK uses."""

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log

    def Log(self, request: Any) -> None:  # noqa: N802 - gRPC's name
        """Pass on a program's messages for the user; debug output is dropped."""
        from pulumi.runtime.proto import engine_pb2

        if request.severity != engine_pb2.DEBUG:
            self._log(request.message)


@contextmanager
def _at_home(project: Project) -> Iterator[None]:
    """Set a program's working folder and import path. While it runs, it has its own copies of its folder's modules."""
    home, path, arguments = Path.cwd(), list(sys.path), list(sys.argv)
    folder = project.main.parent
    own_names = _module_names(folder)
    hidden = _take_out(own_names)
    os.chdir(project.directory)
    sys.path.insert(0, str(folder))
    sys.argv = [str(project.main)]
    try:
        yield
    finally:
        os.chdir(home)
        sys.path[:], sys.argv = path, arguments
        _take_out(own_names)
        sys.modules.update(hidden)


def _module_names(folder: Path) -> frozenset[str]:
    """The modules and packages that `import` finds in a folder, except those of Python itself."""
    modules = {entry.stem for entry in folder.glob("*.py")}
    packages = {entry.parent.name for entry in folder.glob("*/__init__.py")}
    return frozenset((modules | packages) - {"__main__"} - sys.stdlib_module_names)


def _take_out(names: frozenset[str]) -> dict[str, ModuleType]:
    """Remove these modules and their submodules from `sys.modules`, and return them so that they can be restored."""
    taken = {name: module for name, module in list(sys.modules.items()) if name.partition(".")[0] in names}
    for name in taken:
        del sys.modules[name]
    return taken


def _explained(error: BaseException, project: Project, monitor: Monitor) -> Exception:
    from pulumi import RunError

    if monitor.failure is not None:
        return DeploymentError(f"{project.name}: {monitor.failure}")
    causes = _causes(error)
    refusal = next((cause for cause in causes if isinstance(cause, RunError)), None)
    if refusal is not None:
        # The program's own message about its settings already names the project.
        return UsageError(f"{project.name}: {str(refusal).removeprefix(f'{project.name}: ')}")
    if isinstance(error, SystemExit):
        return DeploymentError(f"{project.name}: the program exited with {error.code!r}")
    first = causes[-1]
    return DeploymentError(f"{project.name}: {_place(first, project)}{type(first).__name__}: {_message(first)}")


def _causes(error: BaseException) -> list[BaseException]:
    """The error and its causes: the SDK wraps an input's error once for each level of nesting."""
    causes = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    return causes


def _message(error: BaseException) -> str:
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])
    return str(error)


def _place(error: BaseException, project: Project) -> str:
    """The innermost traceback line in the program's own files, as `file:line: `."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if project.directory in Path(frame.filename).resolve().parents and ".venv" not in Path(frame.filename).parts
    ]
    return f"{Path(own[-1].filename).relative_to(project.directory)}:{own[-1].lineno}: " if own else ""
