"""Runs a Pulumi program with mocks and records what it registers, for plain assertions.

    made = record(program)
    made.one("aws:lambda/permission:Permission").inputs["sourceArn"]

The mocks return what AWS would return: IDs in its format, and ARNs with the account and Region of the resource's
provider. With `preview=True` only inputs are known, as in the first preview of a stack.

It needs no test framework.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import runpy
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import yaml
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.stack import Stack, run_pulumi_func

from aws_rules.arns import partition_of_region

#: The id of every REST API.
API_ID = "a1b2c3d4e5"
#: The type of a provider of AWS.
PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A registered resource. `provider` is the logical name of its provider, empty for a default provider.

    `secrets` are the names of the inputs that the state keeps encrypted.
    `aliases` are as the engine receives them: `{"urn": …}` or `{"spec": {"name", "type", "parentUrn", "noParent", …}}`.
    """

    type: str
    name: str
    urn: str
    parent: str
    provider: str
    custom: bool
    inputs: dict[str, Any]
    secrets: frozenset[str]
    state: dict[str, Any]
    id: str
    dependencies: tuple[str, ...]
    protect: bool
    retain_on_delete: bool
    deletes_before_replace: bool | None
    ignore_changes: tuple[str, ...]
    replace_on_changes: tuple[str, ...]
    aliases: tuple[Mapping[str, Any], ...]

    def depends_on(self, other: Resource) -> bool:
        """True if Pulumi creates it after the other resource, because of an input or an option."""
        return other.urn in self.dependencies

    def document(self, key: str = "body") -> dict[str, Any]:
        """An input that is JSON text, parsed."""
        value: dict[str, Any] = json.loads(self.inputs[key])
        return value


@dataclass(kw_only=True)
class Recording:
    """Everything that a program registered, in order, and the stack's outputs (unknown ones are left out).

    `secret_outputs` are the names of those that the state keeps encrypted.
    """

    resources: list[Resource] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    unknown_outputs: set[str] = field(default_factory=set)
    secret_outputs: set[str] = field(default_factory=set)

    def all(self, kind: str = "", *, provider: str | None = None) -> list[Resource]:
        """The resources whose type ends with this text, such as `Permission` or `lambda/permission:Permission`."""
        return [
            resource
            for resource in self.resources
            if resource.type.endswith(kind)
            and (not kind or f":{resource.type}".removesuffix(kind)[-1:] in ":/")
            and (provider is None or resource.provider == provider)
        ]

    def one(self, kind: str, *, name: str | None = None) -> Resource:
        """The only resource of this type, or of this type and logical name."""
        found = [resource for resource in self.all(kind) if name is None or resource.name == name]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} of {kind} {name or ''}: {[each.name for each in found]}")
        return found[0]

    @property
    def in_aws(self) -> list[Resource]:
        """The resources in AWS accounts: no components, no providers."""
        return [resource for resource in self.resources if resource.custom and resource.type != PROVIDER]


