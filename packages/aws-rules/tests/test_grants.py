"""The statements that allow API Gateway to invoke a function."""

from __future__ import annotations

import json

import pytest

from aws_rules.grants import Scope, fits, grants, http_grants, route_tail, size

FUNCTION = "arn:aws:lambda:eu-west-1:222222222222:function:hello:live"


@pytest.mark.parametrize(
    ("scope", "routes", "tails"),
    [
        # Lambda developer guide, "Invoking a Lambda function using an API Gateway endpoint": the forms of SourceArn.
        ("method", [("GET", "/")], ["dev/GET/"]),
        ("method", [("GET", "/pets")], ["dev/GET/pets"]),
        ("method", [("GET", "/pets/{petId}")], ["dev/GET/pets/*"]),
        ("method", [("ANY", "/{proxy+}")], ["dev/*/*"]),
        ("method", [("GET", "/"), ("POST", "/")], ["dev/GET/", "dev/POST/"]),
        ("stage", [("GET", "/"), ("POST", "/")], ["dev/*"]),
        ("api", [("GET", "/"), ("POST", "/")], ["*"]),
    ],
)
def test_a_statement_covers_a_method_a_stage_or_the_api(
    scope: Scope, routes: list[tuple[str, str]], tails: list[str]
) -> None:
    assert [grant.tail for grant in grants(scope, "dev", routes, test_invoke=False)] == tails


@pytest.mark.parametrize(
    ("scope", "tails"),
    [
        ("method", ["dev/GET/pets", "test-invoke-stage/GET/pets"]),
        ("stage", ["dev/*", "test-invoke-stage/*"]),
        ("api", ["*"]),
    ],
)
def test_the_console_calls_as_a_stage_of_its_name(scope: Scope, tails: list[str]) -> None:
    given = grants(scope, "dev", [("GET", "/pets")], test_invoke=True)

    assert [grant.tail for grant in given] == tails
    assert len({grant.label for grant in given}) == len(tails)


@pytest.mark.parametrize(
    ("stage", "key", "tail"),
    [
        # Developer guide, "API Gateway ARN reference", HTTP APIs.
        ("prod", "GET /pets", "prod/GET/pets"),
        ("prod", "GET /pets/{petId}", "prod/GET/pets/*"),
        ("prod", "ANY /{proxy+}", "prod/*/*"),
        ("prod", "GET /", "prod/GET/"),
        ("$default", "$default", "*/$default"),
        ("$default", "GET /test", "*/GET/test"),
    ],
)
def test_the_tail_of_a_route_key(stage: str, key: str, tail: str) -> None:
    assert route_tail(stage, key) == tail
    assert [grant.tail for grant in http_grants("method", stage, [key])] == [tail]


@pytest.mark.parametrize(("scope", "tail"), [("stage", "*/*"), ("api", "*")])
def test_an_http_api_s_default_stage_is_any_stage(scope: Scope, tail: str) -> None:
    assert [grant.tail for grant in http_grants(scope, "$default", ["GET /test"])] == [tail]


def test_a_policy_is_as_long_as_get_policy_shows_it() -> None:
    """Compared with the sample policy of the Lambda developer guide."""
    shown = {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [
            {
                # The AWS provider appends 18 digits of the time and 8 of a counter to the prefix.
                "Sid": "invoke-20261129213330123400000001",
                "Effect": "Allow",
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": FUNCTION,
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": "111111111111"},
                    "ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:eu-west-1:111111111111:a1b2c3d4e5/dev/GET/pets"},
                },
            }
        ],
    }

    given = grants("method", "dev", [("GET", "/pets")], test_invoke=False)

    assert size(given, function=FUNCTION, api_account="111111111111") == len(json.dumps(shown, separators=(",", ":")))


@pytest.mark.parametrize(("statements", "held"), [(0, True), (10_240, True), (10_241, False)])
def test_old_and_new_statements_share_20_kb(statements: int, held: bool) -> None:
    assert fits(statements) is held
