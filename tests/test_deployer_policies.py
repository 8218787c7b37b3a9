"""docs/deployer-policies.md against the calls that the program's resources make in each account.

The program is deployed, read, changed and destroyed in the sandbox. Each call is taken down with the action and the
resource by which IAM knows it (service authorization reference), and asked of the page's policies.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest

from aws_rules import policies
from aws_rules.iam.evaluation import evaluate_access
from aws_rules.iam.request import AccessRequest, Principal
from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.table import handler
from cross_account_sandbox.server import RunningSandbox
from tests.engine.inventory import client
from tests.projects import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

API, FUNCTION, REGION = "111111111111", "222222222222", "eu-west-1"
PAGE = (ROOT / "docs/deployer-policies.md").read_text()
_BLOCKS = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]
_SIDS = {statement["Sid"]: policy for policy in _BLOCKS for statement in policy["Statement"]}
_TAGS = {"tags": {"team": "pets"}}
#: What an update changes, by type, so that every call of one is made.
CHANGES: dict[str, dict[str, Any]] = {
    "RestApi": {"description": "changed", **_TAGS},
    "Stage": {"description": "changed", **_TAGS},
    "Function": {"memorySize": 512, **_TAGS},
    "Alias": {"description": "changed"},
    "LogGroup": {"retentionInDays": 7, **_TAGS},
    "Role": {"description": "changed", **_TAGS},
}
#: What each login is given, by the settings of the stack.
API_DEFAULT = [_SIDS["RestApi"]]
API_ROLES = [_SIDS["RestApi"], _SIDS["PassToApiGateway"]]
FUNCTION_POLICIES = [_SIDS["Function"]]


@dataclass(frozen=True, kw_only=True)
class Need:
    """An action on a resource, in an account."""

    account: str
    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


def needs(session: ProviderSession, operation: Any, params: dict[str, Any], request: dict[str, Any]) -> Iterator[Need]:
    """What IAM asks of one call."""
    service = operation.service_model.service_name
    if service == "sts":
        return  # GetCallerIdentity needs no right
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
    yield f"lambda:{name}", arn
    if name == "CreateFunction" and params.get("Tags"):
        yield "lambda:TagResource", arn
    if "Role" in params:
        yield _pass(params["Role"], "lambda.amazonaws.com")


def _iam(name: str, params: dict[str, Any], _request: dict[str, Any], session: ProviderSession) -> Iterator[Any]:
    arn = f"arn:aws:iam::{session.account}:role/{params['RoleName']}"
    yield f"iam:{name}", arn
    if name == "CreateRole" and params.get("Tags"):
        yield "iam:TagRole", arn


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


def _allowed(need: Need, identity_policies: Sequence[dict[str, Any]]) -> bool:
    deployer = Principal.of_role(f"arn:aws:iam::{need.account}:role/deployer", session="pulumi")
    request = AccessRequest(principal=deployer, action=need.action, resource=need.resource, context=dict(need.context))
    decision = evaluate_access(
        request, resource_account=need.account, identity_policies=identity_policies, resource_policy=None
    )
    return decision.allowed


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Need]:
    """Everything that was asked of AWS by the accounts' logins, beside taking the role."""
    found: set[Need] = set()
    make = ProviderSession._make_client  # noqa: SLF001 - the one place where clients are made

    def watched(self: ProviderSession, service: str, region: str) -> Any:
        client = make(self, service, region)

        # Several threads create resources by one client.
        current = threading.local()

        def keep(params: dict[str, Any], **_: Any) -> None:
            current.params = params

        def take_down(model: Any, params: dict[str, Any], **_: Any) -> None:
            if model.name != "AssumeRole":
                found.update(needs(self, model, current.params, params))

        client.meta.events.register("provide-client-params.*", keep)
        client.meta.events.register("before-call.*", take_down)
        return client

    monkeypatch.setattr(ProviderSession, "_make_client", watched)
    return found


