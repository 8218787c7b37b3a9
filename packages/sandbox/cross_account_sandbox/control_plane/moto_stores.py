"""What moto holds, apart for each World: moto itself keeps one store per service, account and Region in a process.

Whatever looks into moto's stores, moto itself included, finds those of the World that the current task or thread works
for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class MotoStores:
    """The stores of one World: of each service by account, and there by Region.

    files        the objects of S3 that hold a file open
    directories  what a service keeps across accounts, such as the names of all buckets
    """

    def __init__(self) -> None:
        self._accounts: dict[Any, dict[str, Any]] = {}
        self.files: list[Any] = []
        self.directories: dict[str, dict[str, Any]] = {}

    def accounts_of(self, service: Any) -> dict[str, Any]:
        """The accounts of a service; `service` is moto's BackendDict."""
        return self._accounts.setdefault(service, {})

    @contextmanager
    def active(self) -> Iterator[None]:
        """Inside, also in tasks and contexts that begin there, moto's stores are these."""
        token = _active.set(self)
        try:
            yield
        finally:
            _active.reset(token)

    def use(self) -> None:
        """Work that says nothing of a World, such as a test's, finds these."""
        global _otherwise  # noqa: PLW0603 - one per process, as moto's own stores are
        _otherwise = self

    def drop(self) -> None:
        """Forget everything, and close the files of S3."""
        for file in self.files:
            file.dispose()
        self.__init__()  # type: ignore[misc]


_otherwise = MotoStores()
_active: ContextVar[MotoStores | None] = ContextVar("moto_stores", default=None)


def current() -> MotoStores:
    """The stores of the World that the current task or thread works for."""
    return _active.get() or _otherwise


def separate() -> None:
    """Have moto look up its stores in those of the current World."""
    from moto.core.base_backend import BackendDict
    from moto.core.common_models import BaseModel

    def account_of(self: Any, account: str) -> Any:
        self._create_account_specific_backend(account)
        return current().accounts_of(self)[account]

    def made(kind: Any, *_: object, **__: object) -> Any:
        """Note what holds a file; moto's own list of all that it ever made would keep every World's in memory."""
        model = object.__new__(kind)
        if kind.__name__ in _HOLD_FILES:
            current().files.append(model)
        return model

    for name in _OF_A_DICTIONARY:
        setattr(BackendDict, name, _looked_up(name))
    BackendDict.__getitem__ = account_of  # type: ignore[method-assign]
    BaseModel.__new__ = made  # type: ignore[method-assign, assignment]


def separate_directory(of: type, name: str) -> None:
    """Have a service keep this attribute of its stores, a dictionary across accounts, in the current World's."""
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
