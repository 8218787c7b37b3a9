"""The page in a real browser, used as a person uses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from sandbox_testing.build import API_ID
from sandbox_testing.two_accounts import two_accounts

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

pytestmark = pytest.mark.timeout(300)  # a browser on a busy machine


def test_a_browser_that_opens_the_root_sees_both_accounts(page: Page, sandbox: SandboxUnderTest) -> None:
    two_accounts(sandbox)
    page.goto(f"{sandbox.endpoint}/")
    assert page.url == f"{sandbox.endpoint}/_sandbox/"
    api = page.get_by_role("region", name="API account 111111111111")
    function = page.get_by_role("region", name="Function account 222222222222")
    expect(api.get_by_role("row", name="GET /signed")).to_contain_text("AWS_IAM")
    expect(api.get_by_text("caller", exact=True)).to_be_visible()
    expect(function.get_by_role("row", name="1 live")).to_be_visible()
    policy = function.get_by_role("group").filter(has_text="Policy of alias live")
    expect(policy).to_contain_text("3 statements")
    expect(policy).to_contain_text("arn:aws:execute-api:us-east-1:111111111111:api1234567/dev/GET/signed")


def test_the_diagram_is_shown_and_saved_as_svg(page: Page, sandbox: SandboxUnderTest) -> None:
    two_accounts(sandbox)
    page.goto(f"{sandbox.endpoint}/_sandbox/")
    drawing = page.get_by_role("figure").get_by_role("img")
    expect(drawing).to_be_visible()
    assert drawing.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as SVG").click()
    saved = saving.value.path().read_text(encoding="utf-8")
    assert saving.value.suggested_filename == "api1234567-dev.svg"
    assert saved.startswith("<svg")
    assert "222222222222" in saved


def test_a_denied_request_shows_the_closest_statement_and_the_field_that_did_not_match(
    page: Page, sandbox: SandboxUnderTest
) -> None:
    accounts = two_accounts(sandbox)
    page.goto(accounts.view(accounts.get("/denied")))
    hops = page.get_by_role("region", name="Hops").get_by_role("listitem")
    assert [heading.split(" ")[0] for heading in hops.get_by_role("heading").all_inner_texts()] == ["1", "2", "3", "7"]
    denied = hops.nth(3)
    expect(denied.get_by_role("heading")).to_contain_text("denied")
    closest = denied.locator(".statement.closest")
    expect(closest).to_have_count(1)
    expect(closest).to_contain_text("the closest statement")
    expect(closest.locator(".mismatch dt")).to_have_text("ArnLike AWS:SourceArn")
    expect(closest.locator(".mismatch")).to_contain_text("dev/GET/denied")
    expect(page.get_by_text("Not reached: Function, Result.")).to_be_visible()
    logs = page.get_by_role("region", name="Log lines", exact=True)
    expect(logs).to_contain_text("Invalid permissions on Lambda function")


def test_an_allowed_request_shows_the_statement_event_result_and_logs_of_both_accounts(
    page: Page, sandbox: SandboxUnderTest
) -> None:
    accounts = two_accounts(sandbox)
    page.goto(accounts.view(accounts.get("/", method="POST", body="a cat")))
    matched = page.locator(".statement.matched")
    expect(matched).to_contain_text("dev/POST/")
    expect(page.get_by_role("region", name="Event 1")).to_contain_text('"body": "a cat"')
    expect(page.get_by_role("region", name="Result 1")).to_contain_text('"statusCode": 200')
    expect(page.get_by_role("region", name=re.compile("^Log lines in 222222222222"))).to_contain_text("got / a cat")
    expect(page.get_by_role("region", name=re.compile("^Log lines in 111111111111"))).to_contain_text(
        "Method completed with status: 200"
    )


def test_a_request_is_replayed_and_edited_and_replayed(page: Page, sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    first = accounts.get("/", method="POST", body="first", **{"x-kind": "cat"})
    page.goto(accounts.view(first))
    page.get_by_role("button", name="Replay", exact=True).click()
    answer = page.get_by_role("region", name="Response", exact=True)
    expect(answer).to_contain_text("200")
    answer.get_by_role("link", name="Why").click()
    expect(page.get_by_role("region", name="Event 1")).to_contain_text('"body": "first"')
    assert page.url != accounts.view(first)
    page.get_by_role("link", name="Edit and replay").click()
    expect(page.get_by_label("Headers, one a line")).to_have_value(re.compile("x-kind: cat"))
    page.get_by_label("Body").fill("second")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("region", name="Body of the response")).to_contain_text('"echo": "second"')


def test_a_request_is_signed_as_a_role_that_may_call_and_as_one_that_may_not(
    page: Page, sandbox: SandboxUnderTest
) -> None:
    two_accounts(sandbox)
    page.goto(f"{sandbox.endpoint}/_sandbox/")
    page.get_by_role("link", name="Send GET /signed").click()
    for signer, outcome in (
        ("nobody: without a signature", "Missing Authentication Token"),
        ("role stranger (111111111111)", "User: arn:aws:sts::111111111111:assumed-role/stranger/sandbox-page"),
        ("role caller (111111111111)", '"path": "/signed"'),
    ):
        page.get_by_label("Signed as").select_option(label=signer)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("region", name="Body of the response")).to_contain_text(outcome)
    page.get_by_role("link", name="Why").click()
    expect(page.locator(".statement.matched").filter(has_text="CallsTheApi")).to_be_visible()
    # A replay signs the request again, so its signature is valid.
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.get_by_role("region", name="Body of the response")).to_contain_text('"path": "/signed"')


def test_a_function_is_invoked_with_an_event(page: Page, sandbox: SandboxUnderTest) -> None:
    two_accounts(sandbox)
    page.goto(f"{sandbox.endpoint}/_sandbox/invoke")
    page.get_by_label("Function").select_option(label="hello:live (222222222222, us-east-1)")
    page.get_by_label("Event, as JSON").fill('{"path": "/by-hand", "body": "x"}')
    page.get_by_role("button", name="Invoke").click()
    expect(page.get_by_role("region", name="Result", exact=True)).to_contain_text("/by-hand")
    expect(page.get_by_role("region", name="Log of the invocation")).to_contain_text("got /by-hand x")
    page.get_by_label("Event, as JSON").fill("{}")
    page.get_by_role("button", name="Invoke").click()
    expect(page.get_by_text("function error: Unhandled")).to_be_visible()
    page.get_by_label("Event, as JSON").fill("{")
    page.get_by_role("button", name="Invoke").click()
    expect(page.get_by_role("alert")).to_contain_text("The event is not JSON")
    page.get_by_label("Event, as JSON").fill("{}")
    page.get_by_label("Signed as").select_option(label="role stranger (111111111111)")
    page.get_by_role("button", name="Invoke").click()
    expect(page.get_by_role("region", name="Result", exact=True)).to_contain_text("is not authorized to perform")


#: Resolves once the stream has delivered the line and the page has had enough time to show it.
HEARD = """() => ({ shown: new Promise((shown) => {
    new EventSource(document.getElementById("log").dataset.live).addEventListener("line", (event) => {
        if (event.data.includes("while paused")) setTimeout(shown, 500);
    });
}) })"""


def test_logs_are_followed_and_can_be_paused(page: Page, sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    accounts.get("/", method="POST", body="before")
    page.goto(f"{sandbox.endpoint}/_sandbox/logs")
    page.get_by_label("Log group", exact=True).select_option(label="222222222222 us-east-1 /aws/lambda/hello")
    page.get_by_role("button", name="Follow").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("got / before")
    accounts.get("/", method="POST", body="while followed")
    expect(log).to_contain_text("got / while followed")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#live-state")).to_have_text("Paused")
    heard = page.evaluate_handle(HEARD)
    accounts.get("/", method="POST", body="while paused")
    heard.evaluate("({ shown }) => shown")
    expect(log).not_to_contain_text("while paused")
    page.get_by_role("button", name="Pause").click()
    expect(log).to_contain_text("got / while paused")


def test_new_requests_appear_and_filters_hold_for_them(page: Page, sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    page.goto(f"{sandbox.endpoint}/_sandbox/requests")
    rows = page.locator("#rows tr")
    expect(page.get_by_text("No request yet that fits.")).to_be_visible()
    accounts.get("/mock")
    expect(rows).to_contain_text(["/mock"])
    page.get_by_label("Decided by").select_option("permission")
    page.get_by_label("Status").select_option("5xx")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("No request yet that fits.")).to_be_visible()
    accounts.get("/mock")
    accounts.get("/denied")
    expect(rows).to_contain_text(["/denied"])
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("/denied")


def test_the_doctor_is_shown_and_run(page: Page, sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    page.goto(accounts.view(accounts.get("/denied")))
    doctor = page.get_by_role("region", name="What the doctor says")
    expect(doctor).to_contain_text(
        "cross-account-doctor check --api-id api1234567 --stage dev --region us-east-1 "
        f"--endpoint-url {sandbox.endpoint} --route 'GET /denied'"
    )
    doctor.get_by_role("button", name="Run it").click()
    expect(page.get_by_role("region", name="Report of the doctor")).to_contain_text("1 broken", timeout=90_000)


HTML = "<img src=x onerror=document.title='run'><script>document.title='run'</script>"


def test_html_in_what_clients_functions_and_logs_say_shows_as_text(page: Page, sandbox: SandboxUnderTest) -> None:
    code = f"def handler(event, context):\n    print({HTML!r})\n    return {{'statusCode': 200, 'body': {HTML!r}}}\n"
    accounts = two_accounts(sandbox, code)
    accounts.get(f"/{HTML.replace(' ', '%20')}")
    request = accounts.get("/", method="POST", body=HTML, **{"x-html": HTML})
    for view in (
        accounts.view(request),
        f"{sandbox.endpoint}/_sandbox/requests",
        f"{sandbox.endpoint}/_sandbox/send?from={request}",
        f"{sandbox.endpoint}/_sandbox/logs?group=222222222222/us-east-1//aws/lambda/hello",
        f"{sandbox.endpoint}/_sandbox/requests/{HTML}",
        f"{sandbox.endpoint}/_sandbox/requests?text={HTML}",
    ):
        page.goto(view)
        page.wait_for_load_state("load")
        assert "<script>" in page.locator("main").inner_text() + str(
            page.eval_on_selector_all("input, textarea", "fields => fields.map(field => field.value).join()")
        ), view
        assert page.locator("img[src=x]").count() == 0
        assert page.title() != "run"
    accounts.get("/", method="POST", body="again")
    page.goto(f"{sandbox.endpoint}/_sandbox/send?api=api1234567/dev&method=POST")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("region", name="Body of the response")).to_contain_text("<img src=x")
    assert page.locator("img[src=x]").count() == 0


THIEF = """
import json
HEADERS = {"Cross-Origin-Opener-Policy": "same-origin", "Service-Worker-Allowed": "/"}
PAGE = "<title>thief</title><button>open</button><script src='?script'></script>"
SCRIPT = '''
const found = {};
const token = (text) => /sandbox-token" content="([^"]+)"/.exec(text)?.[1] ?? "";
document.querySelector("button").onclick = async () => {
  found.fetched = token(await (await fetch("/_sandbox/")).text());
  const frame = document.createElement("iframe");
  frame.src = "/_sandbox/";
  document.body.append(frame);
  await new Promise((loaded) => { frame.onload = loaded; });
  try { found.framed = token(frame.contentDocument.documentElement.outerHTML); } catch { found.framed = ""; }
  const opened = window.open("/_sandbox/");
  await new Promise((waited) => setTimeout(waited, 1500));
  try { found.opened = token(opened.document.documentElement.outerHTML); } catch { found.opened = ""; }
  found.worker = await navigator.serviceWorker.register("?worker", {scope: "/"}).then(() => "registered", () => "");
  document.title = JSON.stringify(found);
};
'''
def handler(event, context):
    asked = (event["queryStringParameters"] or {}).keys()
    kind = "text/javascript" if asked else "text/html"
    body = SCRIPT if "script" in asked else "" if asked else PAGE
    return {"statusCode": 200, "headers": {"Content-Type": kind, **HEADERS}, "body": body}
