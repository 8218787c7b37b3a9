"""A browser for the tests of the page, and the resources in both accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox_testing.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Milliseconds for an expectation or an action: Playwright's own 5 seconds are too few on a busy machine.
_TIMEOUT_MS = 60_000
expect.set_options(timeout=_TIMEOUT_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, one per module: Playwright's loop must not run while other tests start theirs."""
    command = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=command, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new tab. Its scripts must not fail, and nothing must violate the Content-Security-Policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_TIMEOUT_MS)
    faults: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    yield tab
    context.close()
    assert faults == []
