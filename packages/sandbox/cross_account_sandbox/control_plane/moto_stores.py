"""Separate moto stores for each World: moto itself keeps one store per service, account and Region in a process.

All code that reads moto's stores, including moto itself, gets the stores of the World of the current task or thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class MotoStores:
    """The stores of one World, by service, account and Region.

    files        S3 objects that hold a file open
    directories  data that a service keeps across accounts, such as the names of all buckets
    """

    def __init__(self) -> None:
        self._accounts: dict[Any, dict[str, Any]] = {}
        self.files: list[Any] = []
        self.directories: dict[str, dict[str, Any]] = {}

    def accounts_of(self, service: Any) -> dict[str, Any]:
        """The stores of a service by account; `service` is moto's BackendDict."""
        return self._accounts.setdefault(service, {})

    @contextmanager
    def active(self) -> Iterator[None]:
        """Use these stores inside the block, including tasks and contexts that start there."""
        token = _active.set(self)
        try:
            yield
        finally:
            _active.reset(token)

    def use(self) -> None:
        """Make these the stores of work outside any World, such as a test's."""
        global _otherwise  # noqa: PLW0603 - one per process, as moto's own stores are
        _otherwise = self

    def drop(self) -> None:
        """Drop all data and close the files of S3."""
        for file in self.files:
            file.dispose()
        self.__init__()  # type: ignore[misc]


_otherwise = MotoStores()
_active: ContextVar[MotoStores | None] = ContextVar("moto_stores", default=None)


def current() -> MotoStores:
    """The stores of the World of the current task or thread."""
    return _active.get() or _otherwise


def separate() -> None:
    """Patch moto to look up its stores in the current World."""
    from moto.core.base_backend import BackendDict
    from moto.core.common_models import BaseModel

    def account_of(self: Any, account: str) -> Any:
        self._create_account_specific_backend(account)
        return current().accounts_of(self)[account]

    def made(kind: Any, *_: object, **__: object) -> Any:
        """Record an object that holds a file.

        Moto's own list of all such objects would keep every World's in memory.
        """
        model = object.__new__(kind)
        if kind.__name__ in _HOLD_FILES:
            current().files.append(model)
        return model

    for name in _OF_A_DICTIONARY:
        setattr(BackendDict, name, _looked_up(name))
    BackendDict.__getitem__ = account_of  # type: ignore[method-assign]
    BaseModel.__new__ = made  # type: ignore[method-assign, assignment]


def separate_directory(of: type, name: str) -> None:
    """Patch a service to keep this attribute of its stores, a dictionary across accounts, in the current World."""
    found = property(lambda _: current().directories.setdefault(name, {}), lambda _, __: None)
    setattr(of, name, found)


_HOLD_FILES = ("FakeKey", "FakeMultipart")
_OF_A_DICTIONARY = (
    "__contains__", "__delitem__", "__iter__", "__len__", "__setitem__", "clear", "get", "items", "keys", "pop",
    "values",
)  # fmt: skip


def _looked_up(name: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any) -> Any:
        return getattr(current().accounts_of(self), name)(*arguments)

    return method
