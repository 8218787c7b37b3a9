"""The role that API Gateway assumes to write logs: it must be the account's own and trust the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.arns import Arn, ArnError
from sandbox.apigateway.errors import access_denied, bad_request

if TYPE_CHECKING:
    from sandbox.control_plane.service import Call

_SERVICE = "apigateway.amazonaws.com"
_NO_RIGHTS = (
    "The role ARN does not have required permissions configured. "
    "Please grant trust permission for API Gateway and add the required role policy."
)


def check_cloudwatch_role(call: Call, arn: str) -> None:
    """Raises BadRequestException unless the role is there, trusts API Gateway and has a policy at all.

    AWS also tries to write; the sandbox asks for an identity policy but does not weigh its actions here.
    """
    try:
        parsed = Arn.parse(arn)
    except ArnError:
        message = "Invalid ARN specified in the request"
        raise bad_request(message) from None
    if parsed.service != "iam" or not parsed.resource.startswith("role/"):
        message = "Invalid ARN specified in the request"
        raise bad_request(message)
    if parsed.account != call.account:
        message = "Cross-account pass role is not allowed."
        raise access_denied(message)
    role = call.world.roles.by_arn(arn)
    if role is None or not _trusts_service(role.trust):
        raise bad_request(_NO_RIGHTS)


def _trusts_service(trust: dict[str, Any]) -> bool:
    statements = trust.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow" and _SERVICE in (services if isinstance(services, list) else [services]):
            return True
    return False
