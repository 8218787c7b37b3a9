"""Resource policies of REST APIs, evaluated as on AWS."""

from __future__ import annotations

import pytest

from aws_rules.iam.evaluation import Decision, evaluate_policy
from aws_rules.iam.request import AccessRequest, Principal
from cross_account_api.rest.resource_policies import callers_policy, vpc_endpoints_policy

API = "arn:aws:execute-api:eu-west-1:111111111111:a1b2c3d4e5"
CALLER = "arn:aws:iam::333333333333:role/caller"


def decide(document: dict[str, object], resource: str, principal: Principal, **context: str) -> Decision:
    """Evaluate the policy after API Gateway has inserted its ARN."""
    text = {
        **document,
        "Statement": [
            {**statement, "Resource": _expanded(statement["Resource"])}
            for statement in document["Statement"]  # type: ignore[attr-defined]
        ],
    }
    keys = {name.replace("_", ":"): value for name, value in context.items()}
    request = AccessRequest(principal=principal, action="execute-api:Invoke", resource=resource, context=keys)
    return evaluate_policy(text, request, has_principal=True).decision


def _expanded(resource: str | list[str]) -> list[str]:
    given = [resource] if isinstance(resource, str) else resource
    return [each.replace("execute-api:", API) for each in given]


def role(arn: str) -> Principal:
    account = arn.split(":")[4]
    session = arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/session"
    return Principal(kind="aws", arn=session, account=account, role_arn=arn, unique_id="AROAEXAMPLE")


@pytest.mark.parametrize(
    ("caller", "tail", "decision"),
    [
        (CALLER, "dev/GET/orders", Decision.ALLOW),
        (CALLER, "dev/GET/orders/7", Decision.ALLOW),
        (CALLER, "dev/POST/orders", Decision.NONE),
        (CALLER, "prod/GET/orders", Decision.NONE),
        ("arn:aws:iam::333333333333:role/other", "dev/GET/orders", Decision.NONE),
        ("arn:aws:iam::444444444444:role/caller", "dev/GET/orders", Decision.NONE),
    ],
)
def test_named_callers_may_call_the_given_routes_of_the_stage(caller: str, tail: str, decision: Decision) -> None:
    policy = callers_policy([CALLER], "dev", [("GET", "/orders"), ("GET", "/orders/{id}")])

    assert decide(policy, f"{API}/{tail}", role(caller)) is decision


@pytest.mark.parametrize(
    ("endpoint", "decision"),
    [("vpce-1", Decision.ALLOW), ("vpce-2", Decision.DENY), (None, Decision.DENY)],
)
def test_only_the_given_endpoints_come_through(endpoint: str | None, decision: Decision) -> None:
    policy = vpc_endpoints_policy(["vpce-1"])
    context = {"aws_SourceVpce": endpoint} if endpoint else {}

    assert decide(policy, f"{API}/dev/GET/", Principal(kind="anonymous"), **context) is decision
