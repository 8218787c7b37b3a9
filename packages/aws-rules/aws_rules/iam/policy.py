"""One policy document: what it says about a request.

Source: IAM user guide, reference_policies_elements.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from aws_rules.iam import patterns
from aws_rules.iam.outcome import Decision, Mismatch, PolicyOutcome, StatementOutcome
from aws_rules.iam.request import AccessRequest, ContextValue
from aws_rules.iam.statements import evaluate_statement

Document = Mapping[str, Any]
NOTHING_PINNED: Mapping[str, str] = MappingProxyType({})
_DOCUMENT_ELEMENTS = frozenset(("Version", "Id", "Statement"))
#: Outcomes that a saved policy remembers.
_REMEMBERED = 1024


def evaluate_policy(
    document: Document,
    request: AccessRequest,
    *,
    pinned: Mapping[str, str] = NOTHING_PINNED,
    has_principal: bool,
) -> PolicyOutcome:
    """What one policy says about a request.

    pinned         ARN of a role or user named in the policy → its unique id when the policy was saved
    has_principal  whether this is a resource's policy (of a role: its trust policy), which names principals

    A policy of an unknown version or form denies, and says so in `unresolved`.
    """
    version = document.get("Version", "2008-10-17")
    statements = document.get("Statement", [])
    entries = list(statements) if isinstance(statements, list | tuple) else [statements]
    keys = request.keys()
    outcomes = [
        evaluate_statement(
            entry, index, request, keys, version=str(version), pinned=pinned, has_principal=has_principal
        )
        for index, entry in enumerate(entries)
    ]
    broken = _broken(document, version)
    if broken:
        outcomes.append(
            StatementOutcome(index=len(entries), sid=None, effect="Deny", matched=True, unresolved=(broken,))
        )
    return PolicyOutcome(decision=_decision(outcomes), statements=tuple(outcomes), document=document)


class SavedPolicy:
    """A resource's policy as it was saved. It is evaluated once for all requests that it cannot tell apart.

    pinned  as for evaluate_policy

    The document must not change afterwards.
    """

    def __init__(self, document: Document, *, pinned: Mapping[str, str] = NOTHING_PINNED) -> None:
        self.document = document
        self._pinned = pinned
        self._tested = tuple(sorted(set(_names(document))))
        self._outcomes: dict[Hashable, PolicyOutcome] = {}

    def evaluate(self, request: AccessRequest) -> PolicyOutcome:
        """What the policy says about a request."""
        keys = request.keys()
        principal = request.principal
        seen = (
            request.action,
            request.resource,
            (principal.kind, principal.service, principal.arn, principal.account, principal.role_arn),
            principal.unique_id,
            *(_hashable(keys.get(name)) for name in self._tested),
        )
        outcome = self._outcomes.get(seen)
        if outcome is None:
            if len(self._outcomes) >= _REMEMBERED:
                self._outcomes.clear()
            outcome = evaluate_policy(self.document, request, pinned=self._pinned, has_principal=True)
            self._outcomes[seen] = outcome
        return outcome


def _names(part: object) -> Iterator[str]:
    """In lower case, every name that may be a condition key in a part of a document, and some that are not."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            yield str(name).lower()
            yield from _names(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _names(value)
    else:
        yield from patterns.variables(str(part))


def _hashable(value: ContextValue | None) -> Hashable:
    return value if value is None or isinstance(value, str) else tuple(value)


def _decision(outcomes: Iterable[StatementOutcome]) -> Decision:
    effects = {outcome.effect for outcome in outcomes if outcome.matched}
    if effects - {"Allow"}:
        return Decision.DENY
    return Decision.ALLOW if effects else Decision.NONE


def _broken(document: Document, version: object) -> Mismatch | None:
    """What makes a document one that AWS would not have saved."""
    if not patterns.is_version(version):
        return Mismatch(
            field="Version", wanted=version, got=None, reason=f"{version!r} is not a version of the language"
        )
    unknown = sorted(str(name) for name in document if name not in _DOCUMENT_ELEMENTS)
    if unknown:
        reason = f"{', '.join(unknown)}: unknown in a policy"
        return Mismatch(field=unknown[0], wanted=document[unknown[0]], got=None, reason=reason)
    return None
