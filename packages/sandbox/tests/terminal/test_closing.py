"""Closing the terminal, at any point at which a signal can interrupt it."""

import threading

import pytest

from cross_account_sandbox.deployments import Deployment, DeploymentStatus
from cross_account_sandbox.events import DeploymentChanged, Events
from cross_account_sandbox.terminal.terminal import Terminal


def test_a_terminal_whose_start_was_interrupted_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    terminal = Terminal(quiet=False, as_json=False)
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        terminal.follow()
    terminal.close()


def test_what_waits_is_printed_by_a_thread_that_only_runs_after_the_end_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    events = Events()
    terminal = Terminal(as_json=True, write=written.append)
    terminal.listen(events)
    events.publish(DeploymentChanged(deployment=Deployment(number=1, status=DeploymentStatus.LIVE, started=0.0)))
    with monkeypatch.context() as late:
        late.setattr(threading.Thread, "start", lambda _: None)
        late.setattr(threading.Thread, "join", lambda thread, _: thread.run())
        terminal.follow()
        terminal.close()
    assert len(written) == 1
