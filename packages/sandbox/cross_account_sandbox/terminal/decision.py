"""Describes in one line which hop decided a request, and why. Pure."""

from __future__ import annotations

from cross_account_sandbox.trace import Hop, Outcome, Trace

_REFUSALS = (Outcome.DENIED, Outcome.FAILED)
#: The hops that return their own response.
_BACKENDS = ("function", "integration")


def succeeded(trace: Trace) -> bool:
    """True if there is nothing to explain: no hop denied the request or failed, and the response is not an error."""
    return trace.status < 400 and not any(hop.outcome in _REFUSALS for hop in trace.hops)


def decisive_hop(trace: Trace) -> Hop | None:
    """The hop that decided the request; None if it has not passed any hop yet."""
    hop = trace.deciding
    if hop is not None and hop.outcome not in _REFUSALS and (hop.outcome is Outcome.PASSED or trace.status >= 400):
        # No hop had to allow the request, or the backend returned an error: the backend's hop is more informative.
        return next((passed for passed in reversed(trace.hops) if passed.name in _BACKENDS), hop)
    return hop


def who_decided(trace: Trace | None) -> str:
    """The hop that decided the request, and its evidence."""
    hop = decisive_hop(trace) if trace is not None else None
    if hop is None:
        return "no trace"
    return f"{hop.name} {hop.outcome.value}: {hop.summary}{_evidence(hop)}"


def _evidence(hop: Hop) -> str:
    """The evidence that is not part of the summary."""
    shown = {
        name: value
        for name, value in hop.evidence.items()
        if isinstance(value, str)
        and value
        and value not in hop.summary
        and name in ("statement", "sourceArn", "reason")
    }
    return "".join(f", {name} {value}" for name, value in shown.items())
