"""A function in AWS: its configuration for a qualifier, its aliases, and the policy of each qualifier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aws_rules.arns import FunctionArn
from cross_account_doctor.errors import NotThereError

if TYPE_CHECKING:
    from cross_account_doctor.calls import Reader

#: The settings that change what the code does (Lambda API reference, FunctionConfiguration).
_RELEASED = (
    *("CodeSha256", "Handler", "Runtime", "Role", "Environment", "Layers", "VpcConfig", "MemorySize", "Timeout"),
    *("Architectures", "EphemeralStorage", "FileSystemConfigs", "ImageConfigResponse"),
)


class FunctionView:
    """One function, read once. Every member can raise NotAllowedError."""

    def __init__(self, arn: FunctionArn, reader: Reader) -> None:
        self.arn = arn.unqualified
        self.reader = reader
        self._policies: dict[str | None, dict[str, Any] | None] = {}
        self._configurations: dict[str | None, Configuration | None] = {}

    @cached_property
    def exists(self) -> bool:
        """True if the function exists in this account and Region."""
        return self.configuration(None) is not None

    def configuration(self, qualifier: str | None) -> Configuration | None:
        """The configuration for a qualifier; None if the function, alias or version does not exist."""
        if qualifier not in self._configurations:
            self._configurations[qualifier] = self._read_configuration(qualifier)
        return self._configurations[qualifier]

    def _read_configuration(self, qualifier: str | None) -> Configuration | None:
        selected = {"Qualifier": qualifier} if qualifier else {}
        try:
            answer = self.reader.ask("lambda", self.arn.region, "get_function", FunctionName=self.arn.name, **selected)
        except NotThereError:
            return None
        reserved = (answer.get("Concurrency") or {}).get("ReservedConcurrentExecutions")
        return Configuration(raw=answer["Configuration"], reserved_concurrency=reserved)

    def policy(self, qualifier: str | None) -> dict[str, Any] | None:
        """The resource policy of a qualifier; None if it has none."""
        if qualifier not in self._policies:
            selected = {"Qualifier": qualifier} if qualifier else {}
            try:
                answer = self.reader.ask(
                    "lambda", self.arn.region, "get_policy", FunctionName=self.arn.name, **selected
                )
                self._policies[qualifier] = json.loads(answer["Policy"])
            except NotThereError:
                self._policies[qualifier] = None
        return self._policies[qualifier]

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Alias → version."""
        pages = self.reader.pages(
            "lambda", self.arn.region, "list_aliases", "Aliases", ("NextMarker", "Marker"), FunctionName=self.arn.name
        )
        return {alias["Name"]: alias["FunctionVersion"] for alias in pages}

    @cached_property
    def versions(self) -> list[int]:
        """Published versions, oldest first."""
        pages = self.reader.pages(
            "lambda",
            self.arn.region,
            "list_versions_by_function",
            "Versions",
            ("NextMarker", "Marker"),
            FunctionName=self.arn.name,
        )
        return sorted(int(item["Version"]) for item in pages if item["Version"].isdigit())


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """GetFunction's response; times are in seconds."""

    raw: dict[str, Any]
    reserved_concurrency: int | None

    @property
    def timeout_s(self) -> int:
        """The function's timeout."""
        return int(self.raw.get("Timeout") or 3)

    @property
    def memory_mb(self) -> int:
        """The function's memory."""
        return int(self.raw.get("MemorySize") or 128)

    @property
    def release(self) -> dict[str, Any]:
        """What a version releases: the code, and every setting that changes what it does."""
        return {name: self.raw.get(name) for name in _RELEASED}

    @property
    def log_group(self) -> str:
        """The function's log group."""
        return str((self.raw.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{self.raw['FunctionName']}")


def names_in(reader: Reader, region: str) -> list[str]:
    """The names of an account's functions in a Region."""
    pages = reader.pages("lambda", region, "list_functions", "Functions", ("NextMarker", "Marker"))
    return [item["FunctionName"] for item in pages]
