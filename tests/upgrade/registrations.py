"""A program's registered resources in a form that can be stored: plain JSON, independent of the files' location."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import pulumi
from pulumi.runtime import rpc

from cross_account_api.testing import Recording, Resource, record, run_project

_PROVIDER = "pulumi:providers:"
#: Resource options that decide what an update does; only values other than these defaults are stored.
_OPTIONS: Mapping[str, Any] = {
    "protect": False,
    "retain_on_delete": False,
    "deletes_before_replace": None,
    "ignore_changes": (),
    "replace_on_changes": (),
}
#: Outputs that other resources use as inputs, by the last part of the type. A deployed stack has them.
_OUTPUTS: Mapping[str, Mapping[str, Any]] = {
    "Certificate": {
        "domainValidationOptions": [
            {
                "domainName": "api.example.com",
                "resourceRecordName": "_x1.api.example.com.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_x2.acm-validations.aws.",
            }
        ]
    },
    "DomainName": {
        "domainNameId": "abc123",
        "regionalDomainName": "d-1.execute-api.example.com",
        "regionalZoneId": "Z1",
        "cloudfrontDomainName": "d1.cloudfront.example.com",
        "cloudfrontZoneId": "Z2",
    },
    "VpcEndpoint": {"dnsEntries": [{"dnsName": "vpce-1.execute-api.example.com", "hostedZoneId": "Z3"}]},
    "Zone": {"zoneId": "Z4"},
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A program with the settings of a stack.

    directory   the program's directory, relative to the repository's root
    config      the settings as the engine passes them, including the namespace: all text, objects as JSON
    references  the outputs of the stacks that this one reads
    """

    directory: str
    project: str
    stack: str
    config: Mapping[str, str]
    references: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One resource as the program registers it. `parent` and `provider` are URNs, or empty."""

    urn: str
    custom: bool
    parent: str
    provider: str
    inputs: Mapping[str, Any]
    aliases: tuple[Mapping[str, Any], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The type token, such as `aws:apigateway/restApi:RestApi`."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.split("::", 3)[3]

    @property
    def is_provider(self) -> bool:
        """True for a provider."""
        return self.type.startswith(_PROVIDER)

    def as_json(self) -> dict[str, Any]:
        """The registration as JSON, without empty values."""
        return {key: value for key, value in asdict(self).items() if value not in ((), {}, "")} | {
            "inputs": self.inputs
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read the result of `as_json`."""
        return cls(**{"parent": "", "provider": "", **kept, "aliases": tuple(kept.get("aliases", ()))})


@dataclass(frozen=True, kw_only=True)
class Program:
    """All registered resources of a program, by URN, and the names of the stack's outputs."""

    registrations: Mapping[str, Registration]
    outputs: tuple[str, ...]


def type_of(urn: str) -> str:
    """The type token of a URN, without those of its parents."""
    return urn.split("::", 3)[2].rpartition("$")[2]


def registered_by(root: Path, case: Case) -> Program:
    """Run the case's program, which is below this root, on mocks."""
    return program_of(recording_of(root, case))


def recording_of(root: Path, case: Case) -> Recording:
    """The same, in the recorder's format."""
    return record(
        lambda: run_project(Path(os.path.normpath(root / case.directory))),
        config=case.config,
        project=case.project,
        stack=case.stack,
        answers={**_OUTPUTS, "StackReference": {"outputs": dict(case.references)}},
    )


def program_of(made: Recording) -> Program:
    """Convert a recording for the comparison."""
    registrations = [_registration(resource, made.resources) for resource in made.resources]
    by_urn = {registration.urn: registration for registration in registrations}
    assert len(by_urn) == len(registrations), "two resources have one URN"
    return Program(registrations=by_urn, outputs=tuple(sorted(made.outputs.keys() | made.unknown_outputs)))


def _registration(resource: Resource, everything: list[Resource]) -> Registration:
    provider = [each.urn for each in everything if each.name == resource.provider and each.type.startswith(_PROVIDER)]
    return Registration(
        urn=resource.urn,
        custom=resource.custom,
        # The engine does not include the stack in URNs, because it is not a parent whose type or name could change.
        parent="" if "::pulumi:pulumi:Stack::" in resource.parent else resource.parent,
        provider=provider[0] if provider else "",
        inputs=_plain(resource.inputs),
        aliases=resource.aliases,
        options={name: getattr(resource, name) for name, usual in _OPTIONS.items() if getattr(resource, name) != usual},
    )


def _plain(value: Any) -> Any:
    """Convert to JSON. A file is represented by its content; secrets are plain, because secrecy changes no resource."""
    match value:
        case pulumi.FileAsset():
            return {"content": hashlib.sha256(Path(value.path).read_bytes()).hexdigest()[:16]}
        case pulumi.AssetArchive():
            return {"archive": _plain(value.assets)}
        case pulumi.Asset() | pulumi.Archive():
            raise TypeError(f"{type(value).__name__}: say here how its content is compared")
        case Mapping() if rpc.is_rpc_secret(value):
            return _plain(rpc.unwrap_rpc_secret(value))
        case Mapping():
            return {key: _plain(value[key]) for key in sorted(value)}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
