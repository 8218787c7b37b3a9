"""CORS configurations of HTTP APIs."""

from __future__ import annotations

import pytest

from aws_rules.cors_rules import cors_fault


@pytest.mark.parametrize(
    ("origins", "credentials", "max_age"),
    [
        (["*"], False, None),
        (["https://example.com"], True, 0),
        # API Gateway API reference, v2, Cors: maxAge is an integer from -1 to 86,400.
        ([], False, -1),
        ([], False, 86_400),
    ],
)
def test_api_gateway_takes_it(origins: list[str], credentials: bool, max_age: int | None) -> None:
    assert cors_fault(allow_origins=origins, allow_credentials=credentials, max_age=max_age) is None


@pytest.mark.parametrize(
    ("origins", "credentials", "max_age", "fault"),
    [
        # The Fetch standard, "CORS protocol and credentials", forbids the combination, and API Gateway rejects it.
        (["*"], True, None, "allow-credentials is not supported if 'allow-origin' is *"),
        (["https://example.com", "*"], True, 60, "allow-credentials is not supported if 'allow-origin' is *"),
        ([], False, -2, "max-age -2 is not between -1 and 86,400 seconds"),
        ([], False, 86_401, "max-age 86401 is not between -1 and 86,400 seconds"),
    ],
)
def test_api_gateway_refuses_it(origins: list[str], credentials: bool, max_age: int | None, fault: str) -> None:
    assert cors_fault(allow_origins=origins, allow_credentials=credentials, max_age=max_age) == fault
