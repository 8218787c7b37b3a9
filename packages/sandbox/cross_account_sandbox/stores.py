"""What a service holds, apart for each account and Region."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

Store = TypeVar("Store")
Made_co = TypeVar("Made_co", covariant=True)


class _New(Protocol[Made_co]):
    def __call__(self, *, account: str, region: str) -> Made_co: ...


class Stores(Generic[Store]):
    """The stores of one service; each is made when it is first asked for."""

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
        """Every store that was asked for so far: whatever the service holds is in one of them."""
        return list(self._stores.values())
