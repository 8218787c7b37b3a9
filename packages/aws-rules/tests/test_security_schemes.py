"""How API Gateway enforces the security schemes of an OpenAPI document."""

from __future__ import annotations

from typing import Any

import pytest

from aws_rules.security_schemes import enforced_as

AUTHORIZER = {"type": "request", "authorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/…"}


@pytest.mark.parametrize(
    ("scheme", "enforced"),
    [
        # Developer guide, "x-amazon-apigateway-authorizer object" and "x-amazon-apigateway-authtype property".
        (
            {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": AUTHORIZER,
            },
            "authorizer",
        ),
        (
            {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
            "AWS_IAM",
        ),
        (
            {"type": "apiKey", "name": "x-api-key", "in": "header", "x-amazon-apigateway-authtype": "AWSSIGV4"},
            "AWS_IAM",
        ),
        # Developer guide, "API key source": API Gateway reads X-API-Key and no other header.
        ({"type": "apiKey", "name": "x-api-key", "in": "header"}, "api_key"),
        ({"type": "apiKey", "name": "X-API-Key", "in": "header"}, "api_key"),
        # These schemes look like protection, but API Gateway does not enforce them.
        ({"type": "apiKey", "name": "token", "in": "header"}, None),
        ({"type": "http", "scheme": "bearer"}, None),
        ({"type": "oauth2", "flows": {}}, None),
        ({"type": "openIdConnect", "openIdConnectUrl": "https://example.com"}, None),
        ({"type": "apiKey", "name": "Authorization", "x-amazon-apigateway-authtype": "custom"}, None),
        ({"type": "apiKey", "name": "Authorization", "x-amazon-apigateway-authorizer": "gate"}, None),
        ({}, None),
    ],
)
def test_a_scheme_is_enforced_by_its_extensions_or_as_the_api_key_header(
    scheme: dict[str, Any], enforced: str | None
) -> None:
    assert enforced_as(scheme) == enforced
