"""Fixtures of the engine tests: a CLI, the plugin on its PATH, and an empty sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest

from cross_account_sandbox.engine_plugin.launcher import write_launcher
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.forks import forked
from tests.engine.cli import find_cli, require
from tests.engine.stacks import Engine
from tests.engine.vault import Vault

_MISSING = "no Pulumi CLI of 3.200 or newer was found: `make engine` builds one"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder: they need the engine, and some of them take minutes.

    They run before all others, and then the files with another timeout than usual, which take long: the last file of a
    parallel run is a short one.
    """
    here = Path(__file__).parent
    long = {item.path for item in items if item.get_closest_marker("timeout")}
    items.sort(key=lambda item: (not item.path.is_relative_to(here), item.path not in long))
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(autouse=True, scope="session")
def _no_debug_messages() -> Iterator[None]:
    """Leave out the SDK's debug messages, which no test reads: each is a call of the engine, several per resource."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulumi.log, "debug", lambda *_, **__: None)
        yield


@pytest.fixture(scope="session")
def cli() -> Path:
    """The CLI."""
    return require(find_cli(), _MISSING)


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The executable `pulumi-resource-aws`, in a separate folder."""
    launcher = write_launcher(tmp_path_factory.mktemp("plugin"))
    with forked(launcher, "tests.engine.forked_plugin"):
        yield launcher


@pytest.fixture(scope="session")
def vault() -> Iterator[Vault]:
    """The server of the stacks' secrets."""
    with Vault() as running:
        yield running


@pytest.fixture(scope="module")
def engine(cli: Path, plugin: Path, vault: Vault, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A separate backend for the module."""
    return Engine(cli, tmp_path_factory.mktemp("engine"), plugin, vault)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    """An empty sandbox for the module."""
    with RunningSandbox(port=0) as running:
        yield running
