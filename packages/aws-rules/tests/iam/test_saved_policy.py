"""A saved policy is evaluated once for all requests that it cannot distinguish, with evaluate_policy's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from aws_rules.iam import policy as policy_module
from aws_rules.iam.evaluation import AccessRequest, Principal, SavedPolicy, evaluate_access, evaluate_policy
from aws_rules.iam.request import ContextValue

FUNCTION = "arn:aws:lambda:us-east-1:222222222222:function:pets"
API = "arn:aws:execute-api:us-east-1:111111111111:a1b2c3d4e5"
GATEWAY = {"Service": "apigateway.amazonaws.com"}


def statement(number: int = 0, **elements: Any) -> dict[str, Any]:
    condition = {"ArnLike": {"AWS:SourceArn": f"{API}/dev/GET/route{number}"}}
    base = {"Sid": f"route{number}", "Effect": "Allow", "Principal": GATEWAY, "Action": "lambda:InvokeFunction"}
    return {**base, "Resource": FUNCTION, "Condition": condition, **elements}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def request(**context: ContextValue) -> AccessRequest:
    keys = {"aws:SourceArn": f"{API}/dev/GET/route0", "aws:CurrentTime": "2026-01-01T00:00:00Z", **context}
    principal = Principal.of_service("apigateway.amazonaws.com")
    return AccessRequest(principal=principal, action="lambda:InvokeFunction", resource=FUNCTION, context=keys)


@pytest.fixture
def evaluations(monkeypatch: pytest.MonkeyPatch) -> list[AccessRequest]:
    """Records the requests for which the complete document was evaluated."""
    seen: list[AccessRequest] = []

    def counted(document: Mapping[str, Any], request: AccessRequest, **options: Any) -> Any:
        seen.append(request)
        return evaluate_policy(document, request, **options)

    monkeypatch.setattr(policy_module, "evaluate_policy", counted)
    return seen


def test_requests_that_the_policy_cannot_tell_apart_are_decided_once(evaluations: list[AccessRequest]) -> None:
    policy = SavedPolicy(document(*(statement(number) for number in range(59))))
    for second in range(50):
        time = f"2026-01-01T00:00:{second:02}Z"
        decision = evaluate_access(
            request(**{"aws:CurrentTime": time}),
            resource_account="222222222222",
            identity_policies=None,
            resource_policy=policy,
        )
        assert decision.allowed
        assert decision.evidence["statement"] == "route0"
    assert len(evaluations) == 1


ALICE = Principal.of_user("arn:aws:iam::111111111111:user/alice", unique_id="AIDAALICE")
#: How a request differs from the first one, and the statement for which that matters.
DIFFERENCES: dict[str, tuple[dict[str, Any], AccessRequest]] = {
    "another value of a tested key": (statement(), request(**{"aws:sourcearn": f"{API}/dev/GET/other"})),
    "a tested key that is absent": (statement(), replace(request(), context={})),
    "a tested time": (
        statement(Condition={"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:01Z"}}),
        request(**{"aws:CurrentTime": "2026-01-01T00:00:02Z"}),
    ),
    "a key that a variable names": (
        statement(Condition={"StringEquals": {"aws:SourceArn": "${aws:PrincipalTag/arn, 'none'}"}}),
        request(**{"aws:PrincipalTag/arn": f"{API}/dev/GET/route0"}),
    ),
    "a key that a variable of the resource names": (
        statement(Resource="arn:aws:lambda:us-east-1:222222222222:function:${aws:PrincipalTag/fn}", Condition={}),
        request(**{"aws:PrincipalTag/fn": "pets"}),
    ),
    "several values of a key": (
        statement(Condition={"ForAnyValue:StringEquals": {"aws:SourceOrgPaths": ["o-1/b"]}}),
        request(**{"aws:SourceOrgPaths": ["o-1/a", "o-1/b"]}),
    ),
    "another action": (statement(), replace(request(), action="lambda:GetFunction")),
    "another resource": (statement(), replace(request(), resource=f"{FUNCTION}:live")),
    "another principal": (statement(), replace(request(), principal=ALICE)),
    "another holder of the same name": (
        statement(Principal={"AWS": ALICE.arn}, Condition={}),
        replace(request(), principal=replace(ALICE, unique_id="AIDAOTHER")),
    ),
}


@pytest.mark.parametrize(("tested", "other"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_request_that_differs_where_the_policy_looks_is_decided_for_itself(
    tested: dict[str, Any], other: AccessRequest
) -> None:
    pinned = {ALICE.arn: "AIDAALICE"}
    first = replace(request(), principal=ALICE) if "AWS" in tested["Principal"] else request()
    policy = SavedPolicy(document(tested), pinned=pinned)
    outcomes = [policy.evaluate(each) for each in (first, other, first)]
    assert outcomes == [
        evaluate_policy(document(tested), each, pinned=pinned, has_principal=True) for each in (first, other, first)
    ]
    assert outcomes[0].decision != outcomes[1].decision


def test_the_cache_is_bounded() -> None:
    policy = SavedPolicy(document(statement()))
    for number in range(5000):
        policy.evaluate(request(**{"aws:SourceArn": f"{API}/dev/GET/route{number}"}))
    assert len(policy._outcomes) <= 1024  # noqa: SLF001 - memory is what it is about
    assert policy.evaluate(request()).decision == "allow"
