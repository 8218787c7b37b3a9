"""Cases from the IAM user guide, each with its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.iam.evaluation import AccessRequest, Decision, Principal, evaluate_policy

if TYPE_CHECKING:
    from aws_rules.iam.request import ContextValue

GATEWAY = Principal.of_service("apigateway.amazonaws.com")
ROLE = Principal.of_role("arn:aws:iam::111122223333:role/path/reader", session="s1", unique_id="AROAREADER")
ANN = Principal.of_user("arn:aws:iam::111122223333:user/ann", unique_id="AIDAANN")
BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"


def identity(statement: dict[str, Any], request: AccessRequest, *, version: str | None = "2012-10-17") -> Decision:
    """Evaluate an identity policy with only this statement."""
    full = {"Effect": "Allow", "Action": "*", "Resource": "*"} | statement
    for name in ("Action", "Resource"):
        if f"Not{name}" in statement:
            del full[name]
    document = {"Statement": [full]} | ({"Version": version} if version else {})
    return evaluate_policy(document, request, has_principal=False).decision


def resource(statement: dict[str, Any], principal: Principal, pinned: dict[str, str] | None = None) -> Decision:
    """Evaluate a resource-based policy with only this statement."""
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"} | statement}
    request = AccessRequest(principal=principal, action="s3:GetObject", resource=BUCKET)
    return evaluate_policy(document, request, has_principal=True, pinned=pinned or {}).decision


def asked(
    action: str = "s3:GetObject",
    on: str = f"{BUCKET}/file",
    context: dict[str, ContextValue] | None = None,
    principal: Principal = ANN,
) -> AccessRequest:
    return AccessRequest(principal=principal, action=action, resource=on, context=context or {})


@pytest.mark.parametrize(
    ("wanted", "action", "matches"),
    [
        # reference_policies_elements_action: prefix and name are case insensitive; * and ? are wildcards
        ("iam:ListAccessKeys", "IAM:listaccesskeys", True),
        ("iam:*AccessKey*", "iam:DeleteAccessKey", True),
        ("iam:*AccessKey*", "iam:ListAccessKeys", True),
        ("iam:*AccessKey*", "iam:DeleteUser", False),
        ("s3:Get?bject", "s3:GetObject", True),
        ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl", False),
        ("*", "lambda:InvokeFunction", True),
        (["s3:Put*", "s3:Get*"], "s3:GetObject", True),
    ],
)
def test_actions_match_as_documented(wanted: object, action: str, matches: bool) -> None:
    assert (identity({"Action": wanted}, asked(action)) is Decision.ALLOW) == matches


@pytest.mark.parametrize(
    ("wanted", "arn", "matches"),
    [
        # reference_policies_elements_resource
        ("arn:aws:iam::111122223333:user/accounting/*", "arn:aws:iam::111122223333:user/accounting/ann", True),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/1/test/object.jpg", True),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/1/2/test/object.jpg", True),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/1-test/object.jpg", False),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/test/object.jpg", False),
        ("arn:aws:iam::*:user/Bob", "arn:aws:iam::111122223333:user/bob", False),
        # "If the * wildcard is the last character of a resource ARN segment, it can expand … beyond the colon"
        ("arn:aws:dynamodb:*:table/t", "arn:aws:dynamodb:us-east-1:111122223333:table/t", True),
        ("arn:aws:dynamodb:us-*", "arn:aws:dynamodb:us-east-1:111122223333:table/t", True),
        ("arn:aws:dynamodb:u*3:table/t", "arn:aws:dynamodb:us-east-1:111122223333:table/t", False),
        (
            "arn:aws:lambda:us-east-1:111122223333:function:f",
            "arn:aws:lambda:us-east-1:111122223333:function:f:live",
            False,
        ),
        (
            "arn:aws:lambda:us-east-1:111122223333:function:f:*",
            "arn:aws:lambda:us-east-1:111122223333:function:f:live",
            True,
        ),
        (
            "arn:aws:lambda:us-east-1:111122223333:function:*",
            "arn:aws:lambda:us-east-1:111122223333:function:f:live",
            True,
        ),
        # DG api-gateway-control-access-using-iam-policies-to-invoke-api
        (
            "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/pets",
            "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/pets",
            True,
        ),
        ("arn:aws:execute-api:us-east-1:*:a1/*", "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/pets", True),
        (
            "arn:aws:execute-api:us-east-1:*:a1/*/GET/",
            "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/pets",
            False,
        ),
    ],
)
def test_resources_match_as_documented(wanted: str, arn: str, matches: bool) -> None:
    assert (identity({"Resource": wanted}, asked(on=arn)) is Decision.ALLOW) == matches


def test_not_action_covers_every_other_action() -> None:
    # reference_policies_elements_notaction
    statement = {"NotAction": "iam:*"}
    assert identity(statement, asked("s3:GetObject")) is Decision.ALLOW
    assert identity(statement, asked("iam:CreateUser")) is Decision.NONE
    assert identity({"Effect": "Deny"} | statement, asked("s3:GetObject")) is Decision.DENY


def test_not_resource_covers_every_other_resource() -> None:
    # reference_policies_elements_notresource
    statement = {"Effect": "Deny", "NotResource": [f"{BUCKET}/HRBucket/Payroll", f"{BUCKET}/HRBucket/Payroll/*"]}
    assert identity(statement, asked(on=f"{BUCKET}/file")) is Decision.DENY
    assert identity(statement, asked(on=f"{BUCKET}/HRBucket/Payroll/may")) is Decision.NONE


@pytest.mark.parametrize(
    ("element", "principal", "matches"),
    [
        # reference_policies_elements_principal
        ({"AWS": "arn:aws:iam::111122223333:root"}, ROLE, True),
        ({"AWS": "111122223333"}, ANN, True),
        ({"AWS": ["444455556666", "111122223333"]}, ANN, True),
        ({"AWS": "444455556666"}, ANN, False),
        ({"AWS": "arn:aws:iam::444455556666:root"}, ANN, False),
        ({"AWS": "arn:aws:iam::111122223333:role/path/reader"}, ROLE, True),
        ({"AWS": "arn:aws:iam::111122223333:role/reader"}, ROLE, False),
        ({"AWS": "arn:aws:sts::111122223333:assumed-role/reader/s1"}, ROLE, True),
        ({"AWS": "arn:aws:sts::111122223333:assumed-role/reader/s2"}, ROLE, False),
        ({"AWS": "arn:aws:iam::111122223333:user/ann"}, ANN, True),
        # "You cannot use a wildcard to match part of a principal name or ARN"
        ({"AWS": "arn:aws:iam::111122223333:role/*"}, ROLE, False),
        ({"AWS": "arn:aws:iam::111122223333:user/*"}, ANN, False),
        ("*", ANN, True),
        ({"AWS": "*"}, ROLE, True),
        ("*", Principal.anonymous(), True),
        ({"AWS": "*"}, Principal.anonymous(), True),
        ({"Service": "apigateway.amazonaws.com"}, GATEWAY, True),
        ({"Service": ["lambda.amazonaws.com", "apigateway.amazonaws.com"]}, GATEWAY, True),
        ({"Service": "lambda.amazonaws.com"}, GATEWAY, False),
        ({"Service": "apigateway.amazonaws.com"}, ROLE, False),
        # An account principal never includes a service, even if the service acts for that account.
        ({"AWS": "arn:aws:iam::111122223333:root"}, GATEWAY, False),
        (
            {"Federated": "cognito-identity.amazonaws.com"},
            Principal.of_federation("cognito-identity.amazonaws.com"),
            True,
        ),
        ({"Federated": "accounts.google.com"}, Principal.of_federation("cognito-identity.amazonaws.com"), False),
        ({"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}, ANN, False),
    ],
)
def test_principals_match_as_documented(element: object, principal: Principal, matches: bool) -> None:
    assert (resource({"Principal": element}, principal) is Decision.ALLOW) == matches


def test_a_role_created_again_is_not_the_role_that_was_named() -> None:
    # reference_policies_elements_principal: the ARN is transformed to the role's unique ID when saved
    arn = "arn:aws:iam::111122223333:role/path/reader"
    assert resource({"Principal": {"AWS": arn}}, ROLE, {arn: "AROAREADER"}) is Decision.ALLOW
    assert resource({"Principal": {"AWS": arn}}, ROLE, {arn: "AROAOTHER"}) is Decision.NONE


def test_a_statement_that_shows_the_unique_id_means_that_role() -> None:
    assert resource({"Principal": {"AWS": "AROAREADER"}}, ROLE) is Decision.ALLOW
    assert resource({"Principal": {"AWS": "AROAOTHER"}}, ROLE) is Decision.NONE


@pytest.mark.parametrize(
    ("listed", "denied"),
    [
        # reference_policies_elements_notprincipal: account, role and session must all be listed
        (
            [
                "arn:aws:iam::111122223333:root",
                "arn:aws:iam::111122223333:role/path/reader",
                "arn:aws:sts::111122223333:assumed-role/reader/s1",
            ],
            False,
        ),
        (
            [
                "111122223333",
                "arn:aws:iam::111122223333:role/path/reader",
                "arn:aws:sts::111122223333:assumed-role/reader/s1",
            ],
            False,
        ),
        (["arn:aws:iam::111122223333:role/path/reader"], True),
        (["arn:aws:iam::111122223333:root"], True),
        (["arn:aws:iam::444455556666:root"], True),
    ],
)
def test_a_deny_with_not_principal_spares_only_who_is_listed_in_full(listed: list[str], denied: bool) -> None:
    decision = resource({"Effect": "Deny", "NotPrincipal": {"AWS": listed}}, ROLE)
    assert (decision is Decision.DENY) == denied


def test_an_allow_with_not_principal_passes_whoever_is_listed_by() -> None:
    assert resource({"NotPrincipal": {"AWS": "111122223333"}}, ROLE) is Decision.NONE
    assert resource({"NotPrincipal": {"AWS": "444455556666"}}, ROLE) is Decision.ALLOW


@pytest.mark.parametrize(
    ("pattern", "arn", "matches"),
    [
        # reference_policies_variables
        (f"{BUCKET}/${{aws:username}}/*", f"{BUCKET}/ann/notes", True),
        (f"{BUCKET}/${{aws:username}}/*", f"{BUCKET}/bob/notes", False),
        (f"{BUCKET}/${{AWS:UserName}}/*", f"{BUCKET}/ann/notes", True),
        (f"{BUCKET}/${{aws:PrincipalTag/team, 'company-wide'}}/*", f"{BUCKET}/company-wide/x", True),
        (f"{BUCKET}/${{aws:PrincipalTag/team}}/*", f"{BUCKET}//x", False),
        (f"{BUCKET}/${{*}}", f"{BUCKET}/*", True),
        (f"{BUCKET}/${{*}}", f"{BUCKET}/anything", False),
        (f"{BUCKET}/${{?}}", f"{BUCKET}/x", False),
        (f"{BUCKET}/${{$}}5", f"{BUCKET}/$5", True),
        # "only in the resource portion of the ARN", after the fifth colon
        (
            "arn:aws:s3::${aws:PrincipalAccount}:amzn-s3-demo-bucket/*",
            "arn:aws:s3::111122223333:amzn-s3-demo-bucket/x",
            False,
        ),
    ],
)
def test_variables_in_resources_are_filled_in_as_documented(pattern: str, arn: str, matches: bool) -> None:
    assert (identity({"Resource": pattern}, asked(on=arn)) is Decision.ALLOW) == matches


def test_a_wildcard_in_a_variables_value_is_literal() -> None:
    tagged = asked(on=f"{BUCKET}/secret", context={"aws:PrincipalTag/team": "*"})
    assert identity({"Resource": f"{BUCKET}/${{aws:PrincipalTag/team}}"}, tagged) is Decision.NONE


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_the_older_version_of_the_language_has_no_variables(version: str | None) -> None:
    # reference_policies_elements_version: without Version, 2008-10-17 applies
    statement = {"Resource": f"{BUCKET}/${{aws:username}}"}
    assert identity(statement, asked(on=f"{BUCKET}/ann"), version=version) is Decision.NONE
    assert identity(statement, asked(on=f"{BUCKET}/${{aws:username}}"), version=version) is Decision.ALLOW


def test_a_deny_on_a_resource_with_a_variable_without_value_denies_nothing() -> None:
    # "the resource that includes a policy variable with no value will not match any resource"
    statement = {"Effect": "Deny", "Resource": f"{BUCKET}/${{aws:PrincipalTag/Team}}/*"}
    assert identity(statement, asked(on=f"{BUCKET}/a/b")) is Decision.NONE


@pytest.mark.parametrize(
    "odd",
    [
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Kondition": {}},
        {"Effect": "allow", "Action": "*", "Resource": "*"},
        {"Effect": "Allow", "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "*"},
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"},
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": []},
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringMatches": {"aws:username": "ann"}}},
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NumericEquals": {"aws:username": "ann"}}},
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {"IpAddress": {"aws:username": "10.0.0.0/99"}},
        },
    ],
)
def test_unknown_policy_elements_never_help_the_caller_and_are_reported(odd: dict[str, Any]) -> None:
    allow = evaluate_policy({"Version": "2012-10-17", "Statement": [odd]}, asked(), has_principal=False)
    assert allow.decision is not Decision.ALLOW
    assert allow.unresolved
    deny = evaluate_policy(
        {"Version": "2012-10-17", "Statement": [odd | {"Effect": "Deny"}]}, asked(), has_principal=False
    )
    if odd["Effect"] == "Allow":
        assert deny.decision is Decision.DENY


@pytest.mark.parametrize("action", ["execute-api:Invoke", "lambda:InvokeFunction"])
def test_only_a_trust_policys_statement_can_do_without_a_resource(action: str) -> None:
    def decision(effect: str, asked_for: str) -> Decision:
        statement = {"Effect": effect, "Principal": "*", "Action": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        return evaluate_policy(policy, asked(asked_for), has_principal=True).decision

    assert decision("Allow", "sts:AssumeRole") is Decision.ALLOW
    assert decision("Allow", action) is not Decision.ALLOW
    assert decision("Deny", action) is Decision.DENY


@pytest.mark.parametrize("effect", ["deny", "DENY", "Denied"])
def test_a_deny_that_is_misspelt_denies_all_the_same(effect: str) -> None:
    statements = [{"Effect": kind, "Action": "*", "Resource": "*"} for kind in ("Allow", effect)]
    outcome = evaluate_policy({"Version": "2012-10-17", "Statement": statements}, asked(), has_principal=False)
    assert outcome.decision is Decision.DENY


@pytest.mark.parametrize("document", [{"Version": "2024-01-01", "Statement": []}, {"Statment": []}, {"Statement": "x"}])
def test_a_document_that_cannot_be_understood_denies(document: dict[str, Any]) -> None:
    outcome = evaluate_policy(document, asked(), has_principal=False)
    assert outcome.decision is Decision.DENY
    assert outcome.unresolved


def test_the_nearest_statement_is_the_one_with_the_fewest_differences() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "bucket",
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": "*",
                "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::amzn-s3-demo-bucket"}},
            },
            {
                "Sid": "api",
                "Effect": "Allow",
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": "*",
                "Condition": {
                    "ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:111122223333:a1/prod/GET/pets"}
                },
            },
        ],
    }
    source = "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/pets"
    request = asked("lambda:InvokeFunction", "f", {"aws:SourceArn": source}, GATEWAY)
    outcome = evaluate_policy(document, request, has_principal=True)
    assert outcome.decision is Decision.NONE
    assert outcome.nearest is not None
    assert outcome.nearest.sid == "api"
    (mismatch,) = outcome.nearest.mismatches
    assert mismatch.field == "Condition.ArnLike.AWS:SourceArn"
    assert mismatch.got == source
    assert mismatch.reason.endswith("(stage prod is not dev)")


def test_of_two_statements_that_differ_in_one_field_the_one_about_this_caller_is_nearer() -> None:
    other = {"Sid": "other", "Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "*", "Resource": "*"}
    condition = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    mine = {"Sid": "mine", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}
    for statements in ([other, mine], [mine, other]):
        document = {"Version": "2012-10-17", "Statement": statements}
        outcome = evaluate_policy(document, asked(principal=GATEWAY), has_principal=True)
        assert outcome.nearest is not None
        assert outcome.nearest.sid == "mine"
