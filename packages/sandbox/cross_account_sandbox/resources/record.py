"""The base class for resources with one create, get, update and delete call, which differ mostly in names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed


class RecordHandler(AwsHandler):
    """A resource defined by the names of its calls and members; override methods for everything else.

    kind       AWS's name of the type, as in create_{kind}, get_{kind}, update_{kind} and delete_{kind}
    creation   the verb of the create call
    parameter  the calls' parameter for the ID; `member` is the response's member for it
    parent     the input and the parameter that identify the parent resource
    names      AWS's member name of each input
    """

    kind: ClassVar[str]
    creation: ClassVar[str] = "create"
    parameter: ClassVar[str]
    member: ClassVar[str] = "id"
    parent: ClassVar[tuple[str, str] | None] = None
    names: ClassVar[Mapping[str, str]]

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """Create the resource with tags."""
        live = self.call(session, inputs, self.creation, **self.parents(inputs), **self.creating(session, inputs))
        return str(live[self.member]), self.state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """Get the resource. The import ID of a resource with a parent is `PARENT/ID`."""
        state = self.imported(identity, state)
        live = or_none(self.call, session, state, "get", **self.target(identity, state))
        return None if live is None else self.state(session, state, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The ID without the parent's ID."""
        del outputs
        return given.rpartition("/")[2] if self.parent else given

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Update the resource and its tags."""
        self.change(session, identity, old, new)
        if "tags" in self.inputs:
            self.retag(session, old["arn"], old, new)
        return self.state(session, new, self.call(session, new, "get", **self.target(identity, new)))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Delete the resource."""
        or_none(self.call, session, state, "delete", **self.target(identity, state))

    def imported(self, identity: str, state: Properties) -> Properties:
        """Add the parent from an import ID to the state."""
        parent = identity.rpartition("/")[0]
        return {**state, self.parent[0]: parent} if self.parent and parent else state

    def parents(self, state: Mapping[str, Any]) -> Properties:
        """The parameter that identifies the parent."""
        return {self.parent[1]: state[self.parent[0]]} if self.parent else {}

    def target(self, identity: str, state: Mapping[str, Any]) -> Properties:
        """The parameters that identify the resource."""
        return {**self.parents(state), self.parameter: self.identity(identity, {**state})}

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs in AWS's form."""
        return renamed(inputs, self.names)

    def creating(self, session: ProviderSession, inputs: Mapping[str, Any]) -> Properties:
        """The arguments of the create call: the inputs and the tags."""
        return self.arguments(inputs) | (self.tagging(session, inputs) if "tags" in self.inputs else {})

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """Call the update operation with every input."""
        del old
        self.call(session, new, "update", **{**self.target(identity, new), **self.arguments(new)})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """Outputs that are not inputs, or whose form differs from AWS's."""
        del session, stated, live
        return {}

    def call(self, session: ProviderSession, state: Mapping[str, Any], verb: str, **arguments: Any) -> Any:
        """Call one of the resource's operations."""
        return getattr(self.client(session, state), f"{verb}_{self.kind}")(**arguments)

    def state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """All outputs, from the program's inputs and AWS's response."""
        found: Properties = {name: live.get(key) for name, key in self.names.items()}
        if "tags" in self.inputs:
            found |= self.tags(session, stated, live)
        return self.outputs(session, stated, {**found, **self.computed(session, stated, live)})
