"""The page at 50 requests a second, with 1,000 requests kept, and with many open tabs."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from cross_account_sandbox.page.request_list import ROWS
from cross_account_sandbox.trace import MOST_TRACES
from sandbox_testing.build import API_ID
from sandbox_testing.two_accounts import TwoAccounts, two_accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox_testing.server import SandboxUnderTest

pytestmark = pytest.mark.timeout(300)  # a browser on a busy machine


def test_the_list_stays_usable_while_50_requests_a_second_arrive_and_1000_are_kept(
    page: Page, sandbox: SandboxUnderTest
) -> None:
    accounts = two_accounts(sandbox)
    wanted = accounts.get("/denied")
    fill(accounts, MOST_TRACES - 1)
    with arriving(accounts, a_second=50) as arrived:
        page.goto(f"{sandbox.endpoint}/_sandbox/requests")
        rows = page.locator("#rows tr")
        expect(rows).to_have_count(ROWS)
        # New requests keep appearing shortly after they arrive.
        for _ in range(3):
            newest = arrived()
            expect(page.locator(f"#request-{newest}")).to_be_attached()
        # A person reads a row, filters the list, and opens a request while new requests arrive.
        page.get_by_role("button", name="Pause").click()
        held = rows.first.get_attribute("id")
        for _ in range(60):  # more than a second: a list that is not paused would have moved on
            arrived()
        assert rows.first.get_attribute("id") == held
        page.get_by_role("button", name="Pause").click()
        expect(rows.first).not_to_have_attribute("id", held or "")
        accounts.get("/denied?again")
        page.get_by_label("Status").select_option("5xx")
        page.get_by_role("button", name="Filter").click()
        expect(rows).to_have_count(1)
        rows.get_by_role("link").click()
        expect(page.locator(".statement.closest")).to_be_visible()
        page.go_back()
        expect(rows.get_by_role("link")).to_contain_text("/denied")
        assert accounts.sandbox.world.traces.get(wanted) is None  # 1,000 are kept, so the first is gone
        page.goto(accounts.view(wanted))
        expect(page.get_by_role("heading", name="Request not found")).to_be_visible()
        page.goto(f"{sandbox.endpoint}/_sandbox/requests")
        page.get_by_role("link", name="Older requests").click()
        expect(rows).to_have_count(ROWS)


def fill(accounts: TwoAccounts, count: int) -> None:
    """Send this many requests over one connection; none of them needs a function."""
    connection = http.client.HTTPConnection(urlsplit(accounts.sandbox.endpoint).netloc, timeout=60)
    for _ in range(count):
        connection.request("GET", f"/_aws/execute-api/{API_ID}/dev/mock")
        connection.getresponse().read()
    connection.close()


@contextmanager
def arriving(accounts: TwoAccounts, *, a_second: int) -> Iterator[Callable[[], str]]:
    """Keep sending requests; the value is a function that waits for the next one and returns its ID."""
    stopped = threading.Event()
    newest: queue.Queue[str] = queue.Queue(maxsize=1)

    def send() -> None:
        connection = http.client.HTTPConnection(urlsplit(accounts.sandbox.endpoint).netloc, timeout=60)
        due = time.monotonic()
        while not stopped.wait(max(0.0, due - time.monotonic())):
            due += 1 / a_second
            connection.request("GET", f"/_aws/execute-api/{API_ID}/dev/mock")
            answer = connection.getresponse()
            answer.read()
            with suppress(queue.Full):
                newest.put_nowait(answer.headers["x-amzn-RequestId"])
        connection.close()

    def following() -> str:
        with suppress(queue.Empty):
            newest.get_nowait()  # this one might have arrived long ago
        return newest.get(timeout=60)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield following
    finally:
        stopped.set()
        thread.join()


def test_many_open_tabs_do_not_use_up_the_browsers_connections(browser: Browser, sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    with browser.new_context() as context:
        # A browser opens at most six connections to a host.
        tabs = [context.new_page() for _ in range(8)]
        for tab in tabs:
            tab.bring_to_front()
            tab.goto(f"{sandbox.endpoint}/_sandbox/requests")
            hide_others(tabs, tab)
        request = accounts.get("/mock")
        expect(tabs[-1].locator(f"#request-{request}")).to_be_attached()


def hide_others(tabs: list[Page], shown: Page) -> None:
    """Report the tabs as hidden, as a window does: headless Chromium treats every tab as visible."""
    for tab in tabs:
        tab.evaluate(
            "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
            " document.dispatchEvent(new Event('visibilitychange')); }",
            tab is not shown,
        )
