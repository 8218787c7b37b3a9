"""Tags of a resource, and the provider's default tags under them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cross_account_sandbox.resources.session import ProviderSession


def tags_all(session: ProviderSession, inputs: Mapping[str, Any]) -> dict[str, str]:
    """The tags that AWS is to have: the resource's own win over the provider's."""
    return {**session.default_tags, **(inputs.get("tags") or {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCalls:
    """How a service takes tags.

    target      the argument that names the resource; `tag` and `untag` are the calls
    tags, keys  the arguments for tags to set and for keys to remove; answers have tags under the first name, too
    pair        the names of key and value where tags are a list of pairs, None where they are a map
    """

    target: str = ""
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    tags: str = "tags"
    keys: str = "tagKeys"
    pair: tuple[str, str] | None = None

    def argument(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """The argument that sets these tags; none where there are none."""
        return {self.tags: as_pairs(tags, *self.pair) if self.pair else tags} if tags else {}

    def read(self, live: Mapping[str, Any]) -> dict[str, str]:
        """The tags in an answer."""
        found = live.get(self.tags)
        return from_pairs(found, *self.pair) if self.pair else dict(found or {})


def live_tags(session: ProviderSession, live: Mapping[str, str] | None, state: Mapping[str, Any]) -> dict[str, Any]:
    """`tags` and `tagsAll` from what AWS answers; a default tag counts as the program's only if the program set it."""
    found = dict(live or {})
    stated = state.get("tags") or {}
    own = {key: value for key, value in found.items() if key in stated or session.default_tags.get(key) != value}
    return {"tagsAll": found, **({"tags": own} if own or stated else {})}


def as_pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as the services write them that take a list."""
    return [{key: name, value: text} for name, text in tags.items()]


def from_pairs(pairs: list[dict[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags from a list of pairs."""
    return {pair[key]: pair.get(value, "") for pair in pairs or []}


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Keys to remove, and tags to set."""
    return [key for key in old if key not in new], {key: value for key, value in new.items() if old.get(key) != value}
