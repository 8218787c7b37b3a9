"""Each rule accepts correct resources, and its violations state the required change."""

from __future__ import annotations

import pytest

from cross_account_policies.resources import UNKNOWN, Resource
from cross_account_policies.rules import RULES, STACK_RULES
from tests.policies.examining import violations
from tests.policies.refused import API, CASES, FUNCTION, Case, api, operation, permission, private, provider, resource
from tests.projects import ROOT


@pytest.mark.parametrize("case", CASES, ids=str)
def test_correct_resources_pass(case: Case) -> None:
    assert case.rule not in violations(case.passes)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_wrong_resources_are_refused_with_the_required_change(case: Case) -> None:
    messages = violations(case.refused)[case.rule]

    assert all(message.startswith("x") for message in messages)
    assert any(case.message in message for message in messages)


def test_every_rule_has_a_case_and_is_in_the_readme() -> None:
    names = {rule.name for rule in RULES} | {rule.name for rule in STACK_RULES}
    readme = (ROOT / "policies/README.md").read_text()

    assert {case.rule for case in CASES} == names
    assert [name for name in sorted(names) if f"| `{name}` |" not in readme] == []


def test_an_account_of_the_configuration_is_not_a_third_account() -> None:
    resources = [provider(API), api({"/a": {"get": operation()}})]

    assert "no-third-account" in violations(resources)
    assert "no-third-account" not in violations(resources, {"no-third-account": {"accounts": [FUNCTION]}})


def test_a_document_without_guards_requires_none() -> None:
    assert "guarded-operations" not in violations([api({"/a": {"get": operation()}, "/b": {"post": operation()}})])


def test_a_permission_for_another_service_or_a_role_needs_no_api() -> None:
    others = [permission(principal=name, sourceArn=None) for name in ("s3.amazonaws.com", f"arn:aws:iam::{API}:role/x")]

    assert violations(others) == {}


@pytest.mark.parametrize(
    "waiting",
    [
        permission(sourceArn=UNKNOWN),
        permission(principal=UNKNOWN, sourceArn=None),
        resource("apigateway/stage:Stage", restApi=UNKNOWN, stageName="dev", accessLogSettings=UNKNOWN),
        resource("cloudwatch/logGroup:LogGroup", retentionInDays=UNKNOWN),
        resource("apigateway/restApi:RestApi", body=UNKNOWN, endpointConfiguration={"types": "PRIVATE"}),
        resource("iam/role:Role", assumeRolePolicy=UNKNOWN),
        resource("apigatewayv2/stage:Stage", accessLogSettings=UNKNOWN, defaultRouteSettings=UNKNOWN),
    ],
    ids=lambda each: each.type,
)
def test_values_unknown_before_an_up_are_not_judged(waiting: Resource) -> None:
    assert violations([waiting]) == {}


def test_a_private_api_that_is_known_is_judged() -> None:
    assert "private-api-endpoints" in violations([private(where="")])
