"""The base class of all handlers of AWS resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.handler import Handler, Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls, difference, live_tags, tags_all


class AwsHandler(Handler):
    """A resource of one service. Regional resources have the `region` argument of pulumi-aws 7."""

    service: ClassVar[str]
    regional: ClassVar[bool] = True
    tag_calls: ClassVar[TagCalls]

    def client(self, session: ProviderSession, properties: Mapping[str, Any]) -> Any:
        """The service's client in the resource's Region."""
        return session.client(self.service, self.region(session, properties))

    def region(self, session: ProviderSession, properties: Mapping[str, Any]) -> str:
        """The resource's `region`, or the provider's."""
        return str(properties.get("region") or session.region)

    def outputs(self, session: ProviderSession, stated: Mapping[str, Any], live: Mapping[str, Any]) -> Properties:
        """The program's inputs, overridden by AWS's response; properties that are None are omitted."""
        merged: Properties = {key: value for key, value in stated.items() if key in self.inputs}
        merged.update(live)
        if self.regional:
            merged["region"] = self.region(session, stated)
        return {key: value for key, value in merged.items() if value is not None}

    def tagging(self, session: ProviderSession, inputs: Mapping[str, Any]) -> Properties:
        """The argument of a create call that tags the new resource."""
        return self.tag_calls.argument(tags_all(session, inputs))

    def tags(self, session: ProviderSession, stated: Mapping[str, Any], live: Mapping[str, Any]) -> Properties:
        """`tags` and `tagsAll` from AWS's response."""
        return live_tags(session, self.tag_calls.read(live), stated)

    def retag(self, session: ProviderSession, target: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Update the tags, including default tags, to the new inputs."""
        calls, client = self.tag_calls, self.client(session, new)
        gone, wanted = difference(old.get("tagsAll") or {}, tags_all(session, new))
        if gone:
            getattr(client, calls.untag)(**{calls.target: target, calls.keys: gone})
        if wanted:
            getattr(client, calls.tag)(**{calls.target: target, **calls.argument(wanted)})
