"""docs/deployer-policies.md: a deployer cannot escape the boundary; the meaning of each of the three ways."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from aws_rules.iam.evaluation import evaluate_access
from aws_rules.iam.request import AccessRequest, Principal
from cross_account_api.testing import Recording
from tests.deployer_needs import API, BOUNDARIES, FUNCTION, REGION, WAYS, Need, decision_on, is_allowed, policies_of
from tests.projects import record_main

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = "role/cross-account-api-x"
_BOUNDED = {"iam:PermissionsBoundary": "{boundary}"}
_WIDER = {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"}
#: Ways to escape the boundary, as (action, resource, condition keys): denied whatever else the login is allowed, …
DENIED: list[tuple[str, str, dict[str, str]]] = [
    ("iam:CreateRole", _OWN, {}),
    ("iam:CreateRole", _OWN, _WIDER),
    ("iam:CreateRole", "role/admin", {}),
    ("iam:PutRolePolicy", _OWN, {}),
    ("iam:PutRolePolicy", _OWN, _WIDER),
    ("iam:AttachRolePolicy", _OWN, {}),
    ("iam:PutRolePermissionsBoundary", _OWN, _WIDER),
    ("iam:DeleteRolePermissionsBoundary", _OWN, _BOUNDED),
    ("iam:DeleteRolePermissionsBoundary", "role/deployer", {}),
    ("iam:UpdateAssumeRolePolicy", _OWN, {}),
    ("iam:UpdateAssumeRolePolicy", "role/admin", {}),
    ("iam:CreatePolicyVersion", "policy/cross-account-api-boundary", {}),
    ("iam:SetDefaultPolicyVersion", "policy/cross-account-api-boundary", {}),
    ("iam:DeletePolicyVersion", "policy/cross-account-api-boundary", {}),
    ("iam:DeletePolicy", "policy/cross-account-api-boundary", {}),
]
#: … and not allowed by these policies.
ESCAPES: list[tuple[str, str, dict[str, str]]] = [
    *DENIED,
    ("iam:CreateRole", "role/admin", _BOUNDED),
    ("iam:PutRolePolicy", "role/deployer", _BOUNDED),
    ("iam:AttachRolePolicy", _OWN, _BOUNDED),
    ("iam:DeleteRolePolicy", _OWN, {}),
    ("iam:CreatePolicy", "policy/cross-account-api-x", {}),
    ("iam:CreateUser", "user/cross-account-api-x", {}),
    ("iam:CreateAccessKey", "user/admin", {}),
    ("iam:PutUserPolicy", "user/deployer", {}),
    ("iam:PassRole", _OWN, {"iam:PassedToService": "ec2.amazonaws.com"}),
    ("iam:PassRole", _OWN, {"iam:PassedToService": "cloudformation.amazonaws.com"}),
    ("iam:PassRole", _OWN, {}),
    ("iam:PassRole", "role/admin", {"iam:PassedToService": "{service}"}),
    ("sts:AssumeRole", _OWN, {}),
]
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
SERVICES = {API: "apigateway.amazonaws.com", FUNCTION: "lambda.amazonaws.com"}


def _escape(account: str, action: str, resource: str, context: dict[str, str]) -> Need:
    values = {"account": account, "boundary": BOUNDARIES[account], "service": SERVICES[account]}
    keys = tuple((key, value.format(**values)) for key, value in context.items())
    return Need(account=account, action=action, resource=f"arn:aws:iam::{account}:{resource}", context=keys)


@pytest.mark.parametrize("account", [API, FUNCTION])
@pytest.mark.parametrize(("action", "resource", "context"), ESCAPES)
def test_a_deployer_does_not_get_beyond_the_boundary(
    account: str, action: str, resource: str, context: dict[str, str]
) -> None:
    need = _escape(account, action, resource, context)
    assert not is_allowed(need)
    assert not is_allowed(need, "existing")


@pytest.mark.parametrize("account", [API, FUNCTION])
@pytest.mark.parametrize(("action", "resource", "context"), DENIED)
def test_not_even_where_another_policy_of_the_login_allows_everything(
    account: str, action: str, resource: str, context: dict[str, str]
) -> None:
    decision = decision_on(_escape(account, action, resource, context), [*policies_of("bounded", account), EVERYTHING])
    assert decision.explicit_deny


@pytest.mark.parametrize("account", [API, FUNCTION])
def test_without_a_boundary_the_deployer_is_an_administrator(account: str) -> None:
    role = "role/cross-account-api-x"
    steps = [("iam:CreateRole", {}), ("iam:PutRolePolicy", {}), ("iam:PassRole", {"iam:PassedToService": "{service}"})]
    needs_ = [_escape(account, action, role, context) for action, context in steps]
    assert all(is_allowed(need, "unbounded") for need in needs_)
    assert not all(is_allowed(need) for need in needs_)


@pytest.mark.parametrize(
    ("account", "action", "resource", "context"),
    [
        (FUNCTION, "lambda:UpdateFunctionCode", f"lambda:{REGION}:{FUNCTION}:function:pay", {}),
        (FUNCTION, "lambda:UpdateFunctionConfiguration", f"lambda:{REGION}:{FUNCTION}:function:pay", {}),
        (FUNCTION, "lambda:DeleteFunction", f"lambda:{REGION}:{FUNCTION}:function:pay", {}),
        (FUNCTION, "lambda:InvokeFunction", f"lambda:{REGION}:{FUNCTION}:function:cross-account-api-x", {}),
        (FUNCTION, "lambda:CreateFunctionUrlConfig", f"lambda:{REGION}:{FUNCTION}:function:cross-account-api-x", {}),
        (FUNCTION, "lambda:AddPermission", f"lambda:{REGION}:{FUNCTION}:function:cross-account-api-x", {}),
        *(
            (
                FUNCTION,
                "lambda:AddPermission",
                f"lambda:{REGION}:{FUNCTION}:function:cross-account-api-x",
                {"lambda:Principal": principal},
            )
            for principal in ("*", "333333333333", API, "s3.amazonaws.com", f"arn:aws:iam::{API}:role/admin")
        ),
        (API, "apigateway:DELETE", f"apigateway:{REGION}::/domainnames/pay", {}),
        (API, "apigateway:PATCH", "apigateway:us-east-1::/restapis/a1b2c3d4e5", {}),
    ],
)
def test_they_allow_nothing_beside_it(account: str, action: str, resource: str, context: dict[str, str]) -> None:
    need = Need(account=account, action=action, resource=f"arn:aws:{resource}", context=tuple(context.items()))
    assert not any(is_allowed(need, way) for way in WAYS)


# What a role within the boundary can do


def _within(account: str, action: str, resource: str) -> bool:
    """True if a role with the boundary and otherwise all permissions is allowed to do this."""
    name = {API: "api-boundary", FUNCTION: "function-boundary"}[account]
    role = Principal.of_role(f"arn:aws:iam::{account}:role/cross-account-api-x", session="code")
    return evaluate_access(
        AccessRequest(principal=role, action=action, resource=resource),
        resource_account=account,
        identity_policies=[EVERYTHING],
        resource_policy=None,
        boundary=WAYS["bounded"][name],
    ).allowed


@pytest.mark.parametrize("account", [API, FUNCTION])
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        *((action, resource) for action, resource, _ in DENIED),
        ("iam:PassRole", "role/admin"),
        ("sts:AssumeRole", "role/admin"),
    ],
)
def test_code_within_the_boundary_cannot_change_roles(account: str, action: str, resource: str) -> None:
    assert not _within(account, action, f"arn:aws:iam::{account}:{resource}")


@pytest.mark.parametrize(
    "overrides", [{}, {"gatewayLogging": "managed"}, {"invocation": "role"}], ids=["default", "logging", "role"]
)
def test_the_boundaries_leave_the_roles_of_the_program_what_they_need(overrides: dict[str, str]) -> None:
    accounts = {"apiAccount": API, "functionAccount": FUNCTION}
    regions = {key: json.dumps({"id": account, "region": REGION}) for key, account in accounts.items()}
    made = record_main("Pulumi.dev.yaml", overrides=overrides | regions)
    rights = list(_rights(made))
    assert rights
    assert [right for right in rights if not _within(*right)] == []


def _rights(made: Recording) -> Iterator[tuple[str, str, str]]:
    """(account, action, resource) of each permission that the program gives to a role."""
    for policy in made.all("RolePolicy"):
        account = FUNCTION if "function" in policy.provider else API
        for statement in policy.document("policy")["Statement"]:
            for action in _listed(statement["Action"]):
                yield from ((account, action, resource) for resource in _listed(statement["Resource"]))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
