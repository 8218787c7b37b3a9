"""Inputs as the engine keeps them: automatic names, and which values the program did not give itself.

Like the vendor's provider, the names of such inputs stand in the input `__defaults`. It decides whether a
replacement deletes first, and keeps values that only AWS knew (after an import) from being a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.engine_plugin.unknown import holds_unknown
from cross_account_sandbox.resources.handler import Handler
from cross_account_sandbox.resources.naming import named

#: The engine's and the SDK's own properties begin so; programs never see them.
DEFAULTS = "__defaults"


def stated(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs without bookkeeping and without nulls (an input that is null was not given)."""
    return {key: value for key, value in inputs.items() if not key.startswith("__") and value is not None}


def defaults_of(inputs: Mapping[str, Any]) -> frozenset[str]:
    """The inputs that the program did not give."""
    return frozenset(inputs.get(DEFAULTS) or ())


def with_defaults(inputs: Mapping[str, Any], defaults: frozenset[str]) -> dict[str, Any]:
    """The inputs with the record of what the program did not give."""
    return {**stated(inputs), DEFAULTS: sorted(defaults)}


def checked(
    handler: Handler, name: str, old: Mapping[str, Any], new: Mapping[str, Any], seed: bytes | None
) -> dict[str, Any]:
    """The inputs to keep: verified by the handler, with the old automatic name or a new one.

    Raises HandlerError for inputs that the handler does not know or accept.
    """
    given = stated(new)
    verified = _verified(handler, given)
    key = handler.auto_name
    if key and key not in verified and f"{key}Prefix" not in verified and key in defaults_of(old) and old.get(key):
        verified[key] = old[key]
    complete = named(handler, name, verified, seed or None)
    return with_defaults(complete, frozenset(complete) - frozenset(given))


def _verified(handler: Handler, given: dict[str, Any]) -> dict[str, Any]:
    """A handler knows nothing of unknowns: it verifies the names of all inputs, and the values that are known."""
    known = {key: value for key, value in given.items() if not holds_unknown(value)}
    if len(known) == len(given):
        return handler.check(given)
    Handler.check(handler, given)
    return {**given, **handler.check(known)}


def imported(handler: Handler, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a resource that was read by its id: all are AWS's, none the program's."""
    known = {key: value for key, value in stated(outputs).items() if key in handler.inputs}
    return with_defaults(known, frozenset(known))
