"""Take the screenshots of the sandbox's page for README.md and docs/page.md.

    .venv/bin/python tools/screenshot.py

Deploys this checkout's program to a sandbox, sends an allowed request, removes its permission, sends a denied request,
and writes docs/page.png and docs/page-denied.png. Requires Chromium on PATH.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import boto3
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: CSS pixels, equal to the image's pixels.
_WIDTH, _HEIGHT, _HEIGHT_OF_A_REQUEST = 1200, 1000, 940


def main() -> int:
    """Write the images; returns 1 without a browser."""
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print(f"No Chromium is on PATH: install one of {', '.join(_BROWSERS)}", file=sys.stderr)
        return 1
    with _sandbox() as started, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light")
        _request(started, "/?name=John&city=Seattle", day="Thursday")
        page.goto(f"{started['endpoint']}/_sandbox/")
        page.locator(".diagram img").evaluate("image => image.decode()")
        page.screenshot(path=ROOT / "docs/page.png")
        _take_permission_away(started)
        _request(started, "/?name=John&city=Seattle", day="Thursday")
        page.goto(f"{started['endpoint']}/_sandbox/requests?status=5xx")
        page.locator("#rows a").first.click()
        page.locator(".statement.closest").wait_for()
        page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT_OF_A_REQUEST})
        page.screenshot(path=ROOT / "docs/page-denied.png")
        chromium.close()
    return 0


@contextmanager
def _sandbox() -> Iterator[dict[str, Any]]:
    """The output of `serve --json` for a sandbox with this program."""
    command = [
        sys.executable,
        "-m",
        "cross_account_sandbox",
        "serve",
        "--json",
        "--quiet",
        "--port",
        "0",
        "--dir",
        str(ROOT),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            line = process.stdout.readline()
            if not line:
                raise SystemExit("The sandbox did not start; see its output above.")
            yield json.loads(line)
        finally:
            process.terminate()


def _request(started: dict[str, Any], path: str, **headers: str) -> None:
    request = urllib.request.Request(f"{started['localUrl']}{path}", headers=headers)  # noqa: S310 - loopback
    try:
        urllib.request.urlopen(request).read()  # noqa: S310 - as above
    except HTTPError as refused:
        refused.read()


def _take_permission_away(started: dict[str, Any]) -> None:
    """Replace the function's statements with one for a method other than the called one."""
    outputs, account = started["outputs"], started["accounts"]["function"]
    client = boto3.client(
        "lambda",
        endpoint_url=started["endpoint"],
        region_name=account["region"],
        aws_access_key_id=account["id"],
        aws_secret_access_key="test",  # noqa: S106 - any secret goes with the key of a sandbox's account
    )
    target = {"FunctionName": outputs["functionName"], "Qualifier": "live"}
    for statement in json.loads(client.get_policy(**target)["Policy"])["Statement"]:
        client.remove_permission(**target, StatementId=statement["Sid"])
    client.add_permission(
        **target,
        StatementId="invoke-from-the-api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=outputs["sourceArn"].replace("/GET/", "/POST/"),
        SourceAccount=started["accounts"]["api"]["id"],
    )


if __name__ == "__main__":
    sys.exit(main())
