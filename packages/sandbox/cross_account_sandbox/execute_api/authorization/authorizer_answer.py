"""Check the response of a Lambda authorizer's function.

    {principalId, policyDocument, context?, usageIdentifierKey?}

Source: API Gateway developer guide, "Output from an API Gateway Lambda authorizer".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.execute_api.refusal import AUTHORIZER_CONFIGURATION_ERROR, Refusal

HOP = "authorization"
AUTHORIZER_ERROR = "Execution failed due to configuration error: Authorizer error"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The checked response of an authorizer function."""

    principal_id: str
    policy: dict[str, Any]
    context: dict[str, str] = field(default_factory=dict)
    usage_identifier_key: str | None = None


def read(payload: bytes, *, authorizer: str) -> Verdict:
    """Read the response as a verdict. Raises Refusal (500), naming what is wrong, if AWS would not accept it."""
    problem = "its response is not a JSON object"
    try:
        document = json_text.loads(payload)
    except ValueError:
        document = None
    if isinstance(document, dict):
        problem = _problem(document)
        if not problem:
            return Verdict(
                principal_id=str(document["principalId"]),
                policy=document["policyDocument"],
                context={name: _stringified(value) for name, value in (document.get("context") or {}).items()},
                usage_identifier_key=document.get("usageIdentifierKey"),
            )
    raise misbehaved(
        why=f"Authorizer {authorizer}: {problem}",
        log=f"Execution failed due to configuration error: Invalid JSON in response: {problem}"
        if document is None
        else "Execution failed due to configuration error: Could not parse policy",
    )


def _problem(document: dict[str, Any]) -> str:
    if not isinstance(document.get("principalId"), str):
        return "principalId is missing or not a string"
    policy = document.get("policyDocument")
    if not isinstance(policy, dict) or not policy.get("Statement"):
        return "policyDocument is missing or has no statements"
    context = document.get("context")
    if context is None:
        return ""
    if not isinstance(context, dict):
        return "context is not an object"
    bad = next((name for name, value in context.items() if isinstance(value, dict | list)), None)
    if bad is None:
        return ""
    return f"context.{bad} is an object or a list; only strings, numbers and booleans are allowed"


def _stringified(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def misbehaved(*, why: str, log: str) -> Refusal:
    """500 `{"message":null}`: the authorizer's function failed, or did not return a policy."""
    return Refusal(
        AUTHORIZER_CONFIGURATION_ERROR,
        None,
        hop=HOP,
        why=why,
        denied=False,
        log=(log, AUTHORIZER_ERROR),
    )
