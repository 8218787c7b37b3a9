"""A resource handler: how one Pulumi type is created, read, updated and deleted with boto3."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.session import ProviderSession

Properties = dict[str, Any]


class Handler(ABC):
    """One row of the table. Property names are the Pulumi type's camelCase ones; values are plain Python.

    token        the Pulumi type token, such as `aws:apigateway/restApi:RestApi`
    inputs       every input it knows; another one is refused before anything is called
    replaces     the inputs whose change makes a new resource
    auto_name    the input that gets `{name}-{7 hex}` when absent, else None
    secrets      outputs that are secret
    read_back    inputs that the vendor's provider compares with AWS's answer: a spelling of AWS's own that says
                 something else is a change at every `up`
    defaults     the provider's values for inputs that the program leaves out
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
        """Create; answer the id and all outputs (inputs included)."""

    @abstractmethod
    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """The outputs as they are now, None when the resource is gone. `state` may be empty (import by id)."""

    def identity(self, given: str, outputs: Properties) -> str:
        """The id that a creation gives to what was read by `given`: another one where imports are compound."""
        del outputs
        return given

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Bring the resource from the old state to the new inputs; answer all outputs.

        A type whose inputs all replace it has nothing to bring, and leaves this out.
        """
        del session, identity
        return {**old, **new}

    @abstractmethod
    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Delete; a resource that is gone already is not an error."""

    @contextmanager
    def undone_on_failure(self, session: ProviderSession, identity: str, inputs: Properties) -> Iterator[None]:
        """The later calls of a creation: where one fails, what the first one made is deleted, and no half stays behind.

        The failure itself is raised; one of the deletion would only hide it.
        """
        try:
            yield
        except Exception:
            with suppress(Exception):
                self.delete(session, identity, inputs)
            raise

    def check(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs with defaults, after refusing unknown ones. Raises HandlerError."""
        unknown = sorted(set(inputs) - self.inputs)
        if unknown:
            raise HandlerError(
                f"{self.token} does not know the input {unknown[0]!r}: it knows {', '.join(sorted(self.inputs))}"
            )
        return {**self.defaults, **inputs}