class _Answers(mocks.Mocks):
    """AWS's response when a resource is created."""

    def __init__(self, *, preview: bool, answers: Mapping[str, Mapping[str, Any]], bare: bool) -> None:
        self.preview = preview
        self.bare = bare
        self.answers = answers
        self.accounts: dict[str, tuple[str, str]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == PROVIDER:
            self.accounts[args.name] = (json.loads(args.inputs["allowedAccountIds"])[0], args.inputs["region"])
            return f"{args.name}-id", dict(args.inputs)
        if self.preview or self.bare:
            return f"{args.name}-id" if self.bare else "", dict(args.inputs)
        account, region = self.accounts.get(_provider_name(args.provider or ""), ("000000000000", "us-east-1"))
        suffix = hashlib.sha256(args.name.encode()).hexdigest()[:7]
        name = args.inputs.get("name") or f"{args.name}-{suffix}"
        state = {"name": name, **args.inputs}
        kind = args.typ.rpartition(":")[2]
        state |= self.answers.get(kind, {})
        return _MADE.get(kind, _plain)(state, account, region, name)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program calls a data source: {args.token}")


Made = tuple[str, dict[str, Any]]


def _arn(service: str, region: str, account: str, name: str) -> str:
    return f"arn:{partition_of_region(region)}:{service}:{region}:{account}:{name}"


def _plain(state: dict[str, Any], account: str, region: str, name: str) -> Made:
    return f"{name}-id", {"arn": _arn("service", region, account, name), **state}


def _rest_api(state: dict[str, Any], account: str, region: str, _name: str) -> Made:
    execution = _arn("execute-api", region, account, API_ID)
    return API_ID, {**state, "executionArn": execution, "rootResourceId": "r0"}


def _function(state: dict[str, Any], account: str, region: str, name: str) -> Made:
    return name, {**state, "arn": _arn("lambda", region, account, f"function:{name}"), "version": "1"}


def _alias(state: dict[str, Any], account: str, region: str, name: str) -> Made:
    arn = _arn("lambda", region, account, f"function:{state['functionName']}:{name}")
    return arn, {**state, "arn": arn}


def _role(state: dict[str, Any], account: str, region: str, name: str) -> Made:
    arn = f"arn:{partition_of_region(region)}:iam::{account}:role/{name}"
    return name, {**state, "arn": arn, "uniqueId": "AROA" + hashlib.sha256(arn.encode()).hexdigest()[:17].upper()}


def _log_group(state: dict[str, Any], account: str, region: str, name: str) -> Made:
    return name, {**state, "arn": _arn("logs", region, account, f"log-group:{name}")}


_MADE: dict[str, Callable[[dict[str, Any], str, str, str], Made]] = {
    "RestApi": _rest_api,
    "Function": _function,
    "Alias": _alias,
    "Role": _role,
    "LogGroup": _log_group,
}


def _provider_name(reference: str) -> str:
    """The logical name in `urn::id`."""
    return reference.split("::")[3] if reference else ""


class _Monitor(mocks.MockMonitor):
    """Records what mocks do not receive: dependencies and options."""

    def __init__(self, mock: _Answers, recording: Recording) -> None:
        super().__init__(mock)
        self.recording = recording

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the engine builds it: with the types of all parents except the stack."""
        parents = parent.split("::")[2] if parent else "pulumi:pulumi:Stack"
        qualified = type_ if parents == "pulumi:pulumi:Stack" else f"{parents}${type_}"
        return f"urn:pulumi:{settings.get_stack()}::{settings.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  the SDK's name
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type == "pulumi:pulumi:Stack":
            return response
        registered = self.resources[response.urn]
        inputs = rpc.deserialize_properties(request.object)
        self.recording.resources.append(
            Resource(
                type=request.type,
                name=request.name,
                urn=response.urn,
                parent=request.parent,
                provider=_provider_name(request.provider),
                custom=request.custom,
                inputs={key: rpc.unwrap_rpc_secret(value) for key, value in inputs.items()},
                secrets=frozenset(key for key, value in inputs.items() if rpc.is_rpc_secret(value)),
                state=registered.state,
                id=registered.id,
                dependencies=tuple(request.dependencies),
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                deletes_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
                ignore_changes=tuple(request.ignoreChanges),
                replace_on_changes=tuple(request.replaceOnChanges),
                aliases=tuple(MessageToDict(alias) for alias in request.aliases),
            )
        )
        return response


def record(  # noqa: PLR0913  each is an option of a run
    program: Callable[[], Mapping[str, Any] | None],
    *,
    config: Mapping[str, str] | None = None,
    secret_keys: Collection[str] = (),
    preview: bool = False,
    project: str = "project",
    stack: str = "dev",
    keep: list[Recording] | None = None,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
    bare: bool = False,
) -> Recording:
    """Run the program and record its registrations. The outputs that it returns are added to the stack's outputs.

    `secret_keys` are the keys of `config` that are stored with --secret.
    `keep` receives the recording even when the program raises. `answers` are outputs that AWS adds, by type;
    with `bare` a resource has no outputs but its inputs.
    """
    recording = Recording()
    if keep is not None:
        keep.append(recording)
    with _fresh_loop() as loop:
        settings.reset_options()
        set_all_config(dict(config or {}), list(secret_keys))
        mock = _Answers(preview=preview, answers=answers or {}, bare=bare)
        mocks.set_mocks(mock, project=project, stack=stack, preview=preview, monitor=_Monitor(mock, recording))
        exported: dict[str, Any] = {}

        def run() -> None:
            exported.update(program() or {})

        loop.run_until_complete(run_pulumi_func(run))
        root = settings.get_root_resource()
        exported = {**(dict(root.outputs) if isinstance(root, Stack) else {}), **exported}
        for name, value in exported.items():
            output = pulumi.Output.from_input(value)
            if loop.run_until_complete(output.is_secret()):
                recording.secret_outputs.add(name)
            if loop.run_until_complete(output.is_known()):
                recording.outputs[name] = loop.run_until_complete(output.future())
            else:
                recording.unknown_outputs.add(name)
    return recording


def record_project(
    directory: Path,
    *,
    stack: str = "dev",
    stack_file: Path | None = None,
    overrides: Mapping[str, str] | None = None,
    secret_keys: Collection[str] = (),
    preview: bool = False,
    bare: bool = False,
) -> Recording:
    """Run the `__main__.py` of a Pulumi project as the language host would.

    With the settings of `stack_file` and over them `overrides`: keys of the project's namespace, or with another one
    before a colon. `secret_keys` are those of them that are stored with --secret.
    """
    project = str(yaml.safe_load((directory / "Pulumi.yaml").read_text())["name"])

    def full(key: str) -> str:
        return key if ":" in key else f"{project}:{key}"

    config = stack_config(stack_file) if stack_file else {}
    config |= {full(key): value for key, value in (overrides or {}).items()}
    return record(
        lambda: run_project(directory),
        config=config,
        secret_keys=[full(key) for key in secret_keys],
        preview=preview,
        project=project,
        stack=stack,
        bare=bare,
    )


def stack_config(stack_file: Path) -> dict[str, str]:
    """A Pulumi.STACK.yaml as the engine passes it to a program: all values as text, objects as JSON."""
    loaded = yaml.safe_load(stack_file.read_text())["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in loaded.items()}


def run_project(directory: Path) -> None:
    """Run a project's `__main__.py` as its language host would, and unload the modules of its folder afterwards.

    Modules of a folder from which this process imports anyway, such as those of a virtual environment in the project's
    folder, are not its own.
    """
    home, before = directory.absolute(), set(sys.modules)
    others = [path for path in (Path(each).absolute() for each in sys.path) if path.is_relative_to(home)]
    sys.path.insert(0, str(home))
    try:
        runpy.run_path(str(home / "__main__.py"), run_name="__main__")
    finally:
        sys.path.remove(str(home))
        for name in set(sys.modules) - before:
            origin = Path(getattr(sys.modules[name], "__file__", None) or "/")
            if origin.is_relative_to(home) and not any(origin.is_relative_to(each) for each in others):
                del sys.modules[name]


@contextmanager
def _fresh_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for this run, and a separate one for the thread in which the SDK calls the mocks; both are closed."""
    loop, beside = asyncio.new_event_loop(), asyncio.new_event_loop()
    executor = ThreadPoolExecutor(max_workers=1, initializer=asyncio.set_event_loop, initargs=(beside,))
    loop.set_default_executor(executor)
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        executor.shutdown()
        beside.close()
        loop.close()
        asyncio.set_event_loop(None)
