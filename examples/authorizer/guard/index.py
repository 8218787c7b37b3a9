"""A Lambda authorizer for tokens of the form `user:secret`. Replace it with your own check."""

from typing import Any

_SECRET = "open-sesame"  # noqa: S105  an example's word, so that it can be tried


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Takes a TOKEN or REQUEST authorizer event and returns a policy; raising `Unauthorized` results in 401."""
    token = event.get("authorizationToken") or (event.get("headers") or {}).get("X-Api-Token", "")
    user, _, secret = token.partition(":")
    if not user:
        raise Exception("Unauthorized")  # noqa: TRY002  the one text that API Gateway answers with 401
    effect = "Allow" if secret == _SECRET else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": _methods(event["methodArn"])}
    return {
        "principalId": user,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"team": "pets"},
    }


def _methods(method_arn: str) -> str:
    """All methods of the stage: API Gateway caches the policy for the token and uses it for later requests."""
    api, stage = method_arn.split("/")[:2]
    return f"{api}/{stage}/*"
