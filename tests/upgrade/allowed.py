"""What an update from the recorded version may do, each with its reason. Whatever stands here nowhere fails the test.

A row allows one kind of change to one input (option, output) of one type, in every recorded case:

    Allowed("update", "aws:apigateway/restApi:RestApi", "body", "operations without a guard are refused now"),
    Allowed("create", "aws:logs/logGroup:LogGroup", "", "every function has its log group"),

A document that changes takes a new deployment, since a deployment is a snapshot; it is made before the old one goes:

    Allowed("replace", "aws:apigateway/deployment:Deployment", "triggers", "a changed document is deployed"),

`name` narrows a row to one logical name. A row that allows nothing any more fails the test too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.upgrade.comparison import Finding, Kind


@dataclass(frozen=True)
class Allowed:
    """A change that is wanted."""

    kind: Kind
    type: str
    what: str
    reason: str
    name: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is this change."""
        same = (self.kind, self.type, self.what) == (finding.kind, finding.type, finding.what)
        return same and self.name in ("", finding.name)


ALLOWED: tuple[Allowed, ...] = (
    Allowed(
        "update",
        "aws:lambda/function:Function",
        "code",
        "the authorizer of examples/authorizer was edited: a new version, to which the alias moves",
        name="shop-guard",
    ),
)
