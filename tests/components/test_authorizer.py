"""Lambda authorizers whose function is in another account and Region."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api.errors import ArgumentError
from cross_account_api.function.targets import ExternalFunction
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.routes import Route
from cross_account_api.testing import API_ID, Recording, record
from tests.components.builders import API, FUNCTION, THIRD, account, new_function, outputs


def guarded(*, names: str | None = "gate", guard: ExternalFunction | None = None, **changes: Any) -> Recording:
    """An API in eu-west-1 whose function is in 222222222222 and whose authorizer is in 333333333333, us-east-1."""

    def program() -> dict[str, Any]:
        args = CrossAccountApiArgs(
            account=account(API),
            functions={
                "hello": new_function(account(FUNCTION)),
                "guard": guard or new_function(account(THIRD, "us-east-1")),
            },
            routes=[
                Route(method="GET", path="/open", function="hello"),
                Route(method="GET", path="/closed", function="hello", authorizer=names),
            ],
            authorizers={"gate": LambdaAuthorizer(function="guard", **changes)},
        )
        return outputs(CrossAccountApi("shop", args))

    return record(program)


def scheme(recording: Recording) -> dict[str, Any]:
    """The authorizer's security scheme."""
    value: dict[str, Any] = recording.one("RestApi").document()["components"]["securitySchemes"]["gate"]
    return value


def test_uri_and_source_arn_carry_the_functions_region() -> None:
    recording = guarded()
    permission = recording.one("Permission", name="shop-guard-authorizers")
    details = scheme(recording)["x-amazon-apigateway-authorizer"]

    assert details["authorizerUri"].startswith(
        f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:{THIRD}:function:"
    )
    assert permission.provider == "third"
    assert permission.inputs["sourceArn"] == f"arn:aws:execute-api:us-east-1:{API}:{API_ID}/authorizers/*"
    assert permission.inputs["sourceAccount"] == API
    assert permission.inputs["principal"] == "apigateway.amazonaws.com"


def test_only_routes_that_name_it_are_guarded() -> None:
    paths = guarded().one("RestApi").document()["paths"]

    assert "security" not in paths["/open"]["get"]
    assert paths["/closed"]["get"]["security"] == [{"gate": []}]
    assert paths["/closed"]["options"]["security"] == []


def test_a_token_authorizer_reads_one_header() -> None:
    given = scheme(
        guarded(identity_sources=["method.request.header.X-Token"], token_pattern="^Bearer .+$", cache_seconds=60)
    )

    assert (given["type"], given["name"], given["in"]) == ("apiKey", "X-Token", "header")
    assert given["x-amazon-apigateway-authtype"] == "custom"
    details = given["x-amazon-apigateway-authorizer"]
    assert details["type"] == "token"
    assert details["identitySource"] == "method.request.header.X-Token"
    assert details["identityValidationExpression"] == "^Bearer .+$"
    assert details["authorizerResultTtlInSeconds"] == 60


def test_a_request_authorizer_reads_the_given_identity_sources() -> None:
    sources = ["method.request.header.Authorization", "method.request.querystring.key"]
    details = scheme(guarded(kind="request", identity_sources=sources))["x-amazon-apigateway-authorizer"]

    assert details["type"] == "request"
    assert details["identitySource"] == ",".join(sources)


def test_with_a_role_the_function_only_allows_that_role() -> None:
    recording = guarded(invocation="role")
    role = recording.one("Role", name="shop-gate-invoke-role")
    permission = recording.one("Permission", name="shop-guard-gate-role")

    assert role.provider == "api"
    assert scheme(recording)["x-amazon-apigateway-authorizer"]["authorizerCredentials"] == role.state["arn"]
    assert permission.inputs["principal"] == role.state["arn"]
    assert "sourceArn" not in permission.inputs


def test_the_stage_waits_for_the_authorizers_permission() -> None:
    recording = guarded()

    assert recording.one("Stage").depends_on(recording.one("Permission", name="shop-guard-authorizers"))


def test_an_authorizer_known_only_by_arn_gets_a_command_for_its_owner() -> None:
    arn = f"arn:aws:lambda:us-east-1:{THIRD}:function:guard"
    recording = guarded(guard=ExternalFunction(arn=arn))

    commands = recording.outputs["addPermissionCommand"].splitlines()
    assert len(commands) == 3
    assert f"--source-arn 'arn:aws:execute-api:us-east-1:{API}:{API_ID}/authorizers/*'" in commands[-1]


def test_another_cache_time_makes_a_deployment() -> None:
    hashes = {guarded(cache_seconds=seconds).one("Deployment").inputs["triggers"]["served"] for seconds in (0, 300)}

    assert len(hashes) == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"names": "gaet"}, "route GET /closed: no authorizer 'gaet'; there are gate"),
        ({"cache_seconds": 3601}, "cache_seconds 3601 is not between 0 and 3,600"),
        ({"identity_sources": ["a", "b"]}, "a token authorizer has one identity source, not 2"),
        ({"kind": "request", "identity_sources": []}, "results cannot be cached without identity sources"),
        ({"kind": "request", "token_pattern": ".*"}, "token_pattern is only for token authorizers"),
    ],
)
def test_an_authorizer_that_could_not_be_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        guarded(**changes)

    assert told in str(caught.value)


@pytest.mark.parametrize(("invocation", "statements"), [("permission", 1), ("role", 2)])
def test_authorizers_that_share_a_function_share_its_statement_unless_each_has_a_role(
    invocation: Any, statements: int
) -> None:
    def program() -> None:
        args = CrossAccountApiArgs(
            account=account(API),
            functions={"guard": new_function(account(THIRD)), "hello": new_function(account(FUNCTION))},
            routes=[Route(method="GET", path=f"/{name}", function="hello", authorizer=name) for name in ("one", "two")],
            authorizers={name: LambdaAuthorizer(function="guard", invocation=invocation) for name in ("one", "two")},
        )
        CrossAccountApi("shop", args)

    recording = record(program)
    permissions = [each for each in recording.all("Permission") if each.provider == "third"]

    assert len(recording.all("lambda/function:Function")) == 2
    assert len(permissions) == statements
    assert len({each.name for each in permissions}) == statements
    assert len({each.urn for each in recording.resources}) == len(recording.resources)
