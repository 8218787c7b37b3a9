"""Routing: the route of an HTTP API that a request matches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cross_account_sandbox.apigatewayv2.model import HttpRoute
from cross_account_sandbox.execute_api.http_api.routing import match

#: The developer guide's example ("Create routes for HTTP APIs"), and a root route.
KEYS = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "GET /dogs/{id}", "GET /dogs/{all+}"]
KEYS += ["ANY /{proxy+}", "$default", "GET /"]


def routes(*keys: str) -> list[HttpRoute]:
    return [HttpRoute(route_id=str(number), route_key=key) for number, key in enumerate(keys)]


@pytest.mark.parametrize(
    ("request_line", "key", "parameters"),
    [
        ("GET /pets/dog/1", "GET /pets/dog/1", {}),
        ("GET /pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET /pets/cat/1", "GET /pets/{proxy+}", {"proxy": "cat/1"}),
        ("GET /dogs/1", "GET /dogs/{id}", {"id": "1"}),
        ("GET /dogs/1/2", "GET /dogs/{all+}", {"all": "1/2"}),
        ("POST /test/5", "ANY /{proxy+}", {"proxy": "test/5"}),
        ("GET /", "GET /", {}),
        ("POST /", "$default", {}),
    ],
)
def test_the_most_specific_route_is_taken(request_line: str, key: str, parameters: dict[str, str]) -> None:
    method, path = request_line.split(" ")
    found = match(routes(*KEYS), method, path)
    assert found is not None
    assert (found.route.route_key, found.parameters) == (key, parameters)


def test_without_a_default_route_nothing_may_match() -> None:
    assert match(routes("GET /pets"), "GET", "/dogs") is None
    assert match(routes("GET /pets"), "POST", "/pets") is None


def test_a_routes_own_method_comes_before_any() -> None:
    found = match(routes("ANY /pets", "GET /pets"), "GET", "/pets")
    assert found is not None
    assert found.route.route_key == "GET /pets"


@given(st.permutations(KEYS), st.sampled_from(["/pets/dog/1", "/pets/dog/9", "/pets/x", "/dogs/1", "/y/z", "/"]))
def test_the_order_of_routes_does_not_count(keys: list[str], path: str) -> None:
    found, expected = match(routes(*keys), "GET", path), match(routes(*KEYS), "GET", path)
    assert found is not None
    assert expected is not None
    assert (found.route.route_key, found.parameters) == (expected.route.route_key, expected.parameters)
