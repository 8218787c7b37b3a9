"""Whether the statements of a scope fit into a function's policy. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aws_rules import policies
from aws_rules.grants import SCOPES, Grant, Scope, fits, size


def scope_fault(
    label: str,
    scope: Scope,
    grants_in: Callable[[Scope], Sequence[Grant]],
    *,
    function: str,
    api_account: str,
    others: Sequence[policies.Statement] = (),
) -> str | None:
    """Why this scope's statements do not fit into the function's policy, and which scope's do; None if they fit.

    `grants_in` gives the statements in a scope; `function` is the ARN with the qualifier; `others` are the statements
    that the same policy contains in any scope: those of authorizers.
    """
    sizes: dict[Scope, tuple[int, int]] = {}
    for each in SCOPES[SCOPES.index(scope) :]:
        given = grants_in(each)
        sizes[each] = len(given), size(given, function=function, api_account=api_account, others=others)
    count, needed = sizes[scope]
    if fits(needed):
        return None
    taken = len(policies.rendered({"Statement": list(others)})) if others else 0
    beside = f" beside {taken:,} bytes for authorizers" if others else ""
    fitting = next((each for each, (_, needs) in sizes.items() if fits(needs)), SCOPES[-1])
    room = policies.FUNCTION_POLICY_BYTES // 2
    most = max(0, room - taken) * count // (needed - taken)
    return (
        f"function {label!r}: permissionScope {scope} makes {count} statements with a total of {needed - taken:,} bytes"
        f"{beside}; at most {most} of this length fit. A function's policy holds {policies.FUNCTION_POLICY_BYTES:,} "
        f"bytes, and during a replacement it must hold both the old and the new ones. permissionScope {fitting} fits "
        f"with {sizes[fitting][0]}: pulumi config set permissionScope {fitting}"
    )
