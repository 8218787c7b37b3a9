"""A policy, statement by statement: which one matched, or which field of the closest one did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One element of a statement. `mismatch` says why it does not cover the request; empty if it does."""

    name: str
    values: tuple[str, ...]
    mismatch: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One statement. `mark` is `matched`, `closest` or empty."""

    label: str
    effect: str
    fields: tuple[Field, ...]
    mark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A policy with its heading."""

    title: str
    statements: tuple[Statement, ...]


def policy_view(
    document: Mapping[str, Any],
    *,
    title: str,
    decisive: str | None = None,
    mismatches: Sequence[Mapping[str, Any]] = (),
) -> Policy:
    """The current policy; `decisive` is the label of the statement on which a decision is based.

    mismatches  the fields of that statement that do not cover the request, as in the evidence
    """
    listed = document.get("Statement", [])
    entries = listed if isinstance(listed, list | tuple) else [listed]
    mark = "closest" if mismatches else "matched"
    statements = []
    for number, entry in enumerate(entries, start=1):
        stated = entry if isinstance(entry, Mapping) else {"Statement": entry}
        label = str(stated.get("Sid") or f"number {number}")
        decides = label == decisive
        reasons = {str(item["field"]): str(item["reason"]) for item in mismatches} if decides else {}
        statements.append(
            Statement(
                label=label,
                effect=str(stated.get("Effect", "")),
                fields=tuple(_fields(stated, reasons)),
                mark=mark if decides else "",
            )
        )
    return Policy(title=title, statements=tuple(statements))


def _fields(statement: Mapping[str, Any], reasons: dict[str, str]) -> Iterator[Field]:
    for name, value in statement.items():
        if name in ("Sid", "Effect"):
            continue
        if name == "Condition" and isinstance(value, Mapping):
            for operator, keys in value.items():
                for key, wanted in keys.items() if isinstance(keys, Mapping) else [("", keys)]:
                    reason = reasons.pop(f"Condition.{operator}.{key}", "")
                    yield Field(name=f"{operator} {key}".strip(), values=_values(wanted), mismatch=reason)
        else:
            yield Field(name=name, values=_values(value), mismatch=reasons.pop(name, ""))
    for name, reason in reasons.items():
        yield Field(name=name, values=(), mismatch=reason)


def _values(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(f"{kind}: {item}" for kind, items in value.items() for item in _values(items))
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return (str(value),)
