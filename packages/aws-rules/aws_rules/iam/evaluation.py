"""AWS's policy evaluation logic over identity, resource and session policies and the boundary.

Source: IAM user guide, reference_policies_evaluation-logic, …_policy-eval-denyallow,
reference_policies_evaluation-logic-cross-account and access_policies_boundaries. The policies of AWS Organizations
(SCPs, RCPs) are not modelled: they can only deny more. Whatever cannot be decided (an unknown operator or element, a
malformed value) counts against the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aws_rules.iam.outcome import Decision, Mismatch, PolicyOutcome, StatementOutcome
from aws_rules.iam.policy import NOTHING_PINNED, Document, SavedPolicy, evaluate_policy
from aws_rules.iam.principals import Grant
from aws_rules.iam.request import AccessRequest, Principal

__all__ = [
    "AccessDecision",
    "AccessRequest",
    "Decision",
    "IdentityPolicies",
    "Mismatch",
    "PolicyOutcome",
    "Principal",
    "SavedPolicy",
    "StatementOutcome",
    "evaluate_access",
    "evaluate_policy",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityPolicies:
    """The policies of a user or role session: its identity policies, the session policies and the boundary."""

    policies: Sequence[Document] = ()
    session_policies: Sequence[Document] = ()
    boundary: Document | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessDecision:
    """Whether a request is allowed, and why.

    allowed        the answer
    explicit_deny  True if a Deny statement (or something undecidable in one) decided
    reason         one sentence for people
    evidence       JSON-serialisable: policy, statement, and, if refused, the mismatches of the closest statement
    documents      the policies that hold the statements which the evidence names: `resource`, `identity`, …
    resource, identity, session, boundary   the outcome of every evaluated policy
    """

    allowed: bool
    explicit_deny: bool
    reason: str
    evidence: dict[str, Any]
    documents: dict[str, Document] = field(default_factory=dict)
    resource: PolicyOutcome | None = None
    identity: tuple[PolicyOutcome, ...] = field(default_factory=tuple)
    session: tuple[PolicyOutcome, ...] = field(default_factory=tuple)
    boundary: PolicyOutcome | None = None


def evaluate_access(
    request: AccessRequest,
    *,
    resource_account: str,
    identity_policies: Iterable[Document] | None,
    resource_policy: Document | SavedPolicy | None,
    session_policies: Iterable[Document] = (),
    boundary: Document | None = None,
    pinned: Mapping[str, str] = NOTHING_PINNED,
    resource_policy_required: bool = False,
) -> AccessDecision:
    """Decide whether AWS allows the request.

    - An explicit deny in any policy decides.
    - Within one account, identity policies or the resource's policy is enough. A statement that names the account only
    delegates to the account's identity policies.
    - Across accounts, both must allow.
    - Services, identity providers and anonymous callers have no identity policies: only the resource's policy counts.
    - Boundary and each session policy must allow as well, unless the resource's policy names the session
      or user itself in the same account.

    resource_policy           a SavedPolicy where many requests are decided by the same one; it knows what is pinned
    resource_policy_required  as for a role's trust policy, identity policies alone are never enough.
    """
    request = replace(request, context={"aws:ResourceAccount": resource_account, **request.context})
    if isinstance(resource_policy, SavedPolicy):
        resource: PolicyOutcome | None = resource_policy.evaluate(request)
    elif resource_policy:
        resource = evaluate_policy(resource_policy, request, pinned=pinned, has_principal=True)
    else:
        resource = None
    asks = _Asked(
        request=request,
        resource_account=resource_account,
        resource=resource,
        identity=tuple(evaluate_policy(item, request, has_principal=False) for item in identity_policies or ()),
        # Unconfirmed: that each of several session policies must allow. Reason: the IAM user guide does not say whether
        # they are united.
        session=tuple(evaluate_policy(item, request, has_principal=False) for item in session_policies),
        boundary=evaluate_policy(boundary, request, has_principal=False) if boundary is not None else None,
        resource_policy_required=resource_policy_required,
    )
    return asks.decide()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """The outcome of every policy, which decides."""

    request: AccessRequest
    resource_account: str
    resource: PolicyOutcome | None
    identity: tuple[PolicyOutcome, ...]
    session: tuple[PolicyOutcome, ...]
    boundary: PolicyOutcome | None
    resource_policy_required: bool

    def decide(self) -> AccessDecision:
        denial = self._denial()
        if denial:
            return denial
        if self.request.principal.kind != "aws":
            return self._by_resource() if self._grants else self._refused("resource", self.resource)
        if self._crosses:
            if not self._grants:
                return self._refused("resource", self.resource)
            return self._by_identity() if self._within_identity else self._refused_by_identity()
        unlimited = [item for item in self._grants if item.grant == Grant.SESSION]
        limited = [item for item in self._grants if item.grant in (Grant.ROLE, Grant.ANYONE)]
        if unlimited or (limited and self._within_limits):
            return self._by_resource()
        if self._within_identity and (self._grants or not self.resource_policy_required):
            return self._by_identity()
        if self.resource_policy_required and not self._grants:
            return self._refused("resource", self.resource)
        return self._refused_by_identity()

    @property
    def _crosses(self) -> bool:
        return self.request.principal.account != self.resource_account

    @property
    def _grants(self) -> tuple[StatementOutcome, ...]:
        return self.resource.allowing if self.resource else ()

    @property
    def _within_limits(self) -> bool:
        limits = [*self.session, *([self.boundary] if self.boundary else [])]
        return all(outcome.decision is Decision.ALLOW for outcome in limits)

    @property
    def _identity_allows(self) -> bool:
        return self.request.principal.is_root or any(item.decision is Decision.ALLOW for item in self.identity)

    @property
    def _within_identity(self) -> bool:
        return self._identity_allows and self._within_limits

    def _denial(self) -> AccessDecision | None:
        named = [("resource", self.resource), ("boundary", self.boundary)]
        named += [("identity", item) for item in self.identity] + [("session", item) for item in self.session]
        for name, outcome in named:
            if outcome is not None and outcome.decision is Decision.DENY:
                return self._denied(name, outcome)
        return None

    def _denied(self, name: str, outcome: PolicyOutcome) -> AccessDecision:
        statement = outcome.denying[0]
        doubt = "; ".join(mismatch.reason for mismatch in statement.unresolved)
        reason = f"denied by statement {statement.label} of the {name} policy"
        return self._result(
            allowed=False,
            explicit_deny=True,
            reason=f"{reason}, which cannot be decided: {doubt}" if doubt else reason,
            evidence={"policy": name, "statement": statement.label, "effect": "Deny"}
            | ({"unresolved": [mismatch.as_json() for mismatch in statement.unresolved]} if doubt else {}),
            asked=((name, outcome),),
        )

    def _by_resource(self) -> AccessDecision:
        statement = min(self._grants, key=lambda item: item.grant == Grant.ACCOUNT)
        return self._result(
            allowed=True,
            reason=f"allowed by statement {statement.label} of the resource's policy",
            evidence={"policy": "resource", "statement": statement.label, "effect": "Allow"},
            asked=(("resource", self.resource),),
        )

    def _by_identity(self) -> AccessDecision:
        policy = next((item for item in self.identity if item.decision is Decision.ALLOW), None)
        allowing = policy.allowing[0] if policy else None
        own = f"statement {allowing.label} of an identity policy" if allowing else "being the account's root user"
        evidence: dict[str, Any] = {"policy": "identity", "statement": allowing.label if allowing else None}
        evidence["effect"] = "Allow"
        asked = [("identity", policy)]
        if self._crosses or self.resource_policy_required:
            label = self._grants[0].label
            evidence["resourceStatement"] = label
            own += f" and statement {label} of the resource's policy"
            asked.append(("resource", self.resource))
        return self._result(allowed=True, reason=f"allowed by {own}", evidence=evidence, asked=asked)

    def _refused_by_identity(self) -> AccessDecision:
        if not self._identity_allows:
            nearest = min(
                self.identity, key=lambda item: len(item.nearest.mismatches) if item.nearest else 99, default=None
            )
            return self._refused("identity", nearest)
        for name, outcome in [*(("session", item) for item in self.session), ("boundary", self.boundary)]:
            if outcome is not None and outcome.decision is not Decision.ALLOW:
                return self._refused(name, outcome)
        return self._refused("identity", None)

    def _refused(self, name: str, outcome: PolicyOutcome | None) -> AccessDecision:
        evidence: dict[str, Any] = {"policy": name, "action": self.request.action, "resource": self.request.resource}
        nearest = outcome.nearest if outcome else None
        if outcome is None:
            reason = f"no {name} policy allows {self.request.action} on {self.request.resource}"
        elif nearest is None:
            reason = f"the {name} policy has no Allow statement for {self.request.principal}"
        else:
            evidence["statement"] = nearest.label
            evidence["mismatches"] = [mismatch.as_json() for mismatch in nearest.mismatches]
            why = "; ".join(mismatch.reason for mismatch in nearest.mismatches)
            reason = f"no statement of the {name} policy allows it; nearest is {nearest.label}: {why}"
        return self._result(allowed=False, reason=reason, evidence=evidence, asked=((name, outcome),))

    def _result(
        self,
        *,
        allowed: bool,
        reason: str,
        evidence: dict[str, Any],
        asked: Iterable[tuple[str, PolicyOutcome | None]],
        explicit_deny: bool = False,
    ) -> AccessDecision:
        return AccessDecision(
            allowed=allowed,
            explicit_deny=explicit_deny,
            reason=reason,
            evidence=evidence,
            documents={name: outcome.document for name, outcome in asked if outcome is not None},
            resource=self.resource,
            identity=self.identity,
            session=self.session,
            boundary=self.boundary,
        )
