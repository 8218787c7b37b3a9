"""An engine that is killed during a call, and the recovery steps of docs/engine.md."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pulumi.automation import CommandError

from cross_account_sandbox.control_plane.refusals import ApiCall
from cross_account_sandbox.server import RunningSandbox
from tests.engine.inventory import client, inventory
from tests.engine.stacks import Engine, Stack
from tests.engine.vault import Vault

_BINARIES = Path(sys.executable).parent
_ACCOUNTS = ("111111111111", "222222222222")
#: Kinds of which the inventory and the state must have the same number.
COUNTED = {
    "aws:acm/certificate:Certificate": "Certificate",
    "aws:apigateway/deployment:Deployment": "Deployment",
    "aws:apigateway/domainName:DomainName": "DomainName",
    "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation": "DomainNameAccessAssociation",
    "aws:apigateway/restApi:RestApi": "RestApi",
    "aws:apigateway/stage:Stage": "Stage",
    "aws:apigatewayv2/api:Api": "HttpApi",
    "aws:cloudwatch/logGroup:LogGroup": "LogGroup",
    "aws:ec2/subnet:Subnet": "Subnet",
    "aws:ec2/vpc:Vpc": "Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "VpcEndpoint",
    "aws:iam/role:Role": "Role",
    "aws:lambda/alias:Alias": "Alias",
    "aws:lambda/function:Function": "Function",
    "aws:ram/resourceShare:ResourceShare": "ResourceShare",
    "aws:route53/zone:Zone": "Zone",
}


class KilledEngine(Engine):
    """An engine that is killed while AWS responds to a call. The call itself takes effect.

    kill_at  called for each call in order, until it returns True for the call to kill at
    pause    seconds by which each call is slowed down
    delay    seconds from the call to the kill
    """

    def __init__(self, cli: Path, folder: Path, plugin: Path, vault: Vault | None = None) -> None:
        self._process = folder / "engine-process"
        launcher = folder / "pulumi"
        launcher.write_text(f'#!/bin/sh\necho $$ > {self._process}\nexec {cli} "$@"\n', "utf-8")
        launcher.chmod(0o755)
        super().__init__(launcher, folder, plugin, vault)
        self.kill_at: Callable[[ApiCall], bool] | None = None
        self.killed_at = ""
        self.pause = 0.0
        self.delay = 0.0

    def kill_at_operation(self, operation: str) -> None:
        """Kill the engine at the next call of this operation."""
        self.kill_at = lambda call: call.operation == operation

    def __call__(self, call: ApiCall) -> None:
        """The sandbox calls this before each call to ask if it must fail: none must."""
        if self.pause:
            threading.Event().wait(self.pause)
        if self.kill_at is None or not self.kill_at(call):
            return
        self.kill_at = None
        self.killed_at = call.operation or call.service
        process = int(self._process.read_text("utf-8"))
        if self.delay:
            threading.Timer(self.delay, _kill, [process]).start()
        else:
            _kill(process)


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):  # its operation ended before that
        os.kill(process, signal.SIGKILL)


def interrupted(operation: Callable[[], object]) -> bool:
    """Run an operation of the engine; True if it was killed."""
    try:
        operation()
    except CommandError:
        return True
    return False


def recover(stack: Stack) -> list[str]:
    """Do the steps of docs/engine.md after an interrupted run, before the next `up`; returns the removed leftovers."""
    repair_backend(stack)
    stack.cancel()
    found = leftovers(stack.export())
    for command in found.commands:
        _shell(command)
    stack.refresh(clear_pending_creates=True)
    return found.names


def repair_backend(stack: Stack) -> None:
    """Remove the empty `.attrs` files that a killed engine leaves in a file backend."""
    for file in stack.backend.rglob("*.attrs"):
        if file.stat().st_size == 0:
            file.unlink()


class Leftovers:
    """The output of `cross-account-doctor leftovers`."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        lines = text.splitlines()
        #: `stage`, `REST API`: the kinds and names, in order.
        self.names = [line.partition(". ")[2].partition(" in account")[0] for line in lines if line[:1].isdigit()]
        self.commands = [line for line in lines if line.startswith("AWS_ACCESS_KEY_ID=")]
        self.imports = [line for line in lines if line.startswith("pulumi import")]


def leftovers(exported: str) -> Leftovers:
    """Run the doctor with a stack's export on stdin, in a shell without AWS settings."""
    done = subprocess.run(
        [_BINARIES / "cross-account-doctor", "leftovers", "--state", "-"],
        input=exported,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or done.stderr:
        raise AssertionError(f"the doctor failed: {done.stdout}{done.stderr}")
    return Leftovers(done.returncode, done.stdout)


def _shell(command: str) -> None:
    environment = {"PATH": f"{_BINARIES}{os.pathsep}{os.environ['PATH']}", "HOME": "/nonexistent"}
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)  # noqa: S602 - as a person pastes it
    if done.returncode:
        raise AssertionError(f"{command}\n{done.stderr}")


def faults(stack: Stack, sandbox: RunningSandbox, before: set[str]) -> list[str]:
    """The faults of a stack after its `up`: orphaned or duplicated resources, or a failing request."""
    found = []
    exported = stack.export()
    left = leftovers(exported)
    if left.code:
        found.append(f"the doctor still finds {left.names}")
    resources = json.loads(exported)["deployment"]["resources"]
    made = Counter(entry.split()[2] for entry in inventory(sandbox, _ACCOUNTS) - before)
    stated = Counter(COUNTED[each["type"]] for each in resources if each["type"] in COUNTED)
    found += [f"{made[kind]} of {kind}, {stated[kind]} in the state" for kind in stated if made[kind] != stated[kind]]
    permissions = [each["outputs"] for each in resources if each["type"] == "aws:lambda/permission:Permission"]
    functions = client(sandbox, "lambda", _ACCOUNTS[1])
    for function, qualifier in sorted({(each["function"], each["qualifier"]) for each in permissions}):
        policy = json.loads(functions.get_policy(FunctionName=function, Qualifier=qualifier)["Policy"])
        known = sum((each["function"], each["qualifier"]) == (function, qualifier) for each in permissions)
        if len(policy["Statement"]) != known:
            found.append(f"{len(policy['Statement'])} statements of {function}:{qualifier}, {known} in the state")
    outputs = next(each["outputs"] for each in resources if each["type"] == "pulumi:pulumi:Stack")
    url = f"{sandbox.endpoint}/_aws/execute-api/{outputs['apiId']}/{outputs['stageName']}/"
    with urllib.request.urlopen(url) as answer:
        if answer.status != 200:
            found.append(f"GET / returns {answer.status}")
    return found
