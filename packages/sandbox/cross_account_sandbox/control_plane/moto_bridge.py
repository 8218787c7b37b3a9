"""moto as the rest of AWS: its WSGI applications, called in one worker thread, for the account of the caller."""

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
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 1.5 MB of images that nobody asks for
    "MOTO_ALLOW_NONEXISTENT_REGION": "true",  # a Region newer than moto
    "MOTO_ENABLE_ISO_REGIONS": "true",
    "MOTO_ACM_VALIDATION_WAIT": "0",  # a certificate with its record in place is issued at once
}
#: What moto serves beside AWS's services: its own API, which can empty every store, and a machine's metadata.
_OWN_BACK_DOORS = frozenset({"moto_api", "instance_metadata", "moto_proxy"})
_import_lock = threading.Lock()
#: moto's stores are one per process: so is the only worker thread that changes them.
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
_application: Any = None
#: How moto says that it has no such operation, in its own spelling of the name.
_UNNAMED = "action has not been implemented"


class NotAnsweredError(Exception):
    """Moto has nothing for this request; the message says why, where moto does."""


class CrashError(Exception):
    """Moto raised something that is not an answer: `problem`, with its traceback."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(f"{type(problem).__name__}: {problem}")
        self.problem = problem
        self.traceback = "".join(format_exception(problem))


def _moto() -> Any:
    """Moto's dispatcher over its services, imported and fixed once."""
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
                """Refuses what is not a service of AWS here, where moto prints, fails or opens its own back door."""

                def get_backend_for_host(self, host: str | None) -> Any:
                    if host is None:
                        return None
                    known = next((name for name, url in self.backend_url_patterns if url.match(f"http://{host}")), None)
                    if known is None and host in list_of_moto_modules():
                        known = host
                    if known is None or known in _OWN_BACK_DOORS:
                        raise NotAnsweredError("no service of moto answers it")
                    return known

            moto_mends.mend_core()

            missing: dict[str, ImportError] = {}

            def create(service: Any) -> Any:
                if service in missing:  # an import that fails is tried again each time, which takes 0.1 s
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
    """Moto's store of a service in an account and Region, of the current World."""
    _moto()
    from moto.backends import get_backend

    return get_backend(service)[account][region]  # type: ignore[call-overload]


def drop(stores: MotoStores) -> None:
    """Empty a World's stores, after the calls that were made before."""
    _worker.submit(stores.drop).result()


def in_worker(stores: MotoStores, job: Callable[..., None], *arguments: Any) -> None:
    """Run a job where a World's stores may be changed, after the calls that were made before; returns at once."""

    def work() -> None:
        with stores.active():
            job(*arguments)

    _worker.submit(work)


async def from_worker(job: Callable[..., T], *arguments: Any) -> T:
    """What a job gives that reads moto's stores, after the calls and jobs that came before it."""
    return await asyncio.get_running_loop().run_in_executor(_worker, copy_context().run, job, *arguments)


def warm(*services: str) -> None:
    """Import moto and these services beside whatever else starts; returns at once."""

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
    """Moto's answer to a request of a caller of this account. Raises NotAnsweredError or CrashError."""
    answered = await asyncio.get_running_loop().run_in_executor(_worker, copy_context().run, _answer, request, account)
    if isinstance(answered, Exception):
        raise answered
    return answered


def _answer(request: HttpRequest, account: str) -> HttpResponse | Exception:
    # Errors are returned: a future cannot hold StopIteration, which moto raises, and would never be done.
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
        # The server counts and frames the body itself.
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
