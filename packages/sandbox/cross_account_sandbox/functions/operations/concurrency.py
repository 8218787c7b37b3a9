"""Reserved concurrency and account settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.code_archive import MAX_UNZIPPED, MAX_ZIPPED
from cross_account_sandbox.functions.errors import invalid
from cross_account_sandbox.functions.limits import ACCOUNT_CONCURRENCY, MINIMUM_UNRESERVED
from cross_account_sandbox.functions.naming import function_of, reference
from cross_account_sandbox.functions.store import LATEST, Function

_TOTAL_CODE_SIZE = 80_530_636_800


def put_function_concurrency(call: Call) -> Mapping[str, Any]:
    """PutFunctionConcurrency. A value of 0 stops the function."""
    if reference(call).qualifier:
        raise invalid(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
            "Please specify either a function name or an unqualified function ARN."
        )
    function, _ = function_of(call, shown=LATEST)
    wanted = int(call.params["ReservedConcurrentExecutions"])
    store = call.world.functions(function.account, function.region)
    others = store.reserved - (function.reserved_concurrency or 0)
    if ACCOUNT_CONCURRENCY - others - wanted < MINIMUM_UNRESERVED:
        raise invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{MINIMUM_UNRESERVED}].",
            Type=None,
        )
    store.reserve(function, wanted)
    return {"ReservedConcurrentExecutions": wanted}


def get_function_concurrency(call: Call) -> Mapping[str, Any]:
    """GetFunctionConcurrency. The response is empty if no concurrency is reserved."""
    function, _ = function_of(call)
    if function.reserved_concurrency is None:
        return {}
    return {"ReservedConcurrentExecutions": function.reserved_concurrency}


def delete_function_concurrency(call: Call) -> None:
    function, _ = function_of(call)
    call.world.functions(function.account, function.region).reserve(function, None)


def get_account_settings(call: Call) -> Mapping[str, Any]:
    store = call.world.functions(call.account, call.region)
    return {
        "AccountLimit": {
            "TotalCodeSize": _TOTAL_CODE_SIZE,
            "CodeSizeUnzipped": MAX_UNZIPPED,
            "CodeSizeZipped": MAX_ZIPPED,
            "ConcurrentExecutions": ACCOUNT_CONCURRENCY,
            "UnreservedConcurrentExecutions": ACCOUNT_CONCURRENCY - store.reserved,
        },
        "AccountUsage": {
            "TotalCodeSize": sum(map(_code_size, store.functions.values())),
            "FunctionCount": len(store.functions),
        },
    }


def _code_size(function: Function) -> int:
    """Total bytes of the archives of $LATEST and every version; identical code counts each time."""
    return sum(version.code_size for version in (function.latest, *function.versions.values()))
