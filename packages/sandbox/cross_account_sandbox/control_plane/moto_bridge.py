"""Uses moto for the rest of AWS: calls its WSGI applications in one worker thread, for the caller's account."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from traceback import format_exception
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from cross_account_sandbox.control_plane.moto_stores import MotoStores
from cross_account_sandbox.http import HttpRequest, HttpResponse

T = TypeVar("T")

#: Settings that moto reads at import.
_SETTINGS = {
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # AWS's APIs answer without CORS headers
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 1.5 MB of images that are never requested
    "MOTO_ALLOW_NONEXISTENT_REGION": "true",  # a Region newer than moto
    "MOTO_ENABLE_ISO_REGIONS": "true",
    "MOTO_ACM_VALIDATION_WAIT": "0",  # issue a certificate at once if its record exists
}
#: What moto serves in addition to AWS's services: its own API, which can empty every store, and instance metadata.
_OWN_BACK_DOORS = frozenset({"moto_api", "instance_metadata", "moto_proxy"})
_import_lock = threading.Lock()
#: moto's stores exist once per process, so exactly one worker thread changes them.
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
_application: Any = None
#: moto's message for a missing operation, with its own spelling of the name.
_UNNAMED = "action has not been implemented"


class NotAnsweredError(Exception):
    """Moto does not implement this request; the message has moto's reason, if there is one."""


class CrashError(Exception):
    """Moto raised an unexpected exception: `problem`, with its traceback."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(f"{type(problem).__name__}: {problem}")
        self.problem = problem
        self.traceback = "".join(format_exception(problem))


def _moto() -> Any:
    """Moto's dispatcher for its services, imported and patched once."""
    global _application  # noqa: PLW0603 - one per process, like moto's stores
    with _import_lock:
        if _application is None:
            os.environ.update(_SETTINGS)
            from moto.backends import list_of_moto_modules
            from moto.moto_server.werkzeug_app import (
                DomainDispatcherApplication,
                create_backend_app,
            )

            from cross_account_sandbox.control_plane import moto_mends

            class Dispatcher(DomainDispatcherApplication):
                """Refuses requests for anything but AWS services: moto would print, fail or serve its own API."""

                def get_backend_for_host(self, host: str | None) -> Any:
                    if host is None:
                        return None
                    known = next((name for name, url in self.backend_url_patterns if url.match(f"http://{host}")), None)
                    if known is None and host in list_of_moto_modules():
                        known = host
                    if known is None or known in _OWN_BACK_DOORS:
                        raise NotAnsweredError("moto has no service for it")
                    return known

            moto_mends.mend_core()

            missing: dict[str, ImportError] = {}

            def create(service: Any) -> Any:
                if service in missing:  # a failed import would be retried each time, which takes 0.1 s
                    raise missing[service]
                try:
                    moto_mends.mend(service)
                    return create_backend_app(service)
                except ImportError as error:
                    missing[service] = error
                    raise

            _application = Dispatcher(create)
        return _application


def moto_backend(service: str, account: str, region: str) -> Any:
    """The current World's moto store of a service in an account and Region."""
    _moto()
    from moto.backends import get_backend

    return get_backend(service)[account][region]  # type: ignore[call-overload]


def drop(stores: MotoStores) -> None:
    """Empty a World's stores, after all earlier calls."""
    _worker.submit(stores.drop).result()


def in_worker(stores: MotoStores, job: Callable[..., None], *arguments: Any) -> None:
    """Run a job in the thread that may change a World's stores, after all earlier calls. Returns at once."""

    def work() -> None:
        with stores.active():
            job(*arguments)

    _worker.submit(work)


async def from_worker(job: Callable[..., T], *arguments: Any) -> T:
    """Return the result of a job that reads moto's stores, after all earlier calls and jobs."""
    return await asyncio.get_running_loop().run_in_executor(_worker, copy_context().run, job, *arguments)


def warm(*services: str) -> None:
    """Import moto and these services in the background. Returns at once."""

    def load() -> None:
        application = _moto()
        for service in services:
            application.get_application(
                {
                    "PATH_INFO": "/",
                    "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential=test/0/us-east-1/{service}/aws4_request",
                }
            )

    _worker.submit(load)


async def answer(request: HttpRequest, account: str) -> HttpResponse:
    """Return moto's response to a request of a caller in this account. Raises NotAnsweredError or CrashError."""
    answered = await asyncio.get_running_loop().run_in_executor(_worker, copy_context().run, _answer, request, account)
    if isinstance(answered, Exception):
        raise answered
    return answered


def _answer(request: HttpRequest, account: str) -> HttpResponse | Exception:
    # Errors are returned, not raised: moto raises StopIteration, which a future cannot hold, so the future would never
    # be done.
    try:
        return _call(request, account)
    except NotAnsweredError as reason:
        return reason
    except NotImplementedError as error:
        said = str(error)
        return NotAnsweredError("" if said.endswith(_UNNAMED) else said)
    except ImportError as missing:
        return NotAnsweredError(f"moto needs a Python package for it that is not installed ({missing.name})")
    except Exception as problem:  # noqa: BLE001 - whatever moto fails at must not be the caller's end
        return CrashError(problem)


def _call(request: HttpRequest, account: str) -> HttpResponse:
    response = HttpResponse(status=500)

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:  # noqa: ARG001
        response.status = int(status.split(" ", 1)[0])
        # The server sets the body's length and framing itself.
        response.headers = [
            (name, value)
            for name, value in headers
            if name.lower() not in ("content-length", "connection", "server", "date", "transfer-encoding")
        ]

    chunks = _moto()(_environ(request, account), start_response)
    try:
        response.body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return response


def _environ(request: HttpRequest, account: str) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": request.protocol,
        "CONTENT_LENGTH": str(len(request.body)),
        "REMOTE_ADDR": request.peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING", "X_MOTO_ACCOUNT_ID"):
            held = environ.get(f"HTTP_{key}")
            environ[f"HTTP_{key}"] = f"{held},{value}" if held else value
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
    return environ
