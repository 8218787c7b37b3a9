"""A folder whose code is edited: a call sees what was saved before it, at a cost independent of the number of files."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cross_account_sandbox.functions import source_folder
from cross_account_sandbox.functions.folder_watch import FolderWatch, UnwatchableError
from cross_account_sandbox.functions.source_folder import SourceFolder


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A folder with two files, one in a subfolder, and one linked from outside by each kind of link."""
    folder = tmp_path / "code"
    (folder / "lib").mkdir(parents=True)
    (folder / "index.py").write_text("one")
    (folder / "lib" / "util.py").write_text("one")
    (tmp_path / "shared.py").write_text("one")
    (folder / "soft.py").symlink_to(tmp_path / "shared.py")
    (tmp_path / "store.py").write_text("one")
    (folder / "hard.py").hardlink_to(tmp_path / "store.py")
    (folder / "loop").symlink_to(folder)
    (folder / "dangling").symlink_to(tmp_path / "nothing")
    return folder


@pytest.fixture(params=["reported", "unreported"])
def reports(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """True if the folder's file system reports changes."""

    def refuse(_watch: FolderWatch, path: str) -> None:
        raise UnwatchableError(path)

    if request.param == "unreported":
        monkeypatch.setattr(FolderWatch, "add", refuse)
    return str(request.param)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Record each scan of a folder, and whether the folder was watched."""
    seen: list[bool] = []
    digest = source_folder._digest  # noqa: SLF001 - how often is what the cost depends on

    def counted(folder: str, watch: FolderWatch | None) -> str:
        seen.append(watch is not None)
        return digest(folder, watch)

    monkeypatch.setattr(source_folder, "_digest", counted)
    return seen


def _replaced(file: Path, text: str) -> None:
    """Save as most editors do: a new file takes the name."""
    new = file.with_name("new")
    new.write_text(text)
    new.rename(file)


def _moved_in(code: Path) -> None:
    outside = code.parent / "outside"
    outside.mkdir()
    (outside / "more.py").write_text("")
    outside.rename(code / "moved")


def _folder_added(code: Path) -> None:
    (code / "new" / "deep").mkdir(parents=True)
    (code / "new" / "deep" / "more.py").write_text("")


def _folder_replaced(code: Path) -> None:
    code.rename(code.parent / "old")
    code.mkdir()


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is saved": lambda code: (code / "index.py").write_text("two, longer"),
    "a file is saved by replacing it": lambda code: _replaced(code / "index.py", "two"),
    "a file of the same size is saved": lambda code: (code / "index.py").write_text("two"),
    "a file in a subfolder is saved": lambda code: (code / "lib" / "util.py").write_text("two, longer"),
    "a file is added": lambda code: (code / "more.py").write_text(""),
    "a file is removed": lambda code: (code / "index.py").unlink(),
    "a folder with a file is added": _folder_added,
    "a folder is moved in": _moved_in,
    "a file is touched": lambda code: os.utime(code / "index.py", (1, 1)),
    "the target of a link is saved": lambda code: (code.parent / "shared.py").write_text("two, longer"),
    "the target of a link is replaced": lambda code: _replaced(code.parent / "shared.py", "two"),
    "a file is saved under its other name": lambda code: (code.parent / "store.py").write_text("two, longer"),
    "the folder is replaced": _folder_replaced,
    "the folder is removed": lambda code: code.rename(code.parent / "old"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.usefixtures("reports")
def test_what_is_saved_before_a_call_is_seen_by_it(code: Path, change: Callable[[Path], object]) -> None:
    async def states() -> list[str]:
        source = SourceFolder(str(code))
        before = [await source.state(), await source.state()]
        change(code)
        after = [await source.state(), await source.state()]
        source.close()
        return [*before, *after]

    one, same, two, still = asyncio.run(states())
    assert one == same, "nothing was saved"
    assert two == still != one


@pytest.mark.usefixtures("reports")
def test_a_file_in_a_folder_that_was_added_later_is_watched_too(code: Path) -> None:
    async def states() -> list[str]:
        source = SourceFolder(str(code))
        found = [await source.state()]
        (code / "new").mkdir()
        (code / "new" / "more.py").write_text("one")
        found.append(await source.state())
        (code / "new" / "more.py").write_text("two, longer")
        found.append(await source.state())
        source.close()
        return found

    assert len(set(asyncio.run(states()))) == 3


@pytest.mark.usefixtures("reports")
def test_what_editors_and_interpreters_write_beside_the_code_does_not_count(code: Path) -> None:
    async def states() -> list[str]:
        source = SourceFolder(str(code))
        found = [await source.state()]
        (code / ".index.py.swp").write_text("")
        (code / "__pycache__").mkdir()
        (code / "__pycache__" / "index.pyc").write_text("")
        found.append(await source.state())
        source.close()
        return found

    assert len(set(asyncio.run(states()))) == 1


def test_calls_without_a_change_do_not_look_through_the_folder_again(code: Path, looks: list[bool]) -> None:
    async def ask() -> None:
        source = SourceFolder(str(code))
        for _ in range(50):
            await source.state()
        source.close()

    asyncio.run(ask())
    assert looks == [True]


def test_a_state_is_known_without_a_look_until_something_changes(code: Path, looks: list[bool]) -> None:
    async def states() -> list[str | None]:
        source = SourceFolder(str(code))
        found = [source.known_state(), await source.state(), source.known_state()]
        (code / "index.py").write_text("two, longer")
        # Asking uses the report up, but a later call must still see the change.
        found += [source.known_state(), source.known_state(), await source.state(), source.known_state()]
        source.close()
        return found

    unknown, one, same, changed, still, two, known = asyncio.run(states())
    assert (unknown, changed, still) == (None, None, None)
    assert one == same != two == known
    assert looks == [True, True]


def test_calls_that_arrive_together_share_a_look_where_changes_are_not_reported(
    code: Path, looks: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderWatch, "_kind", lambda *_: 0x6969)  # NFS

    async def ask() -> None:
        source = SourceFolder(str(code))
        await asyncio.gather(*(source.state() for _ in range(50)))

    asyncio.run(ask())
    assert looks.count(False) == 2, "one for the first call, and one for all calls after it began"


def test_a_change_saved_during_a_look_is_seen_by_the_call_that_comes_after_it(
    code: Path, monkeypatch: pytest.MonkeyPatch, reports: str
) -> None:
    del reports
    looking, go_on = threading.Event(), threading.Event()
    digest = source_folder._digest  # noqa: SLF001 - held up while a file is saved

    def held(folder: str, watch: FolderWatch | None) -> str:
        found = digest(folder, watch)
        looking.set()
        assert go_on.wait(60)
        return found

    monkeypatch.setattr(source_folder, "_digest", held)

    async def states() -> tuple[str, str]:
        source = SourceFolder(str(code))
        first = asyncio.create_task(source.state())
        # The event loop continues meanwhile, or this would never be reached.
        await asyncio.to_thread(looking.wait, 30)
        (code / "index.py").write_text("two, longer")
        second = asyncio.create_task(source.state())
        await asyncio.sleep(0)
        go_on.set()
        found = (await first, await second)
        source.close()
        return found

    before, after = asyncio.run(states())
    assert before != after
