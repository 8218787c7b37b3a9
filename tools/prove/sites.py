"""The sites of a proof: AWS, or a sandbox that plays AWS, and a sandbox in a separate process."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import boto3

from tests.examples.issuer import Issuer
from tools.prove.program import Part, Program, Who

#: The name of a sandbox's stacks.
SANDBOX_STACK = "sandbox"
_SANDBOX = (sys.executable, "-m", "cross_account_sandbox")
#: A response in the form for comparison: only JSON values.
Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """The two accounts and their AWS profiles; without profiles if a sandbox plays AWS.

    domain, zone  a name for the custom domain, and the ID of its hosted zone in the API account
    """

    api: str
    function: str
    region: str
    api_profile: str = ""
    function_profile: str = ""
    domain: str = ""
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A deployed program.

    outputs   of all its projects; if two have an output of the same name, the later project's
    endpoint  the sandbox's endpoint, to use instead of the URL's host; empty on AWS
    issuer    signs tokens; its URL is the output `issuer`
    """

    outputs: Mapping[str, Any]
    endpoint: str
    accounts: Accounts
    issuer: Issuer

    def client(self, service: str, account: Who) -> Any:
        """A boto3 client in one of the accounts."""
        return _client(self.accounts, self.endpoint, account, service)

    def credentials(self, account: Who) -> Any:
        """The credentials of that account's profile, for signing requests."""
        session: Any = _session(self.accounts, self.endpoint, account)
        return session.get_credentials().get_frozen_credentials()

    def send(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        url: str = "url",
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request to a path below the stage's URL, or below its host if the target begins with `//`.

        url  the output that has the stage's URL
        """
        host, stage = urlsplit(str(self.outputs[url])).netloc, urlsplit(str(self.outputs[url])).path
        path = target[1:] if target.startswith("//") else stage + target
        if self.endpoint:
            connection = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=60)
        else:
            connection = http.client.HTTPSConnection(host, timeout=60)
        try:
            # A host that rejects a large body can respond before it has read all of it.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body=body, headers={"Host": host, **(headers or {})})
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return reply.status, found, reply.read()
        finally:
            connection.close()


class Site(Protocol):
    """Deploys programs, and removes all of them."""

    def deploy(self, program: Program) -> Deployed:
        """Deploy a program. Raises the deployment's error; `remove` removes what was created before it."""

    def remove(self) -> list[str]:
        """Remove everything; returns what is left."""


@cache
def _session(accounts: Accounts, endpoint: str, account: Who) -> boto3.Session:
    """A session with the account's profile; with an endpoint, as the account's administrator there."""
    if endpoint:
        return boto3.Session(aws_access_key_id=getattr(accounts, account), aws_secret_access_key="test")  # noqa: S106  no secret
    return boto3.Session(profile_name=getattr(accounts, f"{account}_profile"))


@cache
def _client(accounts: Accounts, endpoint: str, account: Who, service: str) -> Any:
    session: Any = _session(accounts, endpoint, account)
    return session.client(service, region_name=accounts.region, endpoint_url=endpoint or None)


class SandboxSite:
    """A sandbox for each program, in a separate process that `remove` ends."""

    def __init__(self, accounts: Accounts, issuer: Issuer, *, command: Sequence[str] = _SANDBOX) -> None:
        self._accounts = accounts
        self._issuer = issuer
        self._command = command
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def deploy(self, program: Program) -> Deployed:
        """Start `cross-account-sandbox serve` with the program. Raises RuntimeError if it ends immediately."""
        command = [*self._command, "serve", "--port", "0", "--json"]
        for part in program.parts:
            command += ["--dir", str(part.directory)]
        for part in program.parts:
            settings = part_settings(
                self._accounts, part, stack=SANDBOX_STACK, issuer=self._issuer, issuer_url=self._issuer.url
            )
            for key, value in settings.items():
                command += ["-c", f"{part.project}:{key}={value}"]
        # A separate session, so that Ctrl-C only reaches this process, which then ends the sandbox.
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._running.append(process)
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"the sandbox exited with code {process.wait()} while it deployed {program.name}")
        served = json.loads(line)
        endpoint = str(served["endpoint"])
        outputs = {key: value for each in served["projects"].values() for key, value in each["outputs"].items()}
        outputs["issuer"] = self._issuer.url
        return Deployed(outputs=outputs, endpoint=endpoint, accounts=self._accounts, issuer=self._issuer)

    def remove(self) -> list[str]:
        """End the processes; nothing of a sandbox remains after that."""
        while self._running:
            process = self._running.pop()
            process.terminate()
            process.wait()
            if process.stdout:
                process.stdout.close()
        return []


def part_settings(
    accounts: Accounts, part: Part, *, stack: str, issuer: Issuer, issuer_url: str, on_aws: bool = False
) -> dict[str, str]:
    """A project's settings in this run, including its accounts."""
    known = {name: getattr(accounts, name) for name in ("api", "function", "domain", "zone")}
    known |= {"stack": stack, "issuer": issuer_url, "modulus": str(issuer.public_key()["n"])}
    given = {**part.settings, **(part.on_aws if on_aws else {})}
    settings = {key: value.format(**known) for key, value in given.items()}
    for key, who in part.accounts.items():
        settings |= {f"{key}.id": getattr(accounts, who), f"{key}.region": accounts.region}
    return settings


def run_folder(root: Path, run: str) -> Path:
    """The folder of a run's state and report."""
    return root / ".cache" / "prove" / run
