"""A resource as the rules see it, whether Pulumi's engine, a recorder or a test describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_rules import arns

Json = Mapping[str, Any]


class Unknown:
    """A value that is unknown until another resource is created. Rules skip it; the next `up` checks it."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
_AWS = ("aws:", "aws-native:")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource that a program registers.

    properties   as Pulumi names them (`sourceArn`); a value that is not known yet is UNKNOWN, at any depth
    id           the id that AWS assigned; empty if it is unknown
    provider     the logical name of its provider; empty for a default provider
    """

    type: str
    name: str
    properties: Json
    urn: str = ""
    id: str = ""
    provider: str = ""

    @property
    def is_in_aws(self) -> bool:
        """True for a resource of an AWS account; False for components, providers and other packages."""
        return self.type.startswith(_AWS)

    def is_a(self, kind: str) -> bool:
        """True if this is its type without the package: `lambda/permission:Permission`."""
        return self.type == f"aws:{kind}"

    def known(self, key: str) -> Any:
        """The property; None if it is absent or unknown."""
        value = self.properties.get(key)
        return None if value is UNKNOWN else value

    def lacks(self, key: str) -> bool:
        """True if the property is absent, empty or null. An unknown property counts as present."""
        return self.properties.get(key) in (None, "", [], {})

    def document(self, key: str) -> Json | None:
        """A property that is a JSON document; None if it is absent or unknown."""
        return parsed(self.known(key))


def parsed(value: object) -> Json | None:
    """A JSON object, given as text or as an object; None for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, Mapping) else None


def listed(value: object) -> Sequence[Any]:
    """The values of something that policies and Pulumi write as one value or as a list."""
    if value is None or value is UNKNOWN:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    return (value,)


def statements(policy: Json | None) -> list[Json]:
    """The statements of a policy document."""
    return [each for each in listed((policy or {}).get("Statement")) if isinstance(each, Mapping)]


def accounts_in(value: object) -> Iterator[str]:
    """The account of every ARN in a value, at any depth, including ARNs within an ARN, as in an invoke URI."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from accounts_in(each)
    elif isinstance(value, str):
        pieces = [f"arn:{piece}" for piece in value.split("arn:")[1:]]
        yield from (fields[4] for fields in (piece.split(":") for piece in pieces) if _has_account(fields))
    elif isinstance(value, Sequence):
        for each in value:
            yield from accounts_in(each)


def _has_account(fields: Sequence[str]) -> bool:
    return len(fields) > 5 and arns.is_account_id(fields[4])