"""


def test_a_page_that_a_function_serves_by_path_gets_no_token(browser: Browser, sandbox: SandboxUnderTest) -> None:
    two_accounts(sandbox, THIEF)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{sandbox.endpoint}/_aws/execute-api/{API_ID}/dev/")
        with context.expect_page() as opened:
            page.get_by_role("button", name="open").click()
        expect(opened.value.get_by_role("heading", name="Accounts", exact=True)).to_be_visible()
        assert opened.value.locator("meta[name=sandbox-token]").get_attribute("content") == sandbox.token
        expect(page).to_have_title('{"fetched":"","framed":"","opened":"","worker":""}', timeout=60_000)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_view(browser: Browser, sandbox: SandboxUnderTest, scheme: str, width: int) -> None:
    accounts = two_accounts(sandbox)
    denied, allowed = accounts.get("/denied"), accounts.get("/", method="POST", body="x")
    deployments = sandbox.world.deployments
    deployments.succeed(deployments.begin(), resources=9, projects={})
    deployments.fail(deployments.begin(("__main__.py",)), "NameError: name 'x' is not defined", resources=1)
    with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}) as context:  # type: ignore[arg-type]
        page = context.new_page()
        for path in (
            "",
            "requests",
            f"requests/{denied}",
            f"requests/{allowed}",
            "requests/gone",
            "send",
            "invoke",
            "logs",
            "logs?group=222222222222/us-east-1//aws/lambda/hello",
        ):
            page.goto(f"{sandbox.endpoint}/_sandbox/{path}")
            report = Axe().run(page)
            assert report.violations_count == 0, f"{path}\n{report.generate_report()}"
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{path} is wider than {width} pixels"
        page.goto(f"{sandbox.endpoint}/_sandbox/send?api=api1234567/dev&path=/mock")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("region", name="Response", exact=True)).to_be_visible()
        assert Axe().run(page).violations_count == 0


def test_every_view_is_reached_and_left_by_keyboard(page: Page, sandbox: SandboxUnderTest) -> None:
    two_accounts(sandbox)
    page.goto(f"{sandbox.endpoint}/_sandbox/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    for name in ("Overview", "Requests", "Send a request"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("navigation").get_by_role("link", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/_sandbox/send")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for label in ("API and stage", "Signed as", "Method", "Path and query, without the stage"):
        page.keyboard.press("Tab")
        expect(page.get_by_label(label)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("/mock")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Response", exact=True)).to_contain_text("200")


def test_a_deployment_that_ends_while_the_page_connects_is_shown(page: Page, sandbox: SandboxUnderTest) -> None:
    deployments = sandbox.world.deployments
    deployments.succeed(deployments.begin(), resources=9, projects={})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/_sandbox/deployments*", hold)
    with page.expect_request("**/_sandbox/deployments*"):
        page.goto(f"{sandbox.endpoint}/_sandbox/")
    deployments.succeed(deployments.begin(("__main__.py",)), resources=9, projects={})
    while not held:
        page.wait_for_timeout(1)
    held[0].continue_()
    expect(page.locator("#deployment")).to_contain_text("Deployment 2 is live.")


def test_a_deployment_that_fails_is_shown_at_once_and_a_new_one_after_a_reload(
    page: Page, sandbox: SandboxUnderTest
) -> None:
    two_accounts(sandbox)
    deployments = sandbox.world.deployments
    deployments.succeed(deployments.begin(), resources=9, projects={})
    page.goto(f"{sandbox.endpoint}/_sandbox/send")
    second = deployments.begin(("__main__.py",))
    notice = page.locator("#deployment")
    expect(notice).to_contain_text("Deployment 2 is under way.")
    deployments.fail(second, "NameError: name 'x' is <b>not</b> defined", resources=1)
    expect(notice).to_contain_text("Deployment 2 failed. NameError: name 'x' is <b>not</b> defined")
    page.get_by_label("Path and query").fill("/kept")
    # The notice stays on every view until the next deployment.
    page.get_by_role("link", name="Overview").click()
    expect(notice).to_contain_text("Deployment 2 failed.")
    expect(page.get_by_role("row", name="2 failed")).to_contain_text("__main__.py")
    deployments.succeed(deployments.begin(("__main__.py",)), resources=9, projects={})
    expect(notice).to_contain_text("Deployment 3 is live.")
    notice.get_by_role("link", name="Reload").click()
    expect(notice).to_have_text("")
    expect(page.get_by_role("row", name="3 live")).to_be_visible()
