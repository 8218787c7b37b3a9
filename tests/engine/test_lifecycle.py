"""The real engine deploys and destroys the program."""

from __future__ import annotations

import http.client
import json
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.engine.inventory import inventory

if TYPE_CHECKING:
    from cross_account_sandbox.server import RunningSandbox
    from tests.engine.stacks import Engine

_ACCOUNTS = ("111111111111", "222222222222")


def _greeting(url: str, path: str) -> str:
    """The tutorial's request. urllib would send the header as `Day`, but the function only reads `day`."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    connection.request("GET", f"{address.path}{path}", headers={"day": "Thursday"})
    answer = connection.getresponse()
    message = json.loads(answer.read())["message"]
    connection.close()
    return str(message)


def test_the_program_goes_from_preview_to_destroy_and_leaves_nothing(engine: Engine, sandbox: RunningSandbox) -> None:
    before = inventory(sandbox, _ACCOUNTS)
    stack = engine.stack(endpoint=sandbox.endpoint)

    planned = stack.preview()
    assert set(planned.touched.values()) == {"create"}

    made = stack.up()
    assert made.touched == planned.touched

    outputs = stack.outputs
    assert outputs["url"] == f"https://{outputs['apiId']}.execute-api.us-east-1.amazonaws.com/dev"
    local = f"{sandbox.endpoint}/_aws/execute-api/{outputs['apiId']}/dev"
    assert _greeting(local, "/?name=John&city=Seattle") == "Good day, John of Seattle. Happy Thursday!"
    with urllib.request.urlopen(f"{local}/pets?type=dog&page=1") as answer:
        assert len(json.load(answer)) == 3

    assert stack.preview().touched == {}
    assert stack.up().touched == {}
    assert stack.refresh().touched == {}
    assert stack.up().touched == {}, "a refresh changed the state"

    assert set(stack.destroy().touched.values()) == {"delete"}
    assert inventory(sandbox, _ACCOUNTS) == before
