"""Tags of a resource, merged with the provider's default tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cross_account_sandbox.resources.session import ProviderSession


def tags_all(session: ProviderSession, inputs: Mapping[str, Any]) -> dict[str, str]:
    """The tags for AWS: the resource's own tags override the provider's."""
    return {**session.default_tags, **(inputs.get("tags") or {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCalls:
    """The tag operations of a service.

    target      the argument that identifies the resource; `tag` and `untag` are the calls
    tags, keys  the arguments for tags to set and keys to remove; responses use the first name, too
    pair        the names of key and value if tags are a list of pairs; None if they are a map
    """

    target: str = ""
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    tags: str = "tags"
    keys: str = "tagKeys"
    pair: tuple[str, str] | None = None

    def argument(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """The argument that sets these tags; empty if there are no tags."""
        return {self.tags: as_pairs(tags, *self.pair) if self.pair else tags} if tags else {}

    def read(self, live: Mapping[str, Any]) -> dict[str, str]:
        """The tags in a response."""
        found = live.get(self.tags)
        return from_pairs(found, *self.pair) if self.pair else dict(found or {})


def live_tags(session: ProviderSession, live: Mapping[str, str] | None, state: Mapping[str, Any]) -> dict[str, Any]:
    """`tags` and `tagsAll` from AWS's tags; `tags` includes a default tag only if the program sets it."""
    found = dict(live or {})
    stated = state.get("tags") or {}
    own = {key: value for key, value in found.items() if key in stated or session.default_tags.get(key) != value}
    return {"tagsAll": found, **({"tags": own} if own or stated else {})}


def as_pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as a list of pairs."""
    return [{key: name, value: text} for name, text in tags.items()]


def from_pairs(pairs: list[dict[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Convert a list of pairs to tags."""
    return {pair[key]: pair.get(value, "") for pair in pairs or []}


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The keys to remove and the tags to set."""
    return [key for key in old if key not in new], {key: value for key, value in new.items() if old.get(key) != value}
