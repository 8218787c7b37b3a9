"""The policies in docs/pipelines: who can assume the pipelines' roles, and the read-only roles' permissions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from aws_rules.iam.evaluation import evaluate_policy
from aws_rules.iam.outcome import Decision
from aws_rules.iam.request import AccessRequest, Principal
from tests.projects import ROOT
from tools.pipelines.accounts import role_name

FOLDER = ROOT / "docs/pipelines"
REPOSITORY = "octo-org/cross-account-api"
#: The same repository in GitHub's immutable form, which is used since 15 July 2026 (docs/pipelines.md).
IMMUTABLE = "octo-org@123456/cross-account-api@456789"
ACCOUNTS = {"api": "111111111111", "function": "222222222222"}
AUDIENCE = "sts.amazonaws.com"
PREVIEW, DEPLOY = "preview", "deploy-prod"
PULL_REQUEST = f"repo:{REPOSITORY}:pull_request"
MAIN = f"repo:{REPOSITORY}:ref:refs/heads/main"
PROD = f"repo:{REPOSITORY}:environment:prod"
BOTH = pytest.mark.parametrize("account", ACCOUNTS)


def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return document


def _asks(
    account: str, access: str, subject: str | None, *, audience: str = AUDIENCE, issuer: str = "", text: str = ""
) -> bool:
    """True if the role's trust policy allows a token with this subject; `text` replaces the document's text."""
    host = "token.actions.githubusercontent.com"
    provider = issuer or f"arn:aws:iam::{ACCOUNTS[account]}:oidc-provider/{host}"
    context = {f"{host}:aud": audience} | ({f"{host}:sub": subject} if subject else {})
    request = AccessRequest(
        principal=Principal.of_federation(provider),
        action="sts:AssumeRoleWithWebIdentity",
        resource=f"arn:aws:iam::{ACCOUNTS[account]}:role/{role_name('prod', access.partition('-')[0])}",
        context=context,
    )
    document = json.loads(text) if text else _document(f"{account}-{access}-trust")
    return evaluate_policy(document, request, has_principal=True).decision is Decision.ALLOW


@BOTH
@pytest.mark.parametrize(("access", "subject"), [(PREVIEW, PULL_REQUEST), (PREVIEW, MAIN), (DEPLOY, PROD)])
def test_a_role_allows_the_jobs_that_need_it(account: str, access: str, subject: str) -> None:
    assert _asks(account, access, subject)


@BOTH
@pytest.mark.parametrize(
    ("access", "subject"),
    [
        (DEPLOY, PULL_REQUEST),
        (DEPLOY, MAIN),
        (DEPLOY, f"repo:{REPOSITORY}:environment:dev"),
        (DEPLOY, f"repo:{REPOSITORY}:environment:prod2"),
        (DEPLOY, f"repo:{REPOSITORY}:environment:Prod"),
        (DEPLOY, f"repo:{REPOSITORY}:ref:refs/heads/environment:prod"),
        (DEPLOY, "repo:octo-org/other:environment:prod"),
        (DEPLOY, "repo:other-org/cross-account-api:environment:prod"),
        (DEPLOY, "repo:octo-org/cross-account-api-fork:environment:prod"),
        (DEPLOY, f"repo:{IMMUTABLE}:environment:prod"),
        (DEPLOY, None),
        (PREVIEW, PROD),
        (PREVIEW, f"repo:{REPOSITORY}:ref:refs/heads/feature"),
        (PREVIEW, f"repo:{REPOSITORY}:ref:refs/tags/main"),
        (PREVIEW, "repo:octo-org/other:pull_request"),
        (PREVIEW, "repo:other-org/cross-account-api:pull_request"),
        (PREVIEW, None),
    ],
)
def test_it_refuses_every_other_job(account: str, access: str, subject: str | None) -> None:
    assert not _asks(account, access, subject)


@BOTH
@pytest.mark.parametrize(("access", "subject"), [(PREVIEW, PULL_REQUEST), (DEPLOY, PROD)])
def test_it_refuses_a_token_for_another_audience_or_of_another_issuer(account: str, access: str, subject: str) -> None:
    other = f"arn:aws:iam::{ACCOUNTS[account]}:oidc-provider/gitlab.com"
    foreign = "arn:aws:iam::333333333333:oidc-provider/token.actions.githubusercontent.com"

    assert not _asks(account, access, subject, audience="https://github.com/octo-org")
    assert not _asks(account, access, subject, issuer=other)
    assert not _asks(account, access, subject, issuer=foreign)


@BOTH
@pytest.mark.parametrize(("access", "subject"), [(PREVIEW, "pull_request"), (DEPLOY, "environment:prod")])
def test_with_the_immutable_form_of_the_page_only_that_repository_gets_in(
    account: str, access: str, subject: str
) -> None:
    text = (FOLDER / f"{account}-{access}-trust.json").read_text().replace(REPOSITORY, IMMUTABLE)

    assert _asks(account, access, f"repo:{IMMUTABLE}:{subject}", text=text)
    assert not _asks(account, access, f"repo:{REPOSITORY}:{subject}", text=text)
    assert not _asks(account, access, f"repo:octo-org@123456/cross-account-api@1:{subject}", text=text)


def _statements(name: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = _document(name)["Statement"]
    return statements


def _actions(statement: dict[str, Any]) -> set[str]:
    actions = statement["Action"]
    return {actions} if isinstance(actions, str) else set(actions)


def _reads(action: str) -> bool:
    service, _, name = action.partition(":")
    return (service == "apigateway" and name == "GET") or re.match("Get|List|Describe|Filter", name) is not None


def _page(name: str, *, section: str = "") -> list[dict[str, Any]]:
    """The statements on a page: all of them, or only those below the heading of one policy."""
    text = (ROOT / "docs" / name).read_text()
    if section:
        text = text.partition(f"### `{section}`")[2].partition("\n### ")[0]
    blocks = re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [statement for block in blocks for statement in json.loads(block)["Statement"]]


@pytest.mark.parametrize("name", [*(f"{account}-preview-permissions" for account in ACCOUNTS), "state-read"])
def test_the_preview_roles_only_read(name: str) -> None:
    actions = {action for statement in _statements(name) for action in _actions(statement)}

    assert actions
    assert [action for action in sorted(actions) if not _reads(action)] == []


@BOTH
def test_they_can_read_everything_that_an_up_reads_in_their_account(account: str) -> None:
    granted = _reads_of(_statements(f"{account}-preview-permissions"))
    needed = _reads_of(_page("deployer-policies.md", section=account))

    assert len(needed) > 5
    assert sorted(needed - granted) == []


@BOTH
def test_they_can_read_everything_that_the_doctor_reads_in_their_account(account: str) -> None:
    granted = _reads_of(_statements(f"{account}-preview-permissions"))
    needed = _reads_of(each for each in _page("doctor.md") if account == "api" or each["Sid"] != "ReadApis")

    assert len(needed) > 10
    assert sorted(needed - granted) == []


def _reads_of(statements: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """Each read-only action with the resources that it reads."""
    pairs = ((action, json.dumps(each["Resource"])) for each in statements for action in _actions(each))
    return {(action, resource) for action, resource in pairs if _reads(action)}


def test_only_the_deploy_roles_write_the_state_and_no_other_object() -> None:
    bucket = "arn:aws:s3:::cross-account-api-state-111111111111"
    writing = [each for each in _statements("state-write") if not all(map(_reads, _actions(each)))]

    assert [each["Resource"] for each in writing] == [f"{bucket}/.pulumi/*"]
    assert _actions(writing[0]) == {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}


def test_a_deployer_cannot_change_the_roles_of_the_pipelines() -> None:
    deployer = Principal.of_role("arn:aws:iam::222222222222:role/github/x", session="up")
    policies = [{"Version": "2012-10-17", "Statement": [each]} for each in _page("deployer-policies.md")]

    for access in ("preview", "deploy"):
        for action in ("iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:PassRole"):
            request = AccessRequest(
                principal=deployer,
                action=action,
                resource=f"arn:aws:iam::222222222222:role/{role_name('prod', access)}",
                context={"iam:PassedToService": "lambda.amazonaws.com"},
            )
            assert all(
                evaluate_policy(policy, request, has_principal=False).decision is not Decision.ALLOW
                for policy in policies
            )
