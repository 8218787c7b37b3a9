"""The authorization of every operation after API Gateway imports the component's document."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from hypothesis import given

from cross_account_api.errors import ArgumentError
from cross_account_api.rest.cross_account_api import CrossAccountApi
from cross_account_api.testing import record
from cross_account_sandbox.apigateway.rest_apis import import_rest_api
from cross_account_sandbox.control_plane.service import Call
from sandbox_testing.worlds import empty_world
from tests.components.builders import API, FUNCTION, account, new_function, outputs
from tests.guards.cases import API_KEYS, GATE, Case, Operation, cases

if TYPE_CHECKING:
    from cross_account_sandbox.apigateway.model.definition import Definition, Method


def written(case: Case) -> str:
    """The component's document for API Gateway. Raises ArgumentError."""

    def program() -> dict[str, Any]:
        function = account(FUNCTION)
        args = case.args(account(API), new_function(function), new_function(function))
        return outputs(CrossAccountApi("shop", args))

    text: str = record(program).one("RestApi").inputs["body"]
    return text


def imported(body: str) -> Definition:
    """The authorization of every operation after API Gateway's import."""
    world = empty_world()
    caller: Any = None
    call = Call(
        world=world, caller=caller, account=API, region="eu-west-1", operation="ImportRestApi", params={"body": body}
    )
    asyncio.run(import_rest_api(call))
    [api] = world.apigateway(API, "eu-west-1").rest_apis.values()
    return api.definition


def methods(definition: Definition) -> dict[Operation, Method]:
    return {(verb, one.path): method for one in definition.resources.values() for verb, method in one.methods.items()}


def enforced(definition: Definition) -> dict[Operation, str]:
    """AWS_IAM, NONE, or the authorizer's name."""
    names = {one.id: one.name for one in definition.authorizers.values()}
    return {
        operation: names.get(method.authorizer_id or "", method.authorization_type)
        for operation, method in methods(definition).items()
    }


def contradictions(case: Case) -> list[Operation]:
    """Operations for which the document and the arguments require different authorization.

    The arguments also apply if the document names a scheme that an authorizer replaces.
    """
    taken = any(authorizer for *_, authorizer in case.routes)
    asked = {one: GATE for one in case.operations if taken and GATE in case.guards_of_the_document(one)} | case.asked
    return [one for one, guard in asked.items() if case.guards_of_the_document(one) - {guard}]


def _name_is_taken(case: Case) -> bool:
    enforced_kinds = ("token", "request", "cognito", "sigv4", *API_KEYS)
    return any(authorizer for *_, authorizer in case.routes) and case.kinds.get(GATE) in enforced_kinds


def attempt(case: Case) -> tuple[str, str]:
    """Either the component's document or its error message."""
    try:
        return written(case), ""
    except ArgumentError as error:
        return "", str(error)


@given(case=cases())
def test_a_guard_is_enforced_on_every_operation_or_the_program_names_those_where_it_cannot_be(case: Case) -> None:
    before = imported(json.dumps(case.document))
    body, fault = attempt(case)

    assert bool(fault) == (_name_is_taken(case) or bool(contradictions(case)))
    if fault:
        assert _name_is_taken(case) or all(" ".join(operation) in fault for operation in contradictions(case))
        return
    after = imported(body)
    guards = enforced(after)
    assert {one: guards[one] for one in case.asked} == case.asked
    for operation, guard in enforced(before).items():
        # No authorization that the document itself enforces is lost.
        if guard != "NONE" and operation not in case.asked:
            assert guards[operation] == guard
        assert methods(after)[operation].api_key_required >= methods(before)[operation].api_key_required
    # The only additions are open preflights for an ANY with authorization.
    added = set(guards) - set(enforced(before))
    assert added == {("OPTIONS", path) for method, path in case.asked if method == "ANY"} - set(case.operations)
    assert {guards[one] for one in added} <= {"NONE"}
