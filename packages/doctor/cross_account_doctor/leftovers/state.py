"""A stack's state: its resources, the interrupted creations, and the place of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aws_rules.arns import Arn, ArnError
from cross_account_doctor.errors import CouldNotLookError

_EXPECTED = "expected the output of `pulumi stack export`"
_PROVIDER = "pulumi:providers:"
#: The tags by which the components tell stacks apart.
PROJECT, STACK = "project", "stack"


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Place:
    """An account and a Region."""

    account: str
    region: str

    def __str__(self) -> str:
        return f"account {self.account}, {self.region}"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource in the state, or one whose creation was interrupted and which has no ID.

    place  None if neither its provider nor its ARN names an account
    """

    urn: str
    type: str
    id: str
    properties: Mapping[str, Any]
    parent: str
    provider: str
    place: Place | None

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    def text(self, *keys: str) -> str:
        """The first of these properties that is text; empty if there is none, or if it is encrypted."""
        return next((value for key in keys if isinstance(value := self.properties.get(key), str)), "")


@dataclass(frozen=True, kw_only=True)
class State:
    """A stack's state.

    resources  the stack's resources, including those pending deletion
    pending    the creations in progress when a run was interrupted
    endpoint   of the sandbox that the stack's providers call, None on AWS
    """

    resources: tuple[Resource, ...]
    pending: tuple[Resource, ...]
    endpoint: str | None

    @cached_property
    def owners(self) -> frozenset[tuple[str, str]]:
        """Project and stack, from the URNs and from the tags of the resources, which a setting can change."""
        found = set()
        for resource in (*self.resources, *self.pending):
            stack, project = resource.urn.removeprefix("urn:pulumi:").split("::")[:2]
            found.add((project, stack))
            tags = resource.properties.get("tags")
            if isinstance(tags, Mapping) and {PROJECT, STACK} <= tags.keys():
                found.add((str(tags[PROJECT]), str(tags[STACK])))
        return frozenset(found)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Each account and Region of the stack's resources and providers."""
        return tuple(sorted({each.place for each in (*self.resources, *self.pending) if each.place is not None}))

    @property
    def first_region(self) -> str:
        """The Region in which STS is called to identify the credentials. Raises CouldNotLookError."""
        if not self.places:
            raise CouldNotLookError("--state names no account: its AWS providers set no allowedAccountIds and region")
        return self.places[0].region

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of all resources and interrupted creations."""
        return frozenset(each.type for each in (*self.resources, *self.pending))

    @property
    def title(self) -> str:
        """`project/stack`."""
        stack, project = self.resources[0].urn.removeprefix("urn:pulumi:").split("::")[:2]
        return f"{project}/{stack}"


def read_state(text: str) -> State:
    """The state in a stack's export. Raises CouldNotLookError for invalid text, and for an empty state."""
    try:
        export = json.loads(text)
    except ValueError as error:
        raise CouldNotLookError(f"--state is not JSON ({error}): {_EXPECTED}") from error
    deployment = export.get("deployment") if isinstance(export, Mapping) else None
    if not isinstance(deployment, Mapping):
        raise CouldNotLookError(f"--state has no `deployment`: {_EXPECTED}")
    try:
        entries = list(deployment.get("resources") or ())
        operations = [
            operation["resource"]
            for operation in deployment.get("pending_operations") or ()
            if operation["type"] == "creating"
        ]
        providers = _Providers(entries)
        state = State(
            resources=tuple(providers.resource(entry) for entry in entries),
            pending=tuple(providers.resource(entry) for entry in operations),
            endpoint=providers.endpoint,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CouldNotLookError(f"--state has a resource without {error}: {_EXPECTED}") from error
    if not state.resources:
        raise CouldNotLookError(
            "--state has no resources, so the accounts, tags and names to look for are unknown: pass an export of the "
            "stack from before it was destroyed"
        )
    return state


class _Providers:
    """The providers of a state, by `URN::id`, as resources refer to them."""

    def __init__(self, entries: list[Mapping[str, Any]]) -> None:
        self._inputs = {
            f"{entry['urn']}::{entry.get('id', '')}": entry.get("inputs") or {}
            for entry in entries
            if entry["type"].startswith(_PROVIDER)
        }

    @property
    def endpoint(self) -> str | None:
        """The single endpoint of all providers."""
        found = {
            url
            for inputs in self._inputs.values()
            for endpoints in _decoded(inputs.get("endpoints")) or ()
            for url in endpoints.values()
        }
        return found.pop() if len(found) == 1 else None

    def resource(self, entry: Mapping[str, Any]) -> Resource:
        """A resource; its outputs take precedence over its inputs."""
        properties = {**(entry.get("inputs") or {}), **(entry.get("outputs") or {})}
        reference = str(entry.get("provider") or "")
        own = f"{entry['urn']}::{entry.get('id', '')}" if entry["type"].startswith(_PROVIDER) else reference
        return Resource(
            urn=entry["urn"],
            type=entry["type"],
            id=str(entry.get("id") or ""),
            properties=properties,
            parent=str(entry.get("parent") or ""),
            provider=reference.rpartition("::")[0],
            place=self._place(own, properties),
        )

    def _place(self, provider: str, properties: Mapping[str, Any]) -> Place | None:
        inputs = self._inputs.get(provider, {})
        accounts = _decoded(inputs.get("allowedAccountIds")) or list(_accounts(properties))
        region = properties.get("region") or inputs.get("region")
        if len(accounts) != 1 or not isinstance(region, str):
            return None
        return Place(account=str(accounts[0]), region=region)


def _accounts(properties: Mapping[str, Any]) -> Iterator[str]:
    try:
        arn = Arn.parse(str(properties.get("arn", "")))
    except ArnError:
        return
    if arn.account:
        yield arn.account


def _decoded(value: object) -> Any:
    """A provider's input: the engine stores objects and lists as JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return None
