"""The permissions that a deployer's calls need (action, resource and condition keys), and the page's policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from aws_rules.iam.evaluation import AccessDecision, evaluate_access
from aws_rules.iam.request import AccessRequest, Principal
from tools import deployer_policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cross_account_sandbox.resources.session import ProviderSession

API, FUNCTION, REGION = "111111111111", "222222222222", "eu-west-1"
#: The page's policies, by the origin of the stack's roles and by name.
WAYS = {way: deployer_policies.page_policies(way) for way in ("bounded", "unbounded", "existing")}
BOUNDARIES = {account: f"arn:aws:iam::{account}:policy/cross-account-api-boundary" for account in (API, FUNCTION)}


@dataclass(frozen=True, kw_only=True)
class Need:
    """A required permission: an action on a resource in an account."""

    account: str
    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join((self.account, self.action, self.resource, *(f"{key}={value}" for key, value in self.context)))


def needs(session: ProviderSession, operation: Any, params: dict[str, Any], request: dict[str, Any]) -> Iterator[Need]:
    """The permissions that one call needs."""
    service = operation.service_model.service_name
    if service == "sts":
        return  # GetCallerIdentity needs no permission
    asks = {"apigateway": _apigateway, "lambda": _lambda, "iam": _iam, "logs": _logs}[service]
    for action, resource, *context in asks(operation.name, params, request, session):
        yield Need(account=session.account, action=action, resource=resource, context=tuple(context))


def _apigateway(name: str, params: dict[str, Any], request: dict[str, Any], session: ProviderSession) -> Iterator[Any]:
    root = f"arn:aws:apigateway:{session.region}::"
    yield f"apigateway:{request['method']}", root + unquote(request["url_path"]).split("?")[0]
    if params.get("tags") and name not in ("TagResource", "UntagResource"):
        yield "apigateway:PUT", f"{root}/tags/{quote(root + '/restapis/x', safe='')}"
    if name in ("ImportRestApi", "PutRestApi", "CreateRestApi"):
        yield "apigateway:UpdateRestApiPolicy", root + unquote(request["url_path"]).split("?")[0]
    roles = [each["value"] for each in params.get("patchOperations", []) if each["path"] == "/cloudwatchRoleArn"]
    yield from (_pass(role, "apigateway.amazonaws.com") for role in roles if role)


def _lambda(name: str, params: dict[str, Any], _request: dict[str, Any], session: ProviderSession) -> Iterator[Any]:
    named = str(params.get("FunctionName") or params.get("Resource"))
    arn = named if named.startswith("arn:") else f"arn:aws:lambda:{session.region}:{session.account}:function:{named}"
    principal = [("lambda:Principal", params["Principal"])] if name == "AddPermission" else []
    yield f"lambda:{name}", arn, *principal
    if name == "CreateFunction" and params.get("Tags"):
        yield "lambda:TagResource", arn
    if "Role" in params:
        yield _pass(params["Role"], "lambda.amazonaws.com")


def _iam(name: str, params: dict[str, Any], _request: dict[str, Any], session: ProviderSession) -> Iterator[Any]:
    arn = f"arn:aws:iam::{session.account}:role/{params['RoleName']}"
    # Every role of the components can have the boundary. For CreateRole, the key is the boundary in the request; for
    # the other actions, it is the role's boundary (service authorization reference, IAM).
    bounded = [("iam:PermissionsBoundary", BOUNDARIES[session.account])] if name in _KNOW_THE_BOUNDARY else []
    yield f"iam:{name}", arn, *bounded
    if name == "CreateRole" and params.get("Tags"):
        yield "iam:TagRole", arn


#: The actions on roles that IAM evaluates with iam:PermissionsBoundary.
_KNOW_THE_BOUNDARY = frozenset(
    {
        "AttachRolePolicy",
        "CreateRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
    }
)


def _logs(name: str, params: dict[str, Any], _request: dict[str, Any], session: ProviderSession) -> Iterator[Any]:
    group = f"arn:aws:logs:{session.region}:{session.account}:log-group:"
    if name == "DescribeLogGroups":
        yield f"logs:{name}", "*"
        return
    arn = params.get("resourceArn") or group + params["logGroupName"]
    yield f"logs:{name}", arn
    if name == "CreateLogGroup" and params.get("tags"):
        yield "logs:TagResource", arn


def _pass(role: str, service: str) -> tuple[Any, ...]:
    return "iam:PassRole", role, ("iam:PassedToService", service)


def decision_on(need: Need, policies: Sequence[dict[str, Any]]) -> AccessDecision:
    deployer = Principal.of_role(f"arn:aws:iam::{need.account}:role/deployer", session="pulumi")
    request = AccessRequest(principal=deployer, action=need.action, resource=need.resource, context=dict(need.context))
    return evaluate_access(request, resource_account=need.account, identity_policies=policies, resource_policy=None)


def policies_of(way: str, account: str) -> list[dict[str, Any]]:
    """All policies of this account's login."""
    names = {API: ("api", "api-roles"), FUNCTION: ("function",)}[account]
    return [WAYS[way][name] for name in names]


def is_allowed(need: Need, way: str = "bounded") -> bool:
    return decision_on(need, policies_of(way, need.account)).allowed
