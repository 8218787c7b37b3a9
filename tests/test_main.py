"""`__main__.py` with the stacks of this repository."""

from __future__ import annotations

import pytest

from cross_account_api.rest import petstore
from tests.projects import ROOT, record_main

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
STACKS = ["dev", "prod", "sandbox"]


@pytest.mark.parametrize("stack", STACKS)
def test_the_program_runs_with_each_stack_and_exports_the_fixed_outputs(stack: str) -> None:
    assert set(record_main(f"Pulumi.{stack}.yaml", stack=stack).outputs) == OUTPUTS


@pytest.mark.parametrize("stack", STACKS)
def test_a_first_preview_of_each_stack_succeeds(stack: str) -> None:
    made = record_main(f"Pulumi.{stack}.yaml", stack=stack, preview=True)

    assert made.unknown_outputs | set(made.outputs) == OUTPUTS


def test_the_function_takes_the_root_and_the_rest_is_the_example_api() -> None:
    made = record_main("Pulumi.sandbox.yaml")
    document = made.one("RestApi").document()

    root = document["paths"]["/"]["get"]["x-amazon-apigateway-integration"]
    assert (root["type"], root["uri"]) == ("aws_proxy", made.outputs["integrationUri"])
    example = petstore.document()["paths"]
    assert {path: document["paths"][path] for path in ("/pets", "/pets/{petId}")} == {
        path: example[path] for path in ("/pets", "/pets/{petId}")
    }


def test_two_stacks_share_no_name_that_could_clash() -> None:
    dev, prod = (record_main(f"Pulumi.{stack}.yaml", stack=stack) for stack in ("dev", "prod"))
    unique = {"aws:iam/role:Role", "aws:lambda/function:Function", "aws:cloudwatch/logGroup:LogGroup"}
    given = [
        {each.inputs["name"] for each in made.in_aws if each.type in unique and "name" in each.inputs}
        for made in (dev, prod)
    ]

    assert given[0] & given[1] == set()
    assert dev.one("RestApi").inputs["name"] != prod.one("RestApi").inputs["name"]


def test_it_has_at_most_60_lines() -> None:
    assert len((ROOT / "__main__.py").read_text().splitlines()) <= 60
