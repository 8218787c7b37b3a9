"""Closing the terminal, at any point at which a signal can interrupt it."""

import threading

import pytest

from cross_account_sandbox.terminal.terminal import Terminal


def test_a_terminal_whose_start_was_interrupted_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    terminal = Terminal(quiet=False, as_json=False)
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        terminal.follow()
    terminal.close()
