"""Where programs are proved: AWS, or what plays AWS, and a sandbox in another process beside it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import boto3

from tools.prove.programs import Program

#: One answer, as it is compared: JSON only.
Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """The two accounts, and the AWS profiles that log in to them; no profiles where a sandbox plays AWS."""

    api: str
    function: str
    region: str
    api_profile: str = ""
    function_profile: str = ""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A program that is up.

    endpoint  where its API answers instead of its URL's host: a sandbox; empty on AWS
    client    a boto3 client of a service, in the account `api` or `function`
    """

    outputs: Mapping[str, Any]
    endpoint: str
    client: Callable[[str, str], Any]

    def send(
        self, method: str, target: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request to a path below the stage's URL, or below its host where the target begins with `//`."""
        url = urlsplit(str(self.outputs["url"]))
        path = target[1:] if target.startswith("//") else url.path + target
        if self.endpoint:
            connection = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=60)
        else:
            connection = http.client.HTTPSConnection(url.netloc, timeout=60)
        try:
            # A host that refuses a large body may answer before it has read all of it.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body=body, headers={"Host": url.netloc, **(headers or {})})
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return reply.status, found, reply.read()
        finally:
            connection.close()


class Site(Protocol):
    """Deploys programs, and removes all that it deployed."""

    def deploy(self, program: Program) -> Deployed:
        """Deploy. Raises whatever stops the deployment; what was made by then is removed by `remove`."""

    def remove(self) -> list[str]:
        """Remove everything, and name what is left."""


def aws_client(accounts: Accounts, endpoint: str) -> Callable[[str, str], Any]:
    """Clients by profile; with an endpoint, as the administrator of the account there."""

    @cache
    def client(service: str, account: str) -> Any:
        if endpoint:
            number = getattr(accounts, account)
            session: Any = boto3.Session(aws_access_key_id=number, aws_secret_access_key="test")  # noqa: S106  no secret
            return session.client(service, region_name=accounts.region, endpoint_url=endpoint)
        session = boto3.Session(profile_name=getattr(accounts, f"{account}_profile"))
        return session.client(service, region_name=accounts.region)

    return client


class SandboxSite:
    """A sandbox for each program, in a separate process, which ends with `remove`."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def deploy(self, program: Program) -> Deployed:
        """Start `cross-account-sandbox serve` with the program. Raises RuntimeError where it ends at once."""
        settings = {**program.settings, **account_settings(self._accounts, program)}
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        command = [sys.executable, "-m", "cross_account_sandbox", "serve", "--port", "0", "--json"]
        # A separate session: Ctrl-C is for this process, which then ends the sandbox.
        process = subprocess.Popen(
            [*command, "--dir", str(program.directory), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._running.append(process)
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"the sandbox ended with {process.wait()} while it deployed {program.name}")
        served = json.loads(line)
        endpoint = str(served["endpoint"])
        return Deployed(outputs=served["outputs"], endpoint=endpoint, client=aws_client(self._accounts, endpoint))

    def remove(self) -> list[str]:
        """End the processes: nothing of a sandbox outlives it."""
        while self._running:
            process = self._running.pop()
            process.terminate()
            process.wait()
            if process.stdout:
                process.stdout.close()
        return []


def account_settings(accounts: Accounts, program: Program) -> dict[str, str]:
    """The accounts as settings of a program."""
    numbers = {"apiAccount": accounts.api, "functionAccount": accounts.function}
    if program.third:
        numbers[program.third] = accounts.function
    ids = {f"{key}.id": number for key, number in numbers.items()}
    return ids | {f"{key}.region": accounts.region for key in numbers}


def run_folder(root: Path, run: str) -> Path:
    """Where a run keeps its state and its report."""
    return root / ".cache" / "prove" / run
