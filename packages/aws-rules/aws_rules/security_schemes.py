"""How API Gateway treats a security scheme in an OpenAPI document. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

#: The key under which a scheme states its authorizer (developer guide, api-gateway-swagger-extensions-authorizer).
AUTHORIZER = "x-amazon-apigateway-authorizer"


def enforced_as(scheme: Mapping[str, Any]) -> Literal["authorizer", "AWS_IAM", "api_key"] | None:
    """How API Gateway enforces the scheme; None if it does not enforce it."""
    if isinstance(scheme.get(AUTHORIZER), Mapping):
        return "authorizer"
    if str(scheme.get("x-amazon-apigateway-authtype")).lower() == "awssigv4":
        return "AWS_IAM"
    if scheme.get("type") == "apiKey" and str(scheme.get("name")).lower() == "x-api-key":
        return "api_key"
    return None
