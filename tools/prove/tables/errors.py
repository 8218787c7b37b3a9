"""Probes of the errors in docs/architecture.md, with an API whose functions fail on purpose."""

from __future__ import annotations

from tools.prove.probe import ERRORS, Probe, sends

#: Above the 6 MB of an event, below the 10 MB of a request.
_TOO_LONG = b"x" * (7 * 1024 * 1024)

ERROR_PROBES = (
    Probe(name="handler-raises", what="GET /raise", page=f"{ERRORS}, 8", ask=sends("GET", "/raise")),
    Probe(
        name="handler-is-missing",
        what="GET /missing, whose function has a missing handler",
        page=f"{ERRORS}, 8",
        ask=sends("GET", "/missing"),
    ),
    Probe(
        name="function-times-out",
        what="GET /sleep, which takes longer than the function's timeout",
        page=f"{ERRORS}, 8",
        ask=sends("GET", "/sleep"),
    ),
    Probe(
        name="integration-times-out",
        what="GET /late, which takes longer than API Gateway waits",
        page=f"{ERRORS}, 8",
        ask=sends("GET", "/late"),
    ),
    Probe(
        name="result-is-malformed",
        what="GET /malformed, a result with another key",
        page=f"{ERRORS}, 9",
        ask=sends("GET", "/malformed"),
    ),
    Probe(
        name="result-has-a-bad-header",
        what="GET /header, a result with an invalid HTTP header",
        page="docs/unconfirmed.md",
        ask=sends("GET", "/header"),
    ),
    Probe(
        name="function-is-throttled",
        what="GET /off, whose function has no concurrency",
        page=f"{ERRORS}, 8",
        ask=sends("GET", "/off"),
    ),
    Probe(
        name="stage-is-throttled",
        what="GET /limited, at a rate of 0",
        page=f"{ERRORS}, 4",
        ask=sends("GET", "/limited"),
    ),
    Probe(
        name="event-over-the-limit",
        what="POST /large with 7 MB",
        page=f"{ERRORS}, 8",
        ask=sends("POST", "/large", headers={"Content-Type": "text/plain"}, body=_TOO_LONG),
    ),
    Probe(name="key-is-missing", what="GET /keyed without an API key", page=f"{ERRORS}, 4", ask=sends("GET", "/keyed")),
    Probe(
        name="parameter-is-missing",
        what="GET /validated without its parameter",
        page=f"{ERRORS}, 5",
        ask=sends("GET", "/validated"),
    ),
    Probe(
        name="body-is-invalid",
        what="POST /validated with a body that does not match its model",
        page=f"{ERRORS}, 5",
        ask=sends("POST", "/validated", headers={"Content-Type": "application/json"}, body=b'{"id": "x"}'),
    ),
)
