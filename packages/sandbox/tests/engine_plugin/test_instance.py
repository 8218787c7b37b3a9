"""Which sandbox the plugin connects to, and how it reports a state from another sandbox."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.engine_plugin.instance import SANDBOX, sandbox_instance
from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.resources.errors import HandlerError
from sandbox_testing.engine_fakes import Shelf, login
from sandbox_testing.server import SandboxUnderTest, sandbox

if TYPE_CHECKING:
    from cross_account_sandbox.resources.handler import Properties

__all__ = ["sandbox"]

_SHELF = Shelf.token
_INPUTS = {"name": "a", "size": 1}


def _plugin(shelf: Shelf, instance: str | None) -> Plugin:
    plugin = Plugin({shelf.token: shelf}, {}, login, lambda _: instance)
    plugin.configure({})
    return plugin


def test_the_sandbox_is_identified_by_its_health_page(sandbox: SandboxUnderTest) -> None:
    assert sandbox_instance({"endpoints": [{"sts": sandbox.endpoint}]}) == sandbox.world.instance


def test_where_nothing_answers_one_sentence_says_how_to_start_a_sandbox() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]
        with pytest.raises(HandlerError) as refused:
            sandbox_instance({"endpoints": [{"lambda": f"http://127.0.0.1:{port}"}]})
    assert str(refused.value) == (
        f"no sandbox responds at http://127.0.0.1:{port}: start one in another terminal with "
        f"`.venv/bin/cross-account-sandbox serve --empty --port {port}`"
    )


def _created(shelf: Shelf) -> Properties:
    return _plugin(shelf, "first").create(_SHELF, _INPUTS)[1]


def _updated(shelf: Shelf) -> Properties:
    plugin = _plugin(shelf, "first")
    return plugin.update(_SHELF, "a", _INPUTS, _created(shelf), {"name": "a", "size": 2})


def _read(shelf: Shelf) -> Properties:
    _created(shelf)
    found = _plugin(shelf, "first").read(_SHELF, "a", _INPUTS, {"name": "a"})
    assert found is not None
    return found[2]


@pytest.mark.parametrize("outputs_of", [_created, _updated, _read])
@pytest.mark.parametrize(("instance", "refused"), [("first", False), ("second", True), (None, False)])
def test_a_state_from_another_sandbox_is_refused_in_the_first_diff(
    outputs_of: object, instance: str | None, *, refused: bool
) -> None:
    assert callable(outputs_of)
    shelf = Shelf()
    outputs = outputs_of(shelf)
    assert outputs[SANDBOX] == "first"
    plugin = _plugin(shelf, instance)
    if refused:
        with pytest.raises(HandlerError, match=r"this is a new sandbox.*pulumi refresh"):
            plugin.diff(_SHELF, _INPUTS, _INPUTS, outputs=outputs)
    else:
        plugin.diff(_SHELF, _INPUTS, _INPUTS, outputs=outputs)


def test_a_state_from_another_sandbox_can_be_read_and_deleted() -> None:
    outputs = _created(Shelf())
    plugin = _plugin(Shelf(), "second")
    assert plugin.read(_SHELF, "a", _INPUTS, outputs) is None
    plugin.delete(_SHELF, "a", outputs)


def test_a_state_of_a_version_that_kept_no_sandbox_is_accepted() -> None:
    assert not _plugin(Shelf(), "second").diff(_SHELF, _INPUTS, _INPUTS, outputs={**_INPUTS, "key": "k"}).changes
