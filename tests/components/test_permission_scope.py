"""How many statements fit: arithmetic of a function's policy."""

from __future__ import annotations

import json

import pytest

from components import policies
from components.errors import ArgumentError
from components.permission_scope import fits, grants, size
from tests.components.builders import API, FUNCTION, made

FUNCTION_ARN = f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:hello:live"


def routes(count: int) -> list[tuple[str, str]]:
    return [("GET", f"/route-{number:03}") for number in range(count)]


def test_the_size_is_that_of_the_policy_as_aws_shows_it() -> None:
    given = grants("method", "dev", [("GET", "/pets")], test_invoke=False)
    source = f"arn:aws:execute-api:eu-west-1:{API}:a1b2c3d4e5/dev/GET/pets"
    statement = {
        "Sid": "invoke-0123456789abcdef",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION_ARN,
        "Condition": {"StringEquals": {"AWS:SourceAccount": API}, "ArnLike": {"AWS:SourceArn": source}},
    }
    shown = json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": [statement]}, separators=(",", ":"))

    assert size(given, function=FUNCTION_ARN, region="eu-west-1", api_account=API) == len(shown)


def test_a_policy_fits_when_old_and_new_statements_do() -> None:
    assert fits(policies.FUNCTION_POLICY_BYTES // 2)
    assert not fits(policies.FUNCTION_POLICY_BYTES // 2 + 1)


def test_too_many_statements_are_refused_with_their_number_and_the_scope_that_fits() -> None:
    with pytest.raises(ArgumentError, match=r"permissionScope method makes 60 statements of [\d,]+ bytes") as caught:
        made(*routes(60))

    told = str(caught.value)
    assert "20,480 bytes" in told
    assert "permissionScope stage fits with 1: pulumi config set permissionScope stage" in told


def test_the_refusal_names_how_many_would_fit_and_so_many_do() -> None:
    with pytest.raises(ArgumentError) as caught:
        made(*routes(60))
    fitting = int(str(caught.value).partition("at most ")[2].partition(" ")[0])

    assert len(made(*routes(fitting)).all("Permission")) == fitting
    with pytest.raises(ArgumentError):
        made(*routes(fitting + 2))


def test_the_console_statements_count_too() -> None:
    assert len(made(*routes(20)).all("Permission")) == 20
    with pytest.raises(ArgumentError, match="makes 40 statements"):
        made(*routes(20), test_invoke=True)


@pytest.mark.parametrize("scope", ["stage", "api"])
def test_a_wider_scope_holds_any_number_of_routes(scope: str) -> None:
    assert len(made(*routes(300), permission_scope=scope).all("Permission")) == 1


def test_the_role_way_needs_one_statement_a_function_however_many_routes() -> None:
    assert len(made(*routes(300), invocation="role").all("Permission")) == 1
