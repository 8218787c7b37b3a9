"""What an evaluation found: for each statement whether it applies, and if not, which field is in the way."""

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
    """Whether an element of a statement covers the request; UNKNOWN where this evaluator cannot tell."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """Why one element of a statement does not cover the request.

    field   `Principal`, `Action`, `Resource`, `Condition.ArnLike.aws:SourceArn`, …
    wanted  what the policy has there
    got     what the request has there; None where it has nothing
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
    """One element of a statement, checked. `mismatch` says why where it is not YES."""

    truth: Truth
    mismatch: Mismatch | None = None


#: The check of an element that covers the request.
PASSED = Check(truth=Truth.YES)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementOutcome:
    """One statement against one request.

    index       its place in the document, from 0
    matched     whether the statement applies. What cannot be decided counts against the caller: such
                an Allow does not apply, such a Deny does
    mismatches  every element that is in the way of an Allow, or that a Deny does not cover
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
        """The statement's Sid, or its place."""
        return self.sid or f"number {self.index + 1}"


#: How near a statement is where as many fields differ: one that is about this caller comes first.
_WEIGHTS = {"Principal": 8, "NotPrincipal": 8, "Action": 4, "NotAction": 4, "Resource": 2, "NotResource": 2}


@dataclass(frozen=True, kw_only=True)
class PolicyOutcome:
    """One policy document against one request."""

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
        """Of the Allow statements that do not apply, the one that misses by least. None: no Allow at all."""
        candidates = [item for item in self.statements if not item.matched and item.effect == "Allow"]
        return min(candidates, key=_distance, default=None)

    @cached_property
    def unresolved(self) -> tuple[Mismatch, ...]:
        """Everything that could not be decided and was held against the caller."""
        return tuple(mismatch for item in self.statements for mismatch in item.unresolved)


def _distance(outcome: StatementOutcome) -> tuple[int, int, int, int]:
    fields = [mismatch.field for mismatch in outcome.mismatches]
    # A reason lists the parts of an ARN that differ, each as `stage prod is not dev`.
    parts = sum(mismatch.reason.count(" is not ") for mismatch in outcome.mismatches)
    return len(fields), sum(_WEIGHTS.get(name, 1) for name in fields), parts, outcome.index
