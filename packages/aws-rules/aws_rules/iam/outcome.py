"""The result of an evaluation: for each statement whether it applies and, if not, which field does not match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any


class Decision(StrEnum):
    """What one policy says about a request."""

    ALLOW = "allow"
    DENY = "deny"
    NONE = "none"


class Truth(StrEnum):
    """Whether an element of a statement covers the request; UNKNOWN if this evaluator cannot decide."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """Why one element of a statement does not cover the request.

    field   `Principal`, `Action`, `Resource`, `Condition.ArnLike.aws:SourceArn`, …
    wanted  the policy's value
    got     the request's value; None if it has none
    reason  one sentence
    """

    field: str
    wanted: Any
    got: Any
    reason: str

    def as_json(self) -> dict[str, Any]:
        """The mismatch as evidence."""
        return {"field": self.field, "wanted": self.wanted, "got": self.got, "reason": self.reason}


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The check of one element of a statement. `mismatch` gives the reason if the result is not YES."""

    truth: Truth
    mismatch: Mismatch | None = None


#: The check of an element that covers the request.
PASSED = Check(truth=Truth.YES)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementOutcome:
    """The result of one statement for one request.

    index       its index in the document, from 0
    matched     True if the statement applies. Whatever cannot be decided counts against the caller: such an Allow does
                not apply, such a Deny does
    mismatches  every element that prevents an Allow from applying, or that a Deny does not cover
    unresolved  elements that could not be decided (unknown operator, malformed value)
    conditions  how many condition keys the statement tests
    grant       how an applying statement names the principal: see aws_rules.iam.principals.Grant
    """

    index: int
    sid: str | None
    effect: str
    matched: bool
    mismatches: tuple[Mismatch, ...] = ()
    unresolved: tuple[Mismatch, ...] = ()
    conditions: int = 0
    grant: str = ""

    @property
    def label(self) -> str:
        """The statement's Sid, or its index."""
        return self.sid or f"number {self.index + 1}"


#: Order of statements with the same number of differing fields: one that names this caller comes first.
_WEIGHTS = {"Principal": 8, "NotPrincipal": 8, "Action": 4, "NotAction": 4, "Resource": 2, "NotResource": 2}


@dataclass(frozen=True, kw_only=True)
class PolicyOutcome:
    """The result of one policy document for one request."""

    decision: Decision
    statements: tuple[StatementOutcome, ...] = field(default_factory=tuple)
    document: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @cached_property
    def allowing(self) -> tuple[StatementOutcome, ...]:
        """The Allow statements that apply."""
        return tuple(item for item in self.statements if item.matched and item.effect == "Allow")

    @cached_property
    def denying(self) -> tuple[StatementOutcome, ...]:
        """The Deny statements that apply."""
        return tuple(item for item in self.statements if item.matched and item.effect != "Allow")

    @cached_property
    def nearest(self) -> StatementOutcome | None:
        """The Allow statement that comes closest to applying. None if there is no Allow."""
        candidates = [item for item in self.statements if not item.matched and item.effect == "Allow"]
        return min(candidates, key=_distance, default=None)

    @cached_property
    def unresolved(self) -> tuple[Mismatch, ...]:
        """Everything that could not be decided and so counted against the caller."""
        return tuple(mismatch for item in self.statements for mismatch in item.unresolved)


def _distance(outcome: StatementOutcome) -> tuple[int, int, int, int]:
    fields = [mismatch.field for mismatch in outcome.mismatches]
    # A reason lists the differing parts of an ARN, each in the form `stage prod is not dev`.
    parts = sum(mismatch.reason.count(" is not ") for mismatch in outcome.mismatches)
    return len(fields), sum(_WEIGHTS.get(name, 1) for name in fields), parts, outcome.index
