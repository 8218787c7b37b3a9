"""Runtimes of which Lambda still creates functions."""

from __future__ import annotations

import botocore.session
import pytest

from aws_rules import runtimes

BLOCKED = "Lambda no longer creates functions with the runtime"


@pytest.mark.parametrize("runtime", ["nodejs", "python", *runtimes.CREATABLE])
def test_a_shorthand_or_an_identifier_that_lambda_takes_is_accepted(runtime: str) -> None:
    assert runtimes.runtime_fault(runtime) is None


def test_each_identifier_of_lambda_s_model_can_be_created_or_is_deprecated() -> None:
    known = botocore.session.get_session().get_service_model("lambda").shape_for("Runtime").metadata["enum"]

    assert set(known) - {"custom"} <= set(runtimes.CREATABLE) | set(runtimes.DEPRECATED)
    assert set(runtimes.CREATABLE) <= set(known)


@pytest.mark.parametrize(
    ("runtime", "fault"),
    [
        # Lambda developer guide, "Deprecated runtimes".
        ("nodejs12.x", f"{BLOCKED} nodejs12.x (deprecated 2023-03-31): use nodejs (which is nodejs22.x)"),
        ("nodejs18.x", f"{BLOCKED} nodejs18.x (deprecated 2025-09-01): use nodejs (which is nodejs22.x)"),
        ("python3.8", f"{BLOCKED} python3.8 (deprecated 2024-10-14): use python (which is python3.13)"),
        ("go1.x", f"{BLOCKED} go1.x (deprecated 2024-01-08): use one of nodejs20.x, "),
        ("java8", f"{BLOCKED} java8 (deprecated 2024-01-08): use one of nodejs20.x, "),
        ("nodejs99.x", "nodejs99.x is not a runtime of Lambda: use nodejs (which is nodejs22.x)"),
        ("Python3.13", "Python3.13 is not a runtime of Lambda: use one of nodejs20.x, "),
        ("custom", "custom is not a runtime of Lambda: use one of nodejs20.x, "),
        ("", " is not a runtime of Lambda: use one of nodejs20.x, "),
    ],
)
def test_any_other_is_refused_with_one_to_use(runtime: str, fault: str) -> None:
    assert not runtimes.creatable(runtime)
    assert (runtimes.runtime_fault(runtime) or "").startswith(fault)
