"""Two Lambda authorizers: one is given a token, the other the request. Both answer with a policy and a context.

The token is `Bearer NAME`, where NAME is who may enter; `Bearer error` fails, to show what a client sees of that.
A real authorizer verifies a signature here.
"""

from typing import Any

_GUESTS = {"alice", "bob"}
_KEYS = {"pets": "opensesame"}


def token(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """TOKEN: the header's value. Raising "Unauthorized" is how an authorizer says 401."""
    name = event["authorizationToken"].removeprefix("Bearer ")
    if name == "error":
        message = "the gate is broken"
        raise RuntimeError(message)
    if name == "nobody":
        message = "Unauthorized"
        raise Exception(message)  # noqa: TRY002  this very text is the contract
    return answer(name, allowed=name in _GUESTS, method_arn=event["methodArn"])


def request(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """REQUEST: headers and query of the whole request."""
    team = next((value for name, value in event["headers"].items() if name.lower() == "x-team"), "")
    key = (event.get("queryStringParameters") or {}).get("key")
    return answer(team, allowed=key is not None and _KEYS.get(team) == key, method_arn=event["methodArn"])


def answer(principal: str, *, allowed: bool, method_arn: str) -> dict[str, Any]:
    """A policy for every method of the stage: the answer is cached and used for other paths too."""
    stage = "/".join(method_arn.split("/")[:2])
    effect = "Allow" if allowed else "Deny"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": f"{stage}/*"}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"guest": principal, "visits": 1, "trusted": allowed},
    }
