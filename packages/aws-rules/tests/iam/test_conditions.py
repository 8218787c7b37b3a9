"""Condition operators of the IAM user guide (reference_policies_elements_condition_operators)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.iam.evaluation import AccessRequest, Decision, Principal, evaluate_policy

if TYPE_CHECKING:
    from aws_rules.iam.request import ContextValue

KEY = "test:Key"


def holds(operator: str, wanted: Any, got: ContextValue | None, **context: ContextValue) -> bool:
    """True if a statement with only this condition applies; checks that Allow and Deny agree."""
    keys = ({} if got is None else {KEY: got}) | {name.replace("__", ":"): value for name, value in context.items()}
    user = Principal.of_user("arn:aws:iam::111122223333:user/ann")
    request = AccessRequest(principal=user, action="s3:GetObject", resource="*", context=keys)
    decisions = [
        evaluate_policy(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": effect,
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {operator: {KEY.upper(): wanted}},
                },
            },
            request,
            has_principal=False,
        ).decision
        for effect in ("Allow", "Deny")
    ]
    assert (decisions[0] is Decision.ALLOW) == (decisions[1] is Decision.DENY)
    return decisions[0] is Decision.ALLOW


@pytest.mark.parametrize(
    ("operator", "wanted", "got", "expected"),
    [
        ("StringEquals", "Admin", "Admin", True),
        ("StringEquals", "Admin", "admin", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a*", "abc", False),
        ("StringEquals", "a*", "a*", True),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringEqualsIgnoreCase", "Admin", "ADMIN", True),
        ("StringNotEqualsIgnoreCase", "Admin", "ADMIN", False),
        ("StringLike", "a?c*", "abcdef", True),
        ("StringLike", "a?c*", "acdef", False),
        ("StringLike", "A*", "abc", False),
        ("StringNotLike", ["x*", "y*"], "z", True),
        ("StringNotLike", ["x*", "y*"], "yz", False),
        ("NumericEquals", "10", "10.0", True),
        ("NumericNotEquals", 10, "11", True),
        ("NumericNotEquals", 10, "9", True),
        ("NumericNotEquals", 10, "10.0", False),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "11", True),
        ("NumericGreaterThan", "10", "10", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericGreaterThanEquals", "10", "9.5", False),
        ("NumericEquals", "10", "ten", False),
        ("DateEquals", "2026-04-01T00:00:00Z", "1774994400", False),
        ("DateEquals", "2026-04-01T00:00:00Z", "1775001600", True),
        # a date without a zone is UTC
        ("DateEquals", "2026-04-01", "2026-04-01T00:00:00Z", True),
        ("DateNotEquals", "2026-04-01T00:00:00Z", "2026-04-01T00:00:01Z", True),
        ("DateNotEquals", "2026-04-01T00:00:00Z", "2026-03-31T23:59:59Z", True),
        ("DateNotEquals", "2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z", False),
        ("DateLessThan", "2026-04-01T00:00:00Z", "2026-03-31T23:59:59Z", True),
        ("DateLessThan", "2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z", False),
        ("DateLessThanEquals", "2026-04-01T00:00:00+02:00", "2026-03-31T22:00:00Z", True),
        ("DateGreaterThan", "2026-04-01", "2026-04-02T00:00:00Z", True),
        ("DateGreaterThan", "2026-04-01", "2026-04-01T00:00:00Z", False),
        ("DateGreaterThanEquals", "2026-04-01", "2026-04-01T00:00:00Z", True),
        ("DateGreaterThanEquals", "2026-04-01", "2026-03-31T00:00:00Z", False),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "ASIAIOSFODNN7EXA", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.7", False),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::1", True),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        ("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "198.51.100.1", False),
        ("ArnEquals", "arn:aws:sns:*:111122223333:topic", "arn:aws:sns:eu-west-1:111122223333:topic", True),
        (
            "ArnLike",
            "arn:aws:execute-api:us-east-1:111122223333:a1/*/GET/*",
            "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/pets/1",
            True,
        ),
        # each of the six parts is checked separately: * never crosses a colon before the last
        (
            "ArnLike",
            "arn:aws:execute-api:*:a1/dev/GET/",
            "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/",
            False,
        ),
        ("ArnLike", "arn:aws:s3:::b", "not an ARN", False),
        ("ArnNotLike", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:444455556666:t", True),
        (
            "ArnNotLike",
            "arn:aws:execute-api:*:a1/dev/GET/",
            "arn:aws:execute-api:us-east-1:111122223333:a1/dev/GET/",
            True,
        ),
        ("ArnNotEquals", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:t", False),
        ("Null", "true", None, True),
        ("Null", "true", "x", False),
        ("Null", "false", "x", True),
        ("Null", "false", None, False),
        ("Null", True, None, True),
    ],
)
def test_each_operator_compares_as_documented(operator: str, wanted: object, got: str | None, expected: bool) -> None:
    assert holds(operator, wanted, got) == expected


@pytest.mark.parametrize(
    "operator",
    [
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringLike",
        "NumericEquals",
        "NumericLessThan",
        "DateGreaterThan",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "ArnEquals",
        "ArnLike",
    ],
)
def test_a_missing_key_fails_a_positive_operator_unless_it_ends_in_if_exists(operator: str) -> None:
    wanted = {"Bool": "true", "IpAddress": "10.0.0.0/8", "DateGreaterThan": "2026-01-01"}.get(operator, "1")
    assert not holds(operator, wanted, None)
    assert holds(f"{operator}IfExists", wanted, None)


@pytest.mark.parametrize(
    ("operator", "wanted"),
    [
        ("StringNotEquals", "a"),
        ("StringNotLike", "a*"),
        ("ArnNotLike", "arn:aws:s3:::*"),
        ("NotIpAddress", "10.0.0.0/8"),
        ("NumericNotEquals", "1"),
        ("DateNotEquals", "2026-01-01"),
        ("StringNotEqualsIgnoreCase", "a"),
        ("ArnNotEquals", "arn:aws:s3:::*"),
    ],
)
def test_a_missing_key_satisfies_a_negated_operator(operator: str, wanted: str) -> None:
    assert holds(operator, wanted, None)
    assert holds(f"{operator}IfExists", wanted, None)


def test_if_exists_still_compares_a_key_that_is_there() -> None:
    assert not holds("StringEqualsIfExists", "a", "b")
    assert holds("StringEqualsIfExists", "a", "a")


@pytest.mark.parametrize(
    ("operator", "wanted", "got", "expected"),
    [
        # reference_policies_condition-single-vs-multi-valued-context-keys
        ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAllValues:StringLike", ["key1*", "key2*"], ["key1", "key2x"], True),
        ("ForAllValues:StringEquals", ["a"], None, True),
        ("ForAllValues:StringEquals", ["a"], "", True),
        ("ForAllValues:StringEquals", ["a"], [], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c", "a"], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c", "d"], False),
        ("ForAnyValue:StringEquals", ["a"], None, False),
        ("ForAnyValue:StringEquals", ["a"], "", False),
        ("ForAnyValue:StringNotEquals", ["a"], None, False),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], True),
        ("ForAnyValue:StringNotEquals", ["a"], ["a"], False),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], True),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "a"], False),
        ("ForAllValues:ArnLike", "arn:aws:s3:::*", ["arn:aws:s3:::b"], True),
        ("ForAnyValue:StringEqualsIfExists", ["a"], None, True),
    ],
)
def test_set_qualifiers_count_values_as_documented(
    operator: str, wanted: object, got: ContextValue | None, expected: bool
) -> None:
    assert holds(operator, wanted, got) == expected


def test_a_variable_is_compared_with_the_requests_value() -> None:
    assert holds("StringEquals", "${aws:PrincipalTag/team}", "red", **{"aws__PrincipalTag/team": "red"})
    assert not holds("StringEquals", "${aws:PrincipalTag/team}", "red", **{"aws__PrincipalTag/team": "blue"})
    assert holds("StringLike", "${aws:username}/*", "ann/notes")
    assert holds("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:user/ann")


def test_a_variable_without_value_equals_nothing_so_an_inverted_operator_matches() -> None:
    # reference_policies_variables, "Policy variables with no value"
    assert not holds("StringEquals", "${aws:PrincipalTag/Team}", "red")
    assert not holds("StringLike", "*${aws:PrincipalTag/Team}", "red")
    assert holds("StringNotEquals", "${aws:PrincipalTag/Team}", "red")
    assert holds("StringNotLike", "${aws:PrincipalTag/Team}", "red")


def undecided(condition: dict[str, Any], context: dict[str, ContextValue]) -> bool:
    """True if the condition always counts against the caller: the Allow does not apply, and the Deny does."""
    user = Principal.of_user("arn:aws:iam::111122223333:user/ann")
    request = AccessRequest(principal=user, action="s3:GetObject", resource="*", context=context)
    outcomes = [
        evaluate_policy(
            {"Statement": {"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition}},
            request,
            has_principal=False,
        )
        for effect in ("Allow", "Deny")
    ]
    return (
        outcomes[0].decision is Decision.NONE and outcomes[1].decision is Decision.DENY and bool(outcomes[1].unresolved)
    )


@pytest.mark.parametrize(
    ("condition", "context"),
    [
        ({"StringMatches": {KEY: "a"}}, {KEY: "a"}),
        ({"ForSomeValues:StringEquals": {KEY: "a"}}, {KEY: "a"}),
        ({"StringEquals": {KEY: "a"}}, {KEY: ["a", "b"]}),
        ({"StringNotEquals": {KEY: "c"}}, {KEY: ["a", "b"]}),
        ({"NumericEquals": {KEY: ["1", "one"]}}, {KEY: "1"}),
        ({"Bool": {KEY: "yes"}}, {KEY: "true"}),
        ({"DateLessThan": {KEY: "soon"}}, {KEY: "2026-01-01"}),
        ({"IpAddress": {KEY: "10.0.0.0/40"}}, {KEY: "10.0.0.1"}),
        ({"BinaryEquals": {KEY: "%"}}, {KEY: "YQ=="}),
        ({"Null": {KEY: "maybe"}}, {KEY: "a"}),
        ({"StringEquals": "a"}, {KEY: "a"}),
    ],
)
def test_a_condition_that_cannot_be_decided_counts_against_the_caller(
    condition: dict[str, Any], context: dict[str, ContextValue]
) -> None:
    assert undecided(condition, context)


def test_every_operator_and_every_key_must_hold() -> None:
    user = Principal.of_user("arn:aws:iam::111122223333:user/ann")
    condition = {
        "StringEquals": {"aws:PrincipalAccount": "111122223333", "aws:PrincipalType": "User"},
        "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/ann"},
    }
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    request = AccessRequest(principal=user, action="s3:GetObject", resource="*")
    assert evaluate_policy(document, request, has_principal=False).decision is Decision.ALLOW
    other = AccessRequest(principal=user, action="s3:GetObject", resource="*", context={"aws:PrincipalType": "Account"})
    assert evaluate_policy(document, other, has_principal=False).decision is Decision.NONE


@pytest.mark.parametrize("key", ["aws:MultiFactorAuthPresent", "aws:SourceIdentity", "aws:ResourceTag/team"])
@pytest.mark.parametrize("operator", ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "Null"])
def test_an_unknown_key_never_helps_the_caller(key: str, operator: str) -> None:
    """On AWS, the key can be present: its absence here decides nothing."""
    user = Principal.of_user("arn:aws:iam::111122223333:user/ann")
    wanted = "true"
    for effect, expected in (("Allow", Decision.NONE), ("Deny", Decision.DENY)):
        statement = {"Effect": effect, "Action": "*", "Resource": "*", "Condition": {operator: {key: wanted}}}
        request = AccessRequest(principal=user, action="s3:GetObject", resource="*")
        outcome = evaluate_policy({"Statement": [statement]}, request, has_principal=False)
        assert outcome.decision is expected
        assert f"whether the request has {key} is not known here" in str(outcome.statements[0].unresolved)


def test_but_where_it_is_known_it_is_compared() -> None:
    user = Principal.of_user("arn:aws:iam::111122223333:user/ann")
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    context = {"aws:MultiFactorAuthPresent": "true"}
    request = AccessRequest(principal=user, action="s3:GetObject", resource="*", context=context)
    assert evaluate_policy({"Statement": [statement]}, request, has_principal=False).decision is Decision.ALLOW