def _whole_life(*overrides: str) -> None:
    """Create, read, update in place, delete."""
    accounts = [f"apiAccount.region={REGION}", f"functionAccount.region={REGION}", *overrides]
    projects = read_projects([ROOT], "sandbox", accounts)
    with RunningSandbox(port=0, operator_account=API) as running:
        (done,) = deploy(running.world, projects)
        logins = {account: _login(running.endpoint, account) for account in (API, FUNCTION)}
        for resource in reversed(done.resources.values()):
            if not resource.identity or resource.kind.startswith("pulumi:"):
                continue
            session = logins[FUNCTION if "function-account" in resource.provider else API]
            row = handler(resource.kind)
            state = row.read(session, resource.identity, resource.outputs)
            assert state is not None
            inputs = {key: state[key] for key in row.inputs if state.get(key) is not None}
            changed = CHANGES.get(resource.kind.rpartition(":")[2], {})
            state = row.update(session, resource.identity, state, {**inputs, **changed})
            if resource.kind == "aws:iam/role:Role":
                _leave_policies(running, session.account, resource.identity)
            row.delete(session, resource.identity, state)


def _leave_policies(running: RunningSandbox, account: str, role: str) -> None:
    """Policies on a role that no stack knows, as a killed run leaves them; a forced deletion takes them off."""
    iam = client(running, "iam", account)
    document = json.dumps(policies.document(policies.allow("s3:GetObject", ["*"], "Left")))
    iam.put_role_policy(RoleName=role, PolicyName="left", PolicyDocument=document)
    arn = iam.create_policy(PolicyName=f"left-on-{role}", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)


def _login(endpoint: str, account: str) -> ProviderSession:
    return ProviderSession.from_provider_inputs(
        {
            "region": REGION,
            "accessKey": "test",
            "secretKey": "test",
            "endpoints": [dict.fromkeys(("apigateway", "iam", "lambda", "logs", "sts"), endpoint)],
            "assumeRoles": [{"roleArn": f"arn:aws:iam::{account}:role/sandbox-operator"}],
        }
    )


@pytest.mark.parametrize(
    ("overrides", "api_policies"),
    [
        (("gatewayLogging=off",), API_DEFAULT),
        (("gatewayLogging=managed",), API_ROLES),
        (("gatewayLogging=off", "invocation=role"), API_ROLES),
        (("gatewayLogging=managed", "allowedSourceIps[0]=192.0.2.0/24", "endpointType=EDGE"), API_ROLES),
    ],
    ids=["default", "managed logging", "role", "resource policy"],
)
def test_the_documented_policies_allow_every_call_of_the_programs_life(
    overrides: tuple[str, ...], api_policies: list[dict[str, Any]], asked: set[Need]
) -> None:
    _whole_life(*overrides)

    given = {API: api_policies, FUNCTION: FUNCTION_POLICIES}
    refused = [need for need in asked if not _allowed(need, given[need.account])]
    assert len(asked) > 40
    assert sorted(f"{need.account} {need.action} {need.resource}" for need in refused) == []


@pytest.mark.parametrize(
    "need",
    [
        Need(
            account=FUNCTION,
            action="lambda:DeleteFunction",
            resource=f"arn:aws:lambda:{REGION}:{FUNCTION}:function:pay",
        ),
        Need(
            account=FUNCTION,
            action="lambda:InvokeFunction",
            resource=f"arn:aws:lambda:{REGION}:{FUNCTION}:function:pay",
        ),
        Need(account=FUNCTION, action="iam:CreateRole", resource=f"arn:aws:iam::{FUNCTION}:role/admin"),
        Need(
            account=FUNCTION,
            action="iam:AttachRolePolicy",
            resource=f"arn:aws:iam::{FUNCTION}:role/cross-account-api-x",
        ),
        Need(account=FUNCTION, action="iam:PassRole", resource=f"arn:aws:iam::{FUNCTION}:role/cross-account-api-x"),
        Need(account=API, action="apigateway:DELETE", resource=f"arn:aws:apigateway:{REGION}::/domainnames/pay"),
        Need(account=API, action="apigateway:PATCH", resource="arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5"),
        Need(account=API, action="iam:CreateRole", resource=f"arn:aws:iam::{API}:role/admin"),
    ],
    ids=lambda need: f"{need.action} {need.resource}",
)
def test_they_allow_nothing_beside_it(need: Need) -> None:
    assert not _allowed(need, [*API_ROLES, *FUNCTION_POLICIES])
