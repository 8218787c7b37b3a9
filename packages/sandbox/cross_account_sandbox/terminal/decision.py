"""Which hop decided a request, and on what, in one line. Pure."""

from __future__ import annotations

from cross_account_sandbox.trace import Hop, Outcome, Trace

_REFUSALS = (Outcome.DENIED, Outcome.FAILED)
#: The hops that have their own answer.
_BACKENDS = ("function", "integration")


def succeeded(trace: Trace) -> bool:
    """True if there is nothing to explain: no hop refused or failed, and the answer is not an error."""
    return trace.status < 400 and not any(hop.outcome in _REFUSALS for hop in trace.hops)


def decisive_hop(trace: Trace) -> Hop | None:
    """The hop that settled the request; None where it has taken no hop yet."""
    hop = trace.deciding
    if hop is not None and hop.outcome not in _REFUSALS and (hop.outcome is Outcome.PASSED or trace.status >= 400):
        # Nothing had to allow it, or what was allowed answered with an error: what answered tells more.
        return next((passed for passed in reversed(trace.hops) if passed.name in _BACKENDS), hop)
    return hop


def who_decided(trace: Trace | None) -> str:
    """The hop that settled the request, and what it rests on."""
    hop = decisive_hop(trace) if trace is not None else None
    if hop is None:
        return "no trace"
    return f"{hop.name} {hop.outcome.value}: {hop.summary}{_evidence(hop)}"


def _evidence(hop: Hop) -> str:
    """What the summary does not say already."""
    shown = {
        name: value
        for name, value in hop.evidence.items()
        if isinstance(value, str)
        and value
        and value not in hop.summary
        and name in ("statement", "sourceArn", "reason")
    }
    return "".join(f", {name} {value}" for name, value in shown.items())
