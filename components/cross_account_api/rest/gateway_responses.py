"""Answers that API Gateway itself gives (403, 429, 5xx), made readable for browsers of other origins. Pure.

They stand in the document, so that a change of them is part of what the deployment's trigger covers.
"""

from __future__ import annotations

from typing import Any


def with_cors(origin: str) -> dict[str, Any]:
    """`x-amazon-apigateway-gateway-responses` for every 4xx and 5xx, with the CORS headers for this origin.

    Without templates: bodies stay API Gateway's own. Source: developer guide, supported-gateway-response-types.
    """
    headers = {
        "gatewayresponse.header.Access-Control-Allow-Origin": f"'{origin}'",
        "gatewayresponse.header.Access-Control-Allow-Headers": "'*'",
    }
    return {kind: {"responseParameters": dict(headers)} for kind in ("DEFAULT_4XX", "DEFAULT_5XX")}
