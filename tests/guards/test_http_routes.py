"""The authorization that the component registers for every route of an HTTP API."""

from __future__ import annotations

from hypothesis import given

from cross_account_api.errors import ArgumentError
from cross_account_api.http.http_api import HttpApi
from cross_account_api.testing import Recording, record
from tests.components.builders import API, FUNCTION, account, new_function
from tests.guards.http_cases import AUTHORIZERS, HttpCase, http_cases


def attempt(case: HttpCase) -> tuple[Recording | None, str]:
    """Either the registered resources or the component's error message."""

    def program() -> None:
        where = account(FUNCTION)
        args = case.args(account(API), new_function(where), new_function(where), "https://issuer.example.com")
        HttpApi("shop", args)

    try:
        return record(program), ""
    except ArgumentError as error:
        return None, str(error)


@given(case=http_cases())
def test_each_route_has_its_authorization_or_the_program_names_those_that_refuse_preflights(case: HttpCase) -> None:
    made, fault = attempt(case)

    assert (made is None) == bool(case.refusing_preflights)
    assert all(f"route {key!r}: it also receives preflights" in fault for key in case.refusing_preflights)
    if made is not None:
        routes = made.all("apigatewayv2/route:Route")
        assert {each.inputs["routeKey"]: each.inputs["authorizationType"] for each in routes} == case.routes
        ids = {each.inputs["name"]: each.id for each in made.all("apigatewayv2/authorizer:Authorizer")}
        assert {each.inputs["routeKey"]: each.inputs.get("authorizerId") for each in routes} == {
            key: ids[AUTHORIZERS[authorization]] if authorization in AUTHORIZERS else None
            for key, authorization in case.routes.items()
        }
