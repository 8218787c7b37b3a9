"""The authorization of every route of an HTTP API, as the component registers it."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from cross_account_api.errors import ArgumentError
from cross_account_api.http.http_api import HttpApi
from cross_account_api.testing import Recording, record
from tests.components.builders import API, FUNCTION, account, new_function
from tests.guards.http_cases import HttpCase, http_cases


def attempt(case: HttpCase) -> tuple[Recording | None, str]:
    """What is registered, and what the component complains of: one of the two."""

    def program() -> dict[str, Any]:
        hello = new_function(account(FUNCTION))
        return HttpApi("shop", case.args(account(API), hello, "https://issuer.example.com")).outputs

    try:
        return record(program), ""
    except ArgumentError as error:
        return None, str(error)


@given(case=http_cases())
def test_each_route_has_its_authorization_or_the_program_names_those_that_refuse_preflights(case: HttpCase) -> None:
    made, fault = attempt(case)

    assert (made is None) == bool(case.refusing_preflights)
    assert all(f"route {key!r}: it takes preflights too" in fault for key in case.refusing_preflights)
    if made is not None:
        routes = made.all("apigatewayv2/route:Route")
        assert {each.inputs["routeKey"]: each.inputs["authorizationType"] for each in routes} == case.routes
        jwt = made.one("apigatewayv2/authorizer:Authorizer").id
        assert all(
            (each.inputs.get("authorizerId") == jwt) == (each.inputs["authorizationType"] == "JWT") for each in routes
        )
