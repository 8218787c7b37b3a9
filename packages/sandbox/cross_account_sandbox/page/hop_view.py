"""The hops of a request, grouped by the sections of docs/architecture.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cross_account_sandbox.page.policy_view import Policy, policy_view
from cross_account_sandbox.trace import Hop, Outcome, Trace

#: The headings of docs/architecture.md, and the hops of a trace under each.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Host and stage": ("host", "stage", "limits", "waf"),
    "Route": ("route",),
    "Authorization and resource policy": ("authorization",),
    "API key and throttling": ("api-key", "throttle"),
    "Validation": ("validation",),
    "Integration": ("integration",),
    "Permission": ("permission",),
    "Function": ("function",),
    "Result": ("response",),
}
_SECTION_OF = {
    name: (number, title) for number, (title, names) in enumerate(SECTIONS.items(), start=1) for name in names
}
#: The titles of the policy documents in an evidence.
_TITLES = {
    "resource": "Resource-based policy",
    "identity": "Identity-based policy of the caller",
    "session": "Session policy",
    "boundary": "Permissions boundary",
}
#: Evidence that the policies already show.
_SHOWN_ELSEWHERE = frozenset({"documents", "effect", "mismatches", "policy", "unresolved"})


@dataclass(frozen=True, kw_only=True, slots=True)
class HopView:
    """One hop: the number and title of its section, its decision and the evidence."""

    number: int
    title: str
    name: str
    outcome: str
    summary: str
    decides: bool
    evidence: tuple[tuple[str, str], ...]
    policies: tuple[Policy, ...]


def hop_views(trace: Trace) -> list[HopView]:
    """The hops of a request, in order."""
    return [_view(hop, decides=hop is trace.deciding) for hop in trace.hops]


def not_reached(trace: Trace) -> list[str]:
    """The sections that a refused or failed request did not reach."""
    deciding = trace.deciding
    if deciding is None or deciding.outcome not in (Outcome.DENIED, Outcome.FAILED):
        return []
    last, _ = _SECTION_OF.get(deciding.name, (len(SECTIONS), ""))
    return list(SECTIONS)[last:]


def _view(hop: Hop, *, decides: bool) -> HopView:
    number, title = _SECTION_OF.get(hop.name, (0, hop.name))
    return HopView(
        number=number,
        title=title,
        name=hop.name,
        outcome=hop.outcome.value,
        summary=hop.summary,
        decides=decides,
        evidence=tuple(
            (name, value if isinstance(value, str) else json.dumps(value, default=str))
            for name, value in hop.evidence.items()
            if name not in _SHOWN_ELSEWHERE and value is not None and not isinstance(value, Mapping)
        ),
        policies=tuple(_policies(hop.evidence)),
    )


def _policies(evidence: Mapping[str, Any]) -> Iterator[Policy]:
    named = evidence.get("policy")
    mismatches = [*evidence.get("mismatches", ()), *evidence.get("unresolved", ())]
    for name, document in evidence.get("documents", {}).items():
        title = _title(name, evidence)
        if name == named:
            yield policy_view(document, title=title, decisive=evidence.get("statement"), mismatches=mismatches)
        else:
            yield policy_view(document, title=title, decisive=evidence.get("resourceStatement"))
    if isinstance(named, Mapping):
        title = "Policy that the authorizer returned"
        yield policy_view(named, title=title, decisive=evidence.get("statement"), mismatches=mismatches)


def _title(name: str, evidence: Mapping[str, Any]) -> str:
    if name == "resource" and "function" in evidence:
        qualifier = evidence.get("qualifier")
        return f"Policy of the function, {f'qualifier {qualifier}' if qualifier else 'without qualifier'}"
    if name == "resource" and "role" in evidence:
        return "Trust policy of the role"
    return _TITLES.get(name, str(name))
