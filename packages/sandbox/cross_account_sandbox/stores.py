"""A service's data, separate for each account and Region."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

Store = TypeVar("Store")
Made_co = TypeVar("Made_co", covariant=True)


class _New(Protocol[Made_co]):
    def __call__(self, *, account: str, region: str) -> Made_co: ...


class Stores(Generic[Store]):
    """The stores of one service; each is created when it is first requested."""

    def __init__(self, new: _New[Store]) -> None:
        self._new = new
        self._stores: dict[tuple[str, str], Store] = {}

    def __call__(self, account: str, region: str) -> Store:
        """The store of an account and Region."""
        key = (account, region)
        if key not in self._stores:
            self._stores[key] = self._new(account=account, region=region)
        return self._stores[key]

    def all(self) -> list[Store]:
        """Every store that has been requested so far: together they hold all of the service's data."""
        return list(self._stores.values())
