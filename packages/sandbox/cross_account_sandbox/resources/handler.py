"""A resource handler creates, reads, updates and deletes resources of one Pulumi type with boto3."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.session import ProviderSession

Properties = dict[str, Any]


class Handler(ABC):
    """The handler of one type. Property names are the camelCase names of the Pulumi type; values are plain Python.

    token        the Pulumi type token, such as `aws:apigateway/restApi:RestApi`
    inputs       all supported inputs; an unknown input is rejected before any call
    replaces     the inputs whose change replaces the resource
    auto_name    the input that is set to `{name}-{7 hex}` if it is missing; None if the type has none
    secrets      outputs that are secret
    read_back    inputs that the AWS provider compares with AWS's response: if AWS returns a value with another meaning,
                 every `pulumi up` shows a change
    defaults     the provider's default values for omitted inputs
    """

    token: ClassVar[str]
    inputs: ClassVar[frozenset[str]]
    replaces: ClassVar[frozenset[str]] = frozenset()
    auto_name: ClassVar[str | None] = None
    secrets: ClassVar[frozenset[str]] = frozenset()
    read_back: ClassVar[frozenset[str]] = frozenset()
    defaults: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """Create the resource and return its ID and all outputs, including the inputs."""

    @abstractmethod
    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """Read the current outputs; None if the resource no longer exists. `state` is empty for an import by ID."""

    def identity(self, given: str, outputs: Properties) -> str:
        """The ID that a creation returns for the resource read as `given`; it differs from a compound import ID."""
        del outputs
        return given

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Update the resource from the old state to the new inputs and return all outputs.

        A type whose inputs all require a replacement does not override this method.
        """
        del session, identity
        return {**old, **new}

    @abstractmethod
    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Delete the resource. It is not an error if the resource no longer exists."""

    @contextmanager
    def undone_on_failure(self, session: ProviderSession, identity: str, inputs: Properties) -> Iterator[None]:
        """Run the later calls of a creation; if one fails, delete the resource that the first call created.

        Raises the original error; an error of the deletion would only hide it.
        """
        try:
            yield
        except Exception:
            with suppress(Exception):
                self.delete(session, identity, inputs)
            raise

    def check(self, inputs: Mapping[str, Any]) -> Properties:
        """Return the inputs with defaults. Raises HandlerError for unknown inputs."""
        unknown = sorted(set(inputs) - self.inputs)
        if unknown:
            raise HandlerError(
                f"{self.token} does not support the input {unknown[0]!r}: it supports {', '.join(sorted(self.inputs))}"
            )
        return {**self.defaults, **inputs}
