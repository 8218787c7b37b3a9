"""The role that API Gateway assumes to write logs: in the account, trusting the service, allowed to write logs."""

from __future__ import annotations

from aws_rules.arns import Arn, ArnError
from aws_rules.iam.evaluation import AccessRequest, evaluate_access
from aws_rules.iam.gateway_invocation import SESSION
from aws_rules.iam.gateway_role import gateway_may_assume
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.apigateway.errors import access_denied, bad_request
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.identities import service_session
from cross_account_sandbox.control_plane.roles import RoleView
from cross_account_sandbox.control_plane.service import Call

_NO_RIGHTS = (
    "The role ARN does not have required permissions configured. "
    "Please grant trust permission for API Gateway and add the required role policy."
)
#: API Gateway tests a role by writing to this log group.
_WELCOME = "log-group:/aws/apigateway/welcome"
#: Action → the part of the log group it applies to (service authorization reference, CloudWatch Logs).
_ACTIONS = {
    "logs:CreateLogGroup": "",
    "logs:CreateLogStream": "",
    "logs:PutLogEvents": ":log-stream:welcome",
}


def check_cloudwatch_role(call: Call, arn: str) -> None:
    """Raises BadRequestException unless the role exists, trusts API Gateway and is allowed to write logs."""
    try:
        parsed = Arn.parse(arn)
    except ArnError:
        parsed = None
    if parsed is None or parsed.service != "iam" or not parsed.resource.startswith("role/"):
        raise bad_request("Invalid ARN specified in the request")
    if parsed.account != call.account:
        raise access_denied("Cross-account pass role is not allowed.")
    role = call.world.roles.by_arn(arn)
    keys = request_keys(call.region, at=utc_now())
    if (
        role is None
        or not gateway_may_assume(role.arn, role.trust, keys=keys).allowed
        or not _may_write(role, call.region, parsed.partition, keys)
    ):
        raise bad_request(_NO_RIGHTS)


def _may_write(role: RoleView, region: str, partition: str, keys: dict[str, str]) -> bool:
    principal = service_session(role, SESSION)
    group = f"arn:{partition}:logs:{region}:{role.account}:{_WELCOME}"
    return all(
        evaluate_access(
            AccessRequest(principal=principal, action=action, resource=f"{group}{part}", context=keys),
            resource_account=role.account,
            identity_policies=role.policies,
            resource_policy=None,
            boundary=role.boundary,
        ).allowed
        for action, part in _ACTIONS.items()
    )
