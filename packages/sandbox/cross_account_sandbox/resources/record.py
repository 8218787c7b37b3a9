"""A resource whose service has one call of each kind for it: what differs is names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed


class RecordHandler(AwsHandler):
    """A resource that is described by its names; what is more than names is a method to override.

    kind       AWS's name of it: the calls are create_{kind}, get_{kind}, update_{kind} and delete_{kind}
    creation   the verb of the create call
    parameter  the calls' parameter for its id, and `member` the answer's member that has it
    parent     input and parameter that name what it is a part of
    names      inputs by AWS's member names
    """

    kind: ClassVar[str]
    creation: ClassVar[str] = "create"
    parameter: ClassVar[str]
    member: ClassVar[str] = "id"
    parent: ClassVar[tuple[str, str] | None] = None
    names: ClassVar[Mapping[str, str]]

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """The create call, with tags."""
        live = self.call(session, inputs, self.creation, **self.parents(inputs), **self.creating(session, inputs))
        return str(live[self.member]), self.state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """The get call. A part is imported by `PARENT/ID`."""
        state = self.imported(identity, state)
        live = or_none(self.call, session, state, "get", **self.target(identity, state))
        return None if live is None else self.state(session, state, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The id without the parent's."""
        del outputs
        return given.rpartition("/")[2] if self.parent else given

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """The update call, and the tags' calls."""
        self.change(session, identity, old, new)
        if "tags" in self.inputs:
            self.retag(session, old["arn"], old, new)
        return self.state(session, new, self.call(session, new, "get", **self.target(identity, new)))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """The delete call."""
        or_none(self.call, session, state, "delete", **self.target(identity, state))

    def imported(self, identity: str, state: Properties) -> Properties:
        """The state, completed by what the id of an import says."""
        parent = identity.rpartition("/")[0]
        return {**state, self.parent[0]: parent} if self.parent and parent else state

    def parents(self, state: Mapping[str, Any]) -> Properties:
        """The parameter that names the parent."""
        return {self.parent[1]: state[self.parent[0]]} if self.parent else {}

    def target(self, identity: str, state: Mapping[str, Any]) -> Properties:
        """The parameters that name the resource."""
        return {**self.parents(state), self.parameter: self.identity(identity, {**state})}

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs as AWS takes them."""
        return renamed(inputs, self.names)

    def creating(self, session: ProviderSession, inputs: Mapping[str, Any]) -> Properties:
        """The arguments of the create call: the inputs, and tags."""
        return self.arguments(inputs) | (self.tagging(session, inputs) if "tags" in self.inputs else {})

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """The update call with every input."""
        del old
        self.call(session, new, "update", **{**self.target(identity, new), **self.arguments(new)})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """Outputs that are not inputs, or whose form is not AWS's."""
        del session, stated, live
        return {}

    def call(self, session: ProviderSession, state: Mapping[str, Any], verb: str, **arguments: Any) -> Any:
        """One of the resource's calls."""
        return getattr(self.client(session, state), f"{verb}_{self.kind}")(**arguments)

    def state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """All outputs, from what the program stated and what AWS answers."""
        found: Properties = {name: live.get(key) for name, key in self.names.items()}
        if "tags" in self.inputs:
            found |= self.tags(session, stated, live)
        return self.outputs(session, stated, {**found, **self.computed(session, stated, live)})
