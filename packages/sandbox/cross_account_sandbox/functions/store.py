"""What Lambda knows of functions in one account and Region."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cross_account_sandbox.clock import utc_now

#: The qualifier of the unpublished code.
LATEST = "$LATEST"


@dataclass(kw_only=True)
class FunctionVersion:
    """Code and configuration, as published under a number or as edited under $LATEST.

    memory is MB, timeout seconds; `code_sha256` is base64 as AWS gives it; `code_dir` is where the
    archive is unpacked on this machine.
    """

    account: str
    region: str
    function_name: str
    version: str
    arn: str
    runtime: str
    handler: str
    role: str
    code_dir: str
    code_sha256: str
    code_size: int
    memory_mb: int = 128
    timeout_s: int = 3
    description: str = ""
    #: None where no Environment was ever given, which is shown otherwise than an empty one.
    environment: dict[str, str] | None = None
    architectures: list[str] = field(default_factory=lambda: ["x86_64"])
    tracing_mode: str = "PassThrough"
    logging: dict[str, Any] = field(default_factory=dict)
    vpc: dict[str, Any] = field(default_factory=dict)
    ephemeral_storage_mb: int = 512
    dead_letter_arn: str | None = None
    kms_key_arn: str | None = None
    layers: list[str] = field(default_factory=list)
    last_modified: datetime = field(default_factory=utc_now)
    revision_id: str = ""
    #: `Pending` while it is being created: no call can run it.
    state: str = "Active"
    #: While an update is in progress: the code and configuration that calls still run.
    serving: FunctionVersion | None = None
    #: Of a published version: the description that $LATEST had then.
    published_from: str = ""
    #: A local folder that the code is run from while it is edited; `Function.bind_source` sets it.
    source_dir: str | None = None

    @property
    def qualified_arn(self) -> str:
        """The function's ARN with this version's number, or `$LATEST`."""
        return f"{self.arn.removesuffix(f':{self.version}')}:{self.version}"

    @property
    def variables(self) -> dict[str, str]:
        """The function's own environment variables."""
        return self.environment or {}

    @property
    def log_group(self) -> str:
        """The group the function logs to."""
        return str(self.logging.get("LogGroup") or f"/aws/lambda/{self.function_name}")


@dataclass(kw_only=True)
class Alias:
    """A name that points to a version."""

    name: str
    arn: str
    version: str
    description: str = ""
    routing: dict[str, float] = field(default_factory=dict)
    revision_id: str = ""

    def pick(self) -> str:
        """The version of the next invocation."""
        for version, weight in self.routing.items():
            if random.random() < weight:  # noqa: S311 - a share of the traffic, no secret
                return version
        return self.version


@dataclass(kw_only=True)
class PolicyStatement:
    """One statement as added. `pinned` maps a role or user ARN in the principal to its unique id then."""

    sid: str
    document: dict[str, Any]
    pinned: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class QualifierPolicy:
    """The resource policy of one qualifier; AWS keeps one per version and alias and one unqualified.

    A changed policy is another one: decisions by this one are remembered.
    """

    statements: Mapping[str, PolicyStatement] = field(default_factory=dict)


@dataclass(kw_only=True)
class Function:
    """A function: $LATEST, its versions and aliases, and a policy per qualifier (None: unqualified)."""

    name: str
    account: str
    region: str
    arn: str
    latest: FunctionVersion
    versions: dict[str, FunctionVersion] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    policies: dict[str | None, QualifierPolicy] = field(default_factory=dict)
    #: Set by FunctionStore.reserve.
    reserved_concurrency: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    next_version: int = 1

    def bind_source(self, folder: str) -> None:
        """Run the present code, wherever it is published, from this folder: a saved change counts at once."""
        for version in (self.latest, *self.versions.values()):
            if version.code_sha256 == self.latest.code_sha256:
                version.source_dir = folder

    def resolve(self, qualifier: str | None) -> FunctionVersion | None:
        """The code behind a qualifier: None and $LATEST, a number, or an alias. None where there is none.

        An alias with routing gives its second version as often as that one's weight says.
        """
        if qualifier is None or qualifier == LATEST:
            return self.latest
        alias = self.aliases.get(qualifier)
        number = alias.pick() if alias else qualifier
        return self.latest if number == LATEST else self.versions.get(number)

    def running(self, qualifier: str | None) -> FunctionVersion | None:
        """The code that a call of this qualifier runs: during an update, what was there before."""
        version = self.resolve(qualifier)
        return version.serving or version if version else None


@dataclass(kw_only=True)
class FunctionStore:
    """Lambda in one account and Region."""

    account: str
    region: str
    functions: dict[str, Function] = field(default_factory=dict)
    #: The concurrency that its functions have reserved together.
    reserved: int = 0

    def reserve(self, function: Function, concurrency: int | None) -> None:
        """Reserve concurrency for one of its functions; None gives it back."""
        self.reserved += (concurrency or 0) - (function.reserved_concurrency or 0)
        function.reserved_concurrency = concurrency

    def remove(self, function: Function) -> None:
        """Delete one of its functions, with what that one has reserved."""
        self.reserve(function, None)
        del self.functions[function.name]
