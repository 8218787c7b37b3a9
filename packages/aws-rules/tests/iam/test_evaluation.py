"""AWS's evaluation logic: the tables of the IAM user guide, and invariants of every policy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_rules.iam.evaluation import AccessRequest, Principal, evaluate_access

ACCOUNT, OTHER = "111111111111", "222222222222"
FUNCTION = f"arn:aws:lambda:eu-west-1:{OTHER}:function:hello:live"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/caller"
ROLE = Principal.of_role(ROLE_ARN, session="s1", unique_id="AROACALLER")
USER = Principal.of_user(f"arn:aws:iam::{ACCOUNT}:user/ann", unique_id="AIDAANN")
GATEWAY = Principal.of_service("apigateway.amazonaws.com")
SOURCE = f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:a1b2c3/dev/GET/pets"


def asked(principal: Principal = ROLE) -> AccessRequest:
    context = {"aws:SourceArn": SOURCE, "aws:SourceAccount": ACCOUNT} if principal.kind == "service" else {}
    return AccessRequest(principal=principal, action="lambda:InvokeFunction", resource=FUNCTION, context=context)


def document(effect: str = "Allow", principal: object | None = None, **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "lambda:InvokeFunction", "Resource": FUNCTION} | more
    if principal is not None:
        statement["Principal"] = principal
    return {"Version": "2012-10-17", "Statement": [statement]}


ALLOW, DENY, SILENT = document(), document("Deny"), document(Action="lambda:GetFunction")


def allowed(principal: Principal = ROLE, *, owner: str = ACCOUNT, **policies: Any) -> bool:
    full = {"identity_policies": [], "resource_policy": None} | policies
    return evaluate_access(asked(principal), resource_account=owner, **full).allowed


def named(principal: Principal) -> dict[str, str]:
    return {"AWS": principal.role_arn or principal.arn}


@pytest.mark.parametrize("principal", [ROLE, USER])
@pytest.mark.parametrize(
    ("identity", "resource", "same_account", "other_account"),
    [
        # reference_policies_evaluation-logic_policy-eval-basics, …-logic-cross-account;
        # the same table for APIs: DG apigateway-authorization-flow, tables A and B
        ("allow", "allow", True, True),
        ("allow", "silent", True, False),
        ("allow", "deny", False, False),
        ("silent", "allow", True, False),
        ("silent", "silent", False, False),
        ("silent", "deny", False, False),
        ("deny", "allow", False, False),
        ("deny", "silent", False, False),
        ("deny", "deny", False, False),
    ],
)
def test_one_side_is_enough_in_an_account_and_both_are_needed_across_accounts(
    identity: str, resource: str, same_account: bool, other_account: bool, principal: Principal
) -> None:
    own = {"allow": [ALLOW], "silent": [SILENT], "deny": [ALLOW, DENY]}[identity]
    on_it = {
        "allow": document(principal=named(principal)),
        "silent": document(principal={"AWS": "333333333333"}),
        "deny": document("Deny", principal="*"),
    }[resource]
    policies = {"identity_policies": own, "resource_policy": on_it}
    assert allowed(principal, owner=ACCOUNT, **policies) == same_account
    assert allowed(principal, owner=OTHER, **policies) == other_account


def test_a_statement_for_the_account_passes_the_right_on_to_its_identity_policies() -> None:
    for element in ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": ACCOUNT}):
        on_it = document(principal=element)
        assert not allowed(identity_policies=[], resource_policy=on_it)
        assert allowed(identity_policies=[ALLOW], resource_policy=on_it)
        assert allowed(identity_policies=[ALLOW], resource_policy=on_it, owner=OTHER)
        assert not allowed(identity_policies=[SILENT], resource_policy=on_it, owner=OTHER)


def test_a_service_needs_the_resources_policy_and_nothing_else() -> None:
    condition = {"ArnLike": {"AWS:SourceArn": SOURCE}, "StringEquals": {"AWS:SourceAccount": ACCOUNT}}
    mine = document(principal={"Service": "apigateway.amazonaws.com"}, Condition=condition)
    assert allowed(GATEWAY, owner=OTHER, resource_policy=mine)
    assert not allowed(GATEWAY, owner=OTHER, resource_policy=None)
    assert not allowed(GATEWAY, owner=OTHER, resource_policy=document(principal={"Service": "s3.amazonaws.com"}))


def test_the_root_principal_with_a_source_arn_is_a_dead_statement() -> None:
    # The service does not belong to the account, and principals of the account send no aws:SourceArn.
    dead = document(principal={"AWS": ACCOUNT}, Condition={"ArnLike": {"AWS:SourceArn": SOURCE}})
    assert not allowed(GATEWAY, owner=OTHER, resource_policy=dead)
    assert not allowed(ROLE, owner=OTHER, identity_policies=[ALLOW], resource_policy=dead)


def test_an_anonymous_caller_needs_a_statement_for_everybody() -> None:
    anonymous = Principal.anonymous()
    assert allowed(anonymous, resource_policy=document(principal="*"))
    assert not allowed(anonymous, resource_policy=document(principal={"AWS": ACCOUNT}))
    assert not allowed(anonymous, resource_policy=None)


@pytest.mark.parametrize("limit", ["session_policies", "boundary"])
def test_a_session_policy_and_a_boundary_must_allow_as_well(limit: str) -> None:
    # access_policies_boundaries; access_policies#policies_session
    def limited(policy: dict[str, Any]) -> dict[str, Any]:
        return {limit: [policy] if limit == "session_policies" else policy}

    assert allowed(identity_policies=[ALLOW], **limited(ALLOW))
    assert not allowed(identity_policies=[ALLOW], **limited(SILENT))
    assert not allowed(identity_policies=[ALLOW], **limited(DENY))
    assert not allowed(identity_policies=[SILENT], **limited(ALLOW))


@pytest.mark.parametrize("limit", [{"session_policies": [SILENT]}, {"boundary": SILENT}])
def test_a_grant_to_the_role_is_limited_and_a_grant_to_the_session_or_user_is_not(limit: dict[str, Any]) -> None:
    # access_policies_boundaries, "Evaluating effective permissions with boundaries": resource-based policies
    session = document(principal={"AWS": ROLE.arn})
    assert not allowed(resource_policy=document(principal=named(ROLE)), **limit)
    assert allowed(resource_policy=session, **limit)
    assert allowed(USER, resource_policy=document(principal=named(USER)), **limit)
    assert not allowed(owner=OTHER, identity_policies=[ALLOW], resource_policy=session, **limit)


@pytest.mark.parametrize("limit", [{"session_policies": [DENY]}, {"boundary": DENY}])
def test_an_explicit_deny_of_a_limit_holds_against_a_grant_to_the_session_itself(limit: dict[str, Any]) -> None:
    # reference_policies_evaluation-logic: an explicit deny in any policy overrides every allow
    assert not allowed(resource_policy=document(principal={"AWS": ROLE.arn}), **limit)
    assert not allowed(USER, resource_policy=document(principal=named(USER)), **limit)


def test_boundary_and_session_policies_must_all_allow() -> None:
    for session, boundary in ((ALLOW, SILENT), (SILENT, ALLOW)):
        assert not allowed(identity_policies=[ALLOW], session_policies=[session], boundary=boundary)
    assert not allowed(identity_policies=[ALLOW], session_policies=[ALLOW, SILENT])
    assert allowed(identity_policies=[ALLOW], session_policies=[ALLOW], boundary=ALLOW)


def test_a_statement_that_lists_the_account_beside_the_role_grants_to_the_role() -> None:
    account = f"arn:aws:iam::{ACCOUNT}:root"
    for listed in ([account, ROLE_ARN], [ROLE_ARN, account]):
        assert allowed(identity_policies=[], resource_policy=document(principal={"AWS": listed}))
    assert not allowed(identity_policies=[], resource_policy=document(principal={"AWS": [account]}))


def test_a_roles_trust_policy_is_needed_even_where_the_identity_policy_allows() -> None:
    assume = AccessRequest(principal=USER, action="sts:AssumeRole", resource=ROLE_ARN)
    own = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}

    def may(principal: object, *, identity: list[dict[str, Any]], condition: dict[str, Any] | None = None) -> bool:
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        trust |= {"Condition": condition} if condition else {}
        policy = {"Version": "2012-10-17", "Statement": [trust]}
        decision = evaluate_access(
            assume,
            resource_account=ACCOUNT,
            identity_policies=identity,
            resource_policy=policy,
            resource_policy_required=True,
        )
        return decision.allowed

    assert may({"AWS": USER.arn}, identity=[])
    assert not may({"AWS": ACCOUNT}, identity=[])
    assert may({"AWS": ACCOUNT}, identity=[own])
    assert not may({"AWS": OTHER}, identity=[own])
    assert not may({"AWS": USER.arn}, identity=[own], condition={"StringEquals": {"sts:ExternalId": "x"}})


def test_a_refusal_says_which_policy_which_statement_and_which_field() -> None:
    condition = {"ArnLike": {"AWS:SourceArn": SOURCE.replace("/dev/", "/prod/")}}
    policy = document(principal={"Service": "apigateway.amazonaws.com"}, Condition=condition, Sid="api")
    decision = evaluate_access(asked(GATEWAY), resource_account=OTHER, identity_policies=None, resource_policy=policy)
    assert decision.reason.endswith("(stage prod is not dev)")
    assert decision.evidence["statement"] == "api"
    assert decision.evidence["mismatches"][0]["field"] == "Condition.ArnLike.AWS:SourceArn"
    assert not decision.explicit_deny


def test_an_explicit_deny_names_its_statement() -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [*document(principal="*")["Statement"], *document("Deny", "*", Sid="no")["Statement"]],
    }
    decision = evaluate_access(asked(GATEWAY), resource_account=OTHER, identity_policies=None, resource_policy=policy)
    assert decision.explicit_deny
    assert decision.reason == "denied by statement no of the resource policy"


# ── invariants of every policy ───────────────────────────────────────────────────────────────────────────────

PRINCIPALS = st.sampled_from(
    [ROLE, USER, GATEWAY, Principal.anonymous(), Principal.of_user(f"arn:aws:iam::{ACCOUNT}:root")]
)
ELEMENTS = st.sampled_from(
    ["*", {"AWS": "*"}, {"AWS": ACCOUNT}, {"AWS": ROLE_ARN}, {"AWS": ROLE.arn}, {"AWS": USER.arn},
     {"Service": "apigateway.amazonaws.com"}, {"AWS": OTHER}, {"Service": "s3.amazonaws.com"}, "odd"],
)  # fmt: skip
CONDITIONS = st.sampled_from(
    [None, {"ArnLike": {"aws:SourceArn": SOURCE}}, {"ArnNotLike": {"aws:SourceArn": "arn:aws:execute-api:*:*:x/*"}},
     {"StringEquals": {"aws:SourceAccount": OTHER}}, {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
     {"Null": {"aws:SourceArn": "true"}}, {"StringMatches": {"aws:SourceArn": "x"}},
     {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, {"Bool": {"aws:PrincipalIsAWSService": "true"}}],
)  # fmt: skip
ACTIONS = st.sampled_from(
    [{"Action": "lambda:InvokeFunction"}, {"Action": "lambda:*"}, {"Action": "s3:*"}, {"NotAction": "lambda:Get*"},
     {"NotAction": "lambda:*"}, {}],
)  # fmt: skip
RESOURCES = st.sampled_from(
    [{"Resource": "*"}, {"Resource": FUNCTION}, {"Resource": FUNCTION.removesuffix(":live")}, {"NotResource": FUNCTION},
     {"Resource": f"arn:aws:lambda:*:{OTHER}:function:*"}, {"NotResource": "arn:aws:s3:::${aws:username}"}],
)  # fmt: skip
EFFECTS = st.sampled_from(["Allow", "Allow", "Allow", "Deny", "odd"])


@st.composite
def statements(draw: st.DrawFn, *, has_principal: bool) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(EFFECTS)} | draw(ACTIONS) | draw(RESOURCES)
    condition = draw(CONDITIONS)
    if condition:
        statement["Condition"] = condition
    if has_principal:
        statement[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(ELEMENTS)
    return statement


IDENTITY = st.lists(statements(has_principal=False), max_size=3)
RESOURCE = st.lists(statements(has_principal=True), max_size=3)


def permits(principal: Principal, owner: str, identity: list[dict[str, Any]], resource: list[dict[str, Any]]) -> bool:
    return allowed(
        principal,
        owner=owner,
        identity_policies=[{"Version": "2012-10-17", "Statement": identity}],
        resource_policy={"Version": "2012-10-17", "Statement": resource},
    )


@given(PRINCIPALS, st.sampled_from([ACCOUNT, OTHER]), IDENTITY, RESOURCE, st.data())
def test_adding_a_deny_never_allows_more(
    principal: Principal,
    owner: str,
    identity: list[dict[str, Any]],
    resource: list[dict[str, Any]],
    data: st.DataObject,
) -> None:
    before = permits(principal, owner, identity, resource)
    own = data.draw(statements(has_principal=False)) | {"Effect": "Deny"}
    on_it = data.draw(statements(has_principal=True)) | {"Effect": "Deny"}
    assert before or not permits(principal, owner, [*identity, own], resource)
    assert before or not permits(principal, owner, identity, [*resource, on_it])


@given(PRINCIPALS, st.sampled_from([ACCOUNT, OTHER]), IDENTITY, RESOURCE)
def test_removing_an_allow_never_allows_more(
    principal: Principal, owner: str, identity: list[dict[str, Any]], resource: list[dict[str, Any]]
) -> None:
    before = permits(principal, owner, identity, resource)
    for index, statement in enumerate(identity):
        if statement["Effect"] == "Allow":
            assert before or not permits(principal, owner, identity[:index] + identity[index + 1 :], resource)
    for index, statement in enumerate(resource):
        if statement["Effect"] == "Allow":
            assert before or not permits(principal, owner, identity, resource[:index] + resource[index + 1 :])


@given(PRINCIPALS, IDENTITY, RESOURCE)
def test_another_account_is_never_allowed_what_the_own_account_would_not_be(
    principal: Principal, identity: list[dict[str, Any]], resource: list[dict[str, Any]]
) -> None:
    assert permits(principal, ACCOUNT, identity, resource) or not permits(principal, OTHER, identity, resource)


@given(IDENTITY, RESOURCE)
def test_the_spelling_of_condition_keys_does_not_count(
    identity: list[dict[str, Any]], resource: list[dict[str, Any]]
) -> None:
    def policies(request: AccessRequest) -> bool:
        return evaluate_access(
            request,
            resource_account=OTHER,
            identity_policies=[{"Statement": identity}],
            resource_policy={"Statement": resource},
        ).allowed

    request = asked(GATEWAY)
    shouted = replace(request, context={key.upper(): value for key, value in request.context.items()})
    assert policies(request) == policies(shouted)
