import pytest

from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN
from cross_account_sandbox.resources.errors import HandlerError
from sandbox_testing.engine_fakes import Shelf, login

_SHELF = Shelf.token


def _plugin(shelf: Shelf) -> Plugin:
    plugin = Plugin({shelf.token: shelf}, {"aws:shop/open:open": lambda _, arguments: {"is": arguments["at"]}}, login)
    plugin.configure({})
    return plugin


def test_a_preview_creates_nothing() -> None:
    shelf = Shelf()

    identity, planned = _plugin(shelf).create(_SHELF, {"name": "a", "size": UNKNOWN}, preview=True)

    assert (identity, planned) == ("", {"name": "a", "size": UNKNOWN})
    assert shelf.things == {}


def test_what_drifted_is_old_to_the_handler_that_mends_it() -> None:
    shelf = Shelf()
    plugin = _plugin(shelf)
    _, outputs = plugin.create(_SHELF, {"name": "a", "size": 1})
    shelf.things["a"]["size"] = 5

    found = plugin.read(_SHELF, "a", {"name": "a", "size": 1}, outputs)

    assert found is not None
    _, inputs, seen = found
    assert plugin.diff(_SHELF, inputs, {"name": "a", "size": 1}).changes.keys() == {"size"}
    plugin.update(_SHELF, "a", inputs, seen, {"name": "a", "size": 1})
    assert shelf.updates[0][0]["size"] == 5
    assert shelf.things["a"]["size"] == 1


@pytest.mark.parametrize(("answered", "changes"), [("a/*", {"code"}), ("*", set())])
def test_an_answer_of_aws_that_says_something_else_is_a_change_where_the_vendors_provider_sees_one(
    answered: str, changes: set[str]
) -> None:
    class Rewritten(Shelf):
        read_back = frozenset({"code"})

    inputs = {"name": "a", "code": "*"}

    difference = _plugin(Rewritten()).diff(_SHELF, inputs, inputs, outputs={**inputs, "code": answered, "key": "k"})

    assert set(difference.changes) == changes


def test_a_resource_that_is_gone_reads_as_none() -> None:
    assert _plugin(Shelf()).read(_SHELF, "a", {"name": "a"}, {"name": "a"}) is None


def test_a_resource_is_imported_under_the_id_that_a_creation_would_have_given() -> None:
    shelf = Shelf()
    shelf.things["a"] = {"name": "a", "size": 1, "key": "k"}

    found = _plugin(shelf).read(_SHELF, "room/a", {}, {})

    assert found == (
        "a",
        {"name": "a", "size": 1, "__defaults": ["name", "size"]},
        {"name": "a", "size": 1, "key": "k"},
    )


def test_a_wrong_account_is_refused_before_anything_is_made() -> None:
    plugin = Plugin({}, {}, login)

    with pytest.raises(HandlerError, match="AWS account ID not allowed: 111111111111"):
        plugin.configure({"allowedAccountIds": ["999999999999"]})


def test_settings_that_a_preview_cannot_know_leave_the_provider_without_a_login() -> None:
    plugin = Plugin({_SHELF: Shelf()}, {}, login)

    plugin.configure({"region": UNKNOWN})

    assert plugin.create(_SHELF, {"name": "a"}, preview=True)[1] == {"name": "a"}
    with pytest.raises(HandlerError, match="still unknown"):
        plugin.create(_SHELF, {"name": "a"})


def test_another_region_replaces_the_provider_and_another_endpoint_does_not() -> None:
    plugin = Plugin({}, {}, login)

    assert plugin.configuration_change({"region": "a"}, {"region": "b"}).replaces == ["region"]
    moved = plugin.configuration_change({"endpoints": "a"}, {"endpoints": "b"})
    assert moved.changes
    assert moved.replaces == []


def test_a_type_and_a_function_that_nobody_handles_are_named() -> None:
    plugin = _plugin(Shelf())

    with pytest.raises(HandlerError, match="aws:s3/bucket:Bucket"):
        plugin.create("aws:s3/bucket:Bucket", {})
    with pytest.raises(HandlerError, match="aws:shop/closed:closed"):
        plugin.invoke("aws:shop/closed:closed", {})
    assert plugin.invoke("aws:shop/open:open", {"at": 9}) == {"is": 9}
