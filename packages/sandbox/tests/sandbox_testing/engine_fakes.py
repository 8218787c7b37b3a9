"""A resource type stored in a dictionary, to test the plugin without an AWS service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.handler import Handler, Properties

if TYPE_CHECKING:
    from cross_account_sandbox.resources.session import ProviderSession


class Shelf(Handler):
    """A resource with a name, a size that updates in place, a colour that forces a replacement, and a secret key.

    Its import ID is `room/name`, and its resource ID is the name.
    """

    token = "aws:shop/shelf:Shelf"
    inputs = frozenset({"name", "size", "colour", "code", "secretNote"})
    replaces = frozenset({"name", "colour"})
    auto_name = "name"
    secrets = frozenset({"key"})

    def __init__(self) -> None:
        self.things: dict[str, Properties] = {}
        self.updates: list[tuple[Properties, Properties]] = []

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        del session
        if inputs.get("size") == 13:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "not allowed to make shelves"}}, "CreateShelf"
            )
        identity = str(inputs["name"])
        self.things[identity] = {**inputs, "key": f"key of {identity}"}
        return identity, dict(self.things[identity])

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        del session, state
        found = self.things.get(identity.rpartition("/")[2])
        return dict(found) if found else None

    def identity(self, given: str, outputs: Properties) -> str:
        del outputs
        return given.rpartition("/")[2]

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        del session
        self.updates.append((old, new))
        self.things[identity] = {**new, "key": f"key of {identity}"}
        return dict(self.things[identity])

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        del session, state
        self.things.pop(identity, None)


def login(settings: Any) -> Any:
    """A login that refuses one account, like the real login."""
    if settings.get("allowedAccountIds") == ["999999999999"]:
        raise HandlerError("AWS account ID not allowed: 111111111111")
    return object()
