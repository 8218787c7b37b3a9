"""Resource policies of REST APIs and private domain names, checked, stored and shown as in API Gateway."""

from __future__ import annotations

import json
from typing import Any

from aws_rules.arns import Arn, ArnError, is_account_id, partition_of_region
from aws_rules.iam.conditions import unknown_operator
from cross_account_sandbox.apigateway.errors import bad_request, limit_exceeded
from cross_account_sandbox.control_plane.principal_pins import pins
from cross_account_sandbox.control_plane.roles import RoleDirectory

#: Characters (developer guide, API Gateway quotas).
MAXIMUM_SIZE = 8192
_INVALID = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
_SHORT_RESOURCE = "execute-api:/"


def stored_policy(text: str | None, *, roles: RoleDirectory, execution_arn: str) -> str | None:
    """Return the policy as it is stored: compact, with `execute-api:/…` expanded to the API's execution ARN.

    An empty text removes the policy and returns None. Raises BadRequestException for a document that is not a policy or
    names a principal that does not exist; LimitExceededException above 8,192 characters.
    """
    if text is None or not text.strip():
        return None
    document = _parsed(text)
    for statement in _statements(document):
        _check_statement(statement, roles, partition=execution_arn.split(":")[1])
        for element in ("Resource", "NotResource"):
            if element in statement:
                statement[element] = _expanded(statement[element], execution_arn)
    stored = json.dumps(document, separators=(",", ":"))
    if len(stored) > MAXIMUM_SIZE:
        # Unconfirmed: code and text for a resource policy above 8,192 characters. Reason: only the limit is documented.
        raise limit_exceeded(f"Policy size {len(stored)} exceeds the maximum allowed size of {MAXIMUM_SIZE} characters")
    return stored


def policy_pins(stored: str | None) -> dict[str, str]:
    """Return the unique IDs of the roles and users that a policy names: a recreated role is another principal."""
    return pins(json.loads(stored)) if stored else {}


def shown_policy(stored: str | None) -> str | None:
    r"""Return a REST API's policy as responses show it: escaped again, with `\"` for quotes and `\/` for slashes.

    The AWS provider unquotes it (terraform-provider-aws, flattenAPIPolicy). Policies of domain names are plain JSON.
    """
    if stored is None:
        return None
    return json.dumps(stored)[1:-1].replace("/", "\\/")


def execution_arn(*, region: str, account: str, api_id: str) -> str:
    """Return the ARN that `execute-api:/…` stands for in a policy of this API."""
    return f"arn:{partition_of_region(region)}:execute-api:{region}:{account}:{api_id}"


def _parsed(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        raise bad_request(_INVALID) from None
    if not isinstance(document, dict) or not _statements(document) or unknown_operator(document):
        raise bad_request(_INVALID)
    return document


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    statements = document.get("Statement")
    listed: list[Any] = statements if isinstance(statements, list) else [statements]
    if not all(isinstance(statement, dict) for statement in listed):
        raise bad_request(_INVALID)
    return listed


def _check_statement(statement: dict[str, Any], roles: RoleDirectory, *, partition: str) -> None:
    effect_known = statement.get("Effect") in ("Allow", "Deny")
    has_action = ("Action" in statement) != ("NotAction" in statement)
    has_principal = ("Principal" in statement) != ("NotPrincipal" in statement)
    has_resource = ("Resource" in statement) != ("NotResource" in statement)
    if not (effect_known and has_action and has_principal and has_resource):
        raise bad_request(_INVALID)
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise bad_request(_INVALID)
    for value in _listed(principal.get("AWS", [])):
        if not _known_principal(value, roles, partition=partition):
            raise bad_request(_INVALID)


def _known_principal(value: object, roles: RoleDirectory, *, partition: str) -> bool:
    if not isinstance(value, str):
        return False
    if value == "*" or is_account_id(value):
        return True
    try:
        arn = Arn.parse(value)
    except ArnError:
        return False
    if arn.partition != partition or not is_account_id(arn.account):
        return False
    if arn.service == "sts":
        return arn.resource.startswith(("assumed-role/", "federated-user/"))
    return arn.service == "iam" and (arn.resource == "root" or roles.by_arn(value) is not None)


def _expanded(resource: Any, arn: str) -> Any:
    if isinstance(resource, list):
        return [_expanded(one, arn) for one in resource]
    if isinstance(resource, str) and resource.startswith(_SHORT_RESOURCE):
        return f"{arn}/{resource.removeprefix(_SHORT_RESOURCE)}"
    if resource == "execute-api:*":
        return f"{arn}/*"
    return resource


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
