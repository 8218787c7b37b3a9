"""Inputs as the engine stores them: automatic names, and a record of the values that the program did not set.

As in the AWS provider, the input `__defaults` lists the names of these inputs. It determines whether a replacement
deletes the old resource first, and prevents values that only AWS set (after an import) from appearing as changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.engine_plugin.unknown import holds_unknown
from cross_account_sandbox.resources.handler import Handler
from cross_account_sandbox.resources.naming import named

#: Internal properties of the engine and the SDK start with `__`; programs never see them.
DEFAULTS = "__defaults"


def stated(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs without internal properties and nulls (a null input counts as not set)."""
    return {key: value for key, value in inputs.items() if not key.startswith("__") and value is not None}


def defaults_of(inputs: Mapping[str, Any]) -> frozenset[str]:
    """The inputs that the program did not set."""
    return frozenset(inputs.get(DEFAULTS) or ())


def with_defaults(inputs: Mapping[str, Any], defaults: frozenset[str]) -> dict[str, Any]:
    """Add the record of the inputs that the program did not set."""
    return {**stated(inputs), DEFAULTS: sorted(defaults)}


def checked(
    handler: Handler, name: str, old: Mapping[str, Any], new: Mapping[str, Any], seed: bytes | None
) -> dict[str, Any]:
    """The inputs to store: checked by the handler, with the old or a new automatic name.

    Raises HandlerError for unknown or invalid inputs.
    """
    given = stated(new)
    verified = _verified(handler, given)
    key = handler.auto_name
    if key and key not in verified and f"{key}Prefix" not in verified and key in defaults_of(old) and old.get(key):
        verified[key] = old[key]
    complete = named(handler, name, verified, seed or None)
    return with_defaults(complete, frozenset(complete) - frozenset(given))


def _verified(handler: Handler, given: dict[str, Any]) -> dict[str, Any]:
    """Handlers cannot process unknowns: check the names of all inputs, but only the known values."""
    known = {key: value for key, value in given.items() if not holds_unknown(value)}
    if len(known) == len(given):
        return handler.check(given)
    Handler.check(handler, given)
    return {**given, **handler.check(known)}


def imported(handler: Handler, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of an imported resource: all come from AWS, none from the program."""
    known = {key: value for key, value in stated(outputs).items() if key in handler.inputs}
    return with_defaults(known, frozenset(known))
