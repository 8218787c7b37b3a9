"""A stack whose sandbox was restarted or is not running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pulumi.automation import CommandError

from cross_account_sandbox.server import RunningSandbox

if TYPE_CHECKING:
    from tests.engine.stacks import Engine


def test_a_new_sandbox_under_an_old_stack_is_reported_and_refresh_fixes_it(engine: Engine) -> None:
    with RunningSandbox(port=0) as first:
        port = first.port
        stack = engine.stack(endpoint=first.endpoint, name="restarted")
        made = stack.up()
        assert stack.up().touched == {}
    with pytest.raises(CommandError) as stopped:
        stack.up()
    start = f"start one in another terminal with `.venv/bin/cross-account-sandbox serve --empty --port {port}`"
    assert f"no sandbox responds at {first.endpoint}: {start}" in str(stopped.value)
    with RunningSandbox(port=port) as second:
        assert second.endpoint == first.endpoint
        for operation in (stack.preview, stack.up):
            with pytest.raises(CommandError) as refused:
                operation()
            assert "this is a new sandbox" in str(refused.value)
            assert "run `pulumi refresh`" in str(refused.value)
        stack.refresh()
        # The providers only exist in the state; every resource in the accounts is created or set again.
        resources = {name for name in made.touched if not name.startswith("aws ")}
        assert set(stack.up().touched) == resources
        assert stack.up().touched == {}
        stack.destroy()
