"""The report of leftovers for people: what each is, why it belongs to the stack, and commands on their own lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cross_account_doctor.leftovers.search import Found, adoption, removal
from cross_account_doctor.leftovers.state import State

if TYPE_CHECKING:
    from cross_account_doctor.accounts import Accounts


def exit_code(found: Found) -> int:
    """0: nothing is left. 1: something is left. 2: nothing was found, but not everything could be read."""
    return 1 if found.leftovers else 2 if found.unchecked else 0


def lines(found: Found, state: State, accounts: Accounts) -> Iterator[str]:
    """The report, line by line."""
    places = " and ".join(map(str, state.places))
    yield f"stack {state.title}, {places}: {len(found.leftovers)} left behind"
    for number, leftover in enumerate(found.leftovers, 1):
        yield f"\n{number}. {leftover.kind} {leftover.name} in {leftover.place}: {leftover.reason}"
        yield "   remove it:"
        yield from removal(leftover, accounts)
        if command := adoption(leftover, found, state):
            yield "   or keep it in the stack:"
            yield command
    if found.leftovers:
        yield (
            "\nRemove these resources in this order; nothing in the stack's state refers to them. Do not remove a log "
            "group that retainLogs kept. Then run `pulumi refresh --clear-pending-creates`."
        )
    for text in found.unchecked:
        yield f"? not checked: {text}"
    for account in accounts.without_profile:
        yield f"? commands in account {account} need credentials for that account: only a role was given for it"
