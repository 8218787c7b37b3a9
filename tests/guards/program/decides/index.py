"""A Lambda authorizer that allows every caller with the right word."""

from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return a policy for the whole stage, because the response is cached per token.

    An HTTP API (payload 2.0) gets the simple response.
    """
    headers = event.get("headers") or {}
    token = event.get("authorizationToken") or headers.get("Authorization") or headers.get("authorization")
    if event.get("version") == "2.0":
        return {"isAuthorized": token == "open-sesame"}
    stage = "/".join(event["methodArn"].split("/")[:2])
    effect = "Allow" if token == "open-sesame" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": f"{stage}/*"}
    return {"principalId": "jo", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
