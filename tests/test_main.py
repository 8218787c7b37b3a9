"""`__main__.py` itself, with the stacks that the repository holds."""

from __future__ import annotations

import pytest

from tests.components.recorder import record_main

OUTPUTS = {
    "url",
    "apiId",
    "stageName",
    "functionName",
    "apiExecutionArn",
    "functionArn",
    "integrationUri",
    "sourceArn",
    "addPermissionCommand",
}


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
def test_the_program_runs_with_each_stack_and_exports_the_fixed_outputs(stack: str) -> None:
    made = record_main(f"Pulumi.{stack}.yaml", stack=stack)

    assert set(made.outputs) == OUTPUTS
