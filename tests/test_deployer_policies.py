"""The policies in docs/deployer-policies.md allow the calls that the program's resources make in each account.

The program is deployed, read, changed and destroyed in the sandbox. Each call is recorded with its IAM action and
resource (service authorization reference), and evaluated with the page's policies.
"""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest

from aws_rules import policies
from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.table import handler
from cross_account_sandbox.server import RunningSandbox
from tests.deployer_needs import API, BOUNDARIES, FUNCTION, REGION, Need, decision_on, is_allowed, needs, policies_of
from tests.engine.inventory import client
from tests.projects import ROOT

_TAGS = {"tags": {"team": "pets"}}
#: The properties to change by type, so that an update makes all of its calls.
CHANGES: dict[str, dict[str, Any]] = {
    "RestApi": {"description": "changed", **_TAGS},
    "Stage": {"description": "changed", **_TAGS},
    "Function": {"memorySize": 512, **_TAGS},
    "Alias": {"description": "changed"},
    "LogGroup": {"retentionInDays": 7, **_TAGS},
    "Role": {"description": "changed", **_TAGS},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Need]:
    """All calls of the accounts' logins, except for assuming the role."""
    found: set[Need] = set()
    make = ProviderSession._make_client  # noqa: SLF001 - the one place where clients are made

    def watched(self: ProviderSession, service: str, region: str) -> Any:
        client = make(self, service, region)

        # Several threads create resources with one client.
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
    """Leave policies on a role that no stack knows, like a killed run; a forced deletion removes them."""
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
    ("overrides", "makes_roles"),
    [
        (("gatewayLogging=off",), False),
        (("gatewayLogging=managed",), True),
        (("gatewayLogging=off", "invocation=role"), True),
        (("gatewayLogging=managed", "allowedSourceIps[0]=192.0.2.0/24", "endpointType=EDGE"), True),
    ],
    ids=["default", "managed logging", "role", "resource policy"],
)
def test_the_documented_policies_allow_every_call_of_the_programs_life(
    overrides: tuple[str, ...], makes_roles: bool, asked: set[Need]
) -> None:
    _whole_life(*overrides)

    assert len(asked) > 40
    for way in ("bounded", "unbounded"):
        given = {API: policies_of(way, API)[: 2 if makes_roles else 1], FUNCTION: policies_of(way, FUNCTION)}
        refused = [str(need) for need in asked if not decision_on(need, given[need.account]).allowed]
        assert sorted(refused) == [], way
    # With existing roles, everything except changing a role.
    refused = [str(need) for need in asked if not is_allowed(need, "existing")]
    changing = re.compile(r"iam:(Create|Delete|Detach|Put|Tag|Untag|Update)")
    assert sorted(refused) == sorted(str(need) for need in asked if changing.match(need.action))


def test_a_role_that_is_left_with_attached_policies_can_be_emptied() -> None:
    # Roles with force_detach_policies: IAM does not delete a role that has policies.
    role = f"arn:aws:iam::{FUNCTION}:role/cross-account-api-x"
    bounded = (("iam:PermissionsBoundary", BOUNDARIES[FUNCTION]),)
    assert is_allowed(Need(account=FUNCTION, action="iam:ListAttachedRolePolicies", resource=role))
    assert is_allowed(Need(account=FUNCTION, action="iam:DetachRolePolicy", resource=role, context=bounded))
