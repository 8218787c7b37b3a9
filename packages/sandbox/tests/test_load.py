"""Load: 32 concurrent clients call functions that respond, fail, time out and exit."""

from __future__ import annotations

from benchmarks.soak import soak


def test_under_load_every_request_is_answered_rightly_nothing_grows_and_sigterm_leaves_nothing() -> None:
    assert soak(seconds=7, clients=32, say=lambda _: None).faults() == []
