"""Lambda's functions, versions, aliases and policies in one account and Region."""

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
    """Code and configuration of a published version or of $LATEST.

    Memory is in MB, the timeout in seconds. `code_sha256` is base64-encoded, as on AWS. `code_dir` is the folder on
    this machine into which the archive is unpacked.
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
    #: None if no Environment was ever given; the response for this differs from that for an empty one.
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
    #: `Pending` during creation: no call can run it.
    state: str = "Active"
    #: During an update: the code and configuration that calls still run.
    serving: FunctionVersion | None = None
    #: For a published version: the description of $LATEST when it was published.
    published_from: str = ""
    #: A local folder from which the code runs while it is edited; set by `Function.bind_source`.
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
        """The function's log group."""
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
        """Pick the version for the next invocation."""
        for version, weight in self.routing.items():
            if random.random() < weight:  # noqa: S311 - distributes traffic, not a secret
                return version
        return self.version


@dataclass(kw_only=True)
class PolicyStatement:
    """A statement as added. `pinned` maps a role or user ARN in the principal to its unique ID at that time."""

    sid: str
    document: dict[str, Any]
    pinned: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class QualifierPolicy:
    """The resource policy of one qualifier; AWS has one per version and alias, and one for the unqualified function.

    A changed policy is a new object, because decisions are cached per policy.
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
        """Run the current code, in every version that has it, from this folder: saved changes apply immediately."""
        for version in (self.latest, *self.versions.values()):
            if version.code_sha256 == self.latest.code_sha256:
                version.source_dir = folder

    def resolve(self, qualifier: str | None) -> FunctionVersion | None:
        """The version behind a qualifier (None or $LATEST, a number, or an alias); None if it does not exist.

        An alias with routing returns its second version with the probability of its weight.
        """
        if qualifier is None or qualifier == LATEST:
            return self.latest
        alias = self.aliases.get(qualifier)
        number = alias.pick() if alias else qualifier
        return self.latest if number == LATEST else self.versions.get(number)

    def running(self, qualifier: str | None) -> FunctionVersion | None:
        """The version that a call of this qualifier runs; during an update, the previous one."""
        version = self.resolve(qualifier)
        return version.serving or version if version else None


@dataclass(kw_only=True)
class FunctionStore:
    """Lambda in one account and Region."""

    account: str
    region: str
    functions: dict[str, Function] = field(default_factory=dict)
    #: The total concurrency reserved by its functions.
    reserved: int = 0

    def reserve(self, function: Function, concurrency: int | None) -> None:
        """Reserve concurrency for one of its functions; None releases it."""
        self.reserved += (concurrency or 0) - (function.reserved_concurrency or 0)
        function.reserved_concurrency = concurrency

    def remove(self, function: Function) -> None:
        """Delete one of its functions and release its reserved concurrency."""
        self.reserve(function, None)
        del self.functions[function.name]
