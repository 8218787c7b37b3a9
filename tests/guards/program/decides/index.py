"""Lets in whoever knows the word."""

from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A TOKEN or REQUEST event in, a policy for the whole stage out, because the answer is cached for the token."""
    token = event.get("authorizationToken") or (event.get("headers") or {}).get("Authorization")
    stage = "/".join(event["methodArn"].split("/")[:2])
    effect = "Allow" if token == "open-sesame" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": f"{stage}/*"}
    return {"principalId": "jo", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
