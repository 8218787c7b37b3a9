"""An HTTP API for functions of another account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cross_account_api import (
    HttpApi,
    HttpApiArgs,
    HttpRoute,
    HttpStageArgs,
    JwtAuthorizer,
    RequestAuthorizer,
    Throttling,
)
from cross_account_api.http.cors import Cors
from cross_account_api.testing import record
from tests.components.builders import API, FUNCTION, THIRD, account, new_function, outputs
from tests.components.test_refusals import refusal

JWT = JwtAuthorizer(issuer="https://issuer.example.com", audience=["orders"])


def program(
    *keys: str,
    stage: str = "$default",
    scope: Any = "method",
    where: str = FUNCTION,
    args: Mapping[str, Any] | None = None,
    **route: Any,
) -> Any:
    """An HTTP API in eu-west-1 whose routes all call one function of another account in us-east-1."""

    def run() -> dict[str, Any]:
        hello = new_function(account(where, "us-east-1", name="function"))
        whole = HttpApiArgs(
            account=account(API),
            functions={"hello": hello},
            routes=[HttpRoute(key=key, function="hello", **route) for key in keys],
            **{
                "stage": HttpStageArgs(name=stage),
                "permission_scope": scope,
                "authorizers": {"tokens": JWT},
                **(args or {}),
            },
        )
        return outputs(HttpApi("orders", whole))

    return run


def test_api_routes_and_logs_land_in_the_api_account_and_the_permission_at_the_function() -> None:
    made = record(program("GET /a", "GET /b"))

    assert {each.provider for each in made.all("api:Api") + made.all("route:Route") + made.all("stage:Stage")} == {
        "api"
    }
    assert {each.provider for each in made.all("Permission") + made.all("lambda/function:Function")} == {"function"}


def test_one_function_has_one_integration_however_many_routes_it_takes() -> None:
    made = record(program("GET /a", "GET /b", "POST /b"))

    assert len(made.all("apigatewayv2/integration:Integration")) == 1
    assert len(made.all("apigatewayv2/route:Route")) == 3


def test_the_source_arn_has_the_functions_region_and_the_apis_account() -> None:
    made = record(program("GET /users/{id}", stage="prod"))

    [permission] = made.all("Permission")
    api_id = made.one("apigatewayv2/api:Api").id
    assert permission.inputs["sourceArn"] == f"arn:aws:execute-api:us-east-1:{API}:{api_id}/prod/GET/users/*"
    assert permission.inputs["sourceAccount"] == API
    assert permission.inputs["qualifier"] == "live"


def test_the_stage_serves_after_every_permission_and_route() -> None:
    made = record(program("GET /a", "GET /b"))

    stage = made.one("apigatewayv2/stage:Stage")
    assert all(stage.depends_on(each) for each in made.all("Permission") + made.all("apigatewayv2/route:Route"))


def test_jwt_routes_name_the_authorizer_and_their_scopes() -> None:
    made = record(program("GET /orders", authorizer="tokens", scopes=["orders:read"]))

    route = made.one("apigatewayv2/route:Route")
    authorizer = made.one("apigatewayv2/authorizer:Authorizer")
    assert route.inputs["authorizerId"] == authorizer.id
    assert route.inputs["authorizationScopes"] == ["orders:read"]
    assert authorizer.inputs["jwtConfiguration"] == {"issuer": "https://issuer.example.com", "audiences": ["orders"]}


def test_a_preview_with_only_unknown_values_succeeds() -> None:
    made = record(program("GET /orders", authorizer="tokens"), preview=True)

    assert len(made.all("apigatewayv2/stage:Stage")) == 1


@pytest.mark.parametrize(
    ("keys", "route", "told"),
    [
        (["/users"], {}, "route '/users': it is not a route key; write METHOD /path"),
        (["get /users"], {}, "route 'get /users': it is not a route key"),
        (["GET /a", "GET /a"], {}, "route 'GET /a': it is listed twice; remove one"),
        (["GET /a*"], {}, "route 'GET /a*': it is not a route key"),
        (["GET /a"], {"scopes": ["x"]}, "scopes ['x'] need a JWT authorizer; name a JwtAuthorizer"),
        (["GET /a"], {"authorizer": "gate"}, "route 'GET /a': no authorizer 'gate'; there are tokens"),
        (
            ["GET /a"],
            {"authorizer": "tokens", "authorization": "AWS_IAM"},
            "route 'GET /a': authorizer 'tokens' and authorization AWS_IAM, but API Gateway enforces only one of them",
        ),
        ([], {}, "an API needs at least one route"),
    ],
)
def test_invalid_http_api_arguments_are_refused_before_anything_is_created(
    keys: list[str], route: dict[str, Any], told: str
) -> None:
    assert told in refusal(program(*keys, **route))


def test_an_authorizer_of_a_stack_that_the_first_version_deployed_is_kept() -> None:
    authorizer = record(program("GET /a", authorizer="tokens")).one("apigatewayv2/authorizer:Authorizer")

    assert [alias["spec"]["name"] for alias in authorizer.aliases] == ["orders-authorizer"]


def deciding(**changes: Any) -> Any:
    """An HTTP API with a Lambda authorizer in a third account."""

    def run() -> None:
        args = HttpApiArgs(
            account=account(API),
            functions={"hello": new_function(account(FUNCTION)), "guard": new_function(account(THIRD, "us-east-1"))},
            routes=[HttpRoute(key="GET /a", function="hello", authorizer="gate")],
            authorizers={"gate": RequestAuthorizer(**{"function": "guard", **changes})},
        )
        HttpApi("orders", args)

    return run


def test_a_function_that_decides_is_asked_by_api_gateway_in_its_own_region_and_by_this_api_alone() -> None:
    made = record(deciding(cache_seconds=60))

    route, authorizer = made.one("apigatewayv2/route:Route"), made.one("apigatewayv2/authorizer:Authorizer")
    assert (route.inputs["authorizationType"], route.inputs["authorizerId"]) == ("CUSTOM", authorizer.id)
    assert authorizer.provider == "api"
    assert authorizer.inputs["authorizerType"] == "REQUEST"
    assert authorizer.inputs["authorizerPayloadFormatVersion"] == "2.0"
    assert authorizer.inputs["enableSimpleResponses"] is True
    assert authorizer.inputs["authorizerResultTtlInSeconds"] == 60
    assert authorizer.inputs["authorizerUri"].startswith("arn:aws:apigateway:us-east-1:lambda:path/")
    permission = made.one("Permission", name="orders-guard-authorizers")
    api_id = made.one("apigatewayv2/api:Api").id
    assert permission.provider == "third"
    assert permission.inputs["sourceArn"] == f"arn:aws:execute-api:us-east-1:{API}:{api_id}/authorizers/*"
    assert made.one("apigatewayv2/stage:Stage").depends_on(permission)
    # This function only authorizes; no route calls it.
    assert len(made.all("apigatewayv2/integration:Integration")) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"function": "gaurd"}, "authorizer 'gate': no function 'gaurd' in functions; there are 'hello', 'guard'"),
        ({"cache_seconds": 3601}, "authorizer 'gate': cache_seconds 3601 is not between 0 and 3,600"),
        ({"cache_seconds": 1, "identity_sources": []}, "results cannot be cached without identity sources"),
        (
            {"identity_sources": ["method.request.header.X"]},
            "identity source 'method.request.header.X' is not $request.header.NAME",
        ),
    ],
)
def test_an_authorizer_that_could_not_be_is_refused(changes: dict[str, Any], told: str) -> None:
    assert told in refusal(deciding(**changes))


@pytest.mark.parametrize(("scope", "tail"), [("stage", "prod/*"), ("api", "*")])
def test_a_wider_scope_makes_one_statement_of_all_routes(scope: str, tail: str) -> None:
    made = record(program("GET /a", "GET /b", stage="prod", scope=scope))

    [permission] = made.all("Permission")
    assert permission.inputs["sourceArn"].endswith(f"/{tail}")


def test_more_routes_than_a_functions_policy_holds_are_refused_with_the_scope_that_fits() -> None:
    told = refusal(program(*(f"GET /route-{number}" for number in range(300))))

    assert "permissionScope method makes 300 statements" in told
    assert "permissionScope stage fits with 1" in told


def test_a_function_in_the_apis_own_account_is_refused() -> None:
    assert "it is in the API's account 111111111111" in refusal(program("GET /a", where=API))


@pytest.mark.parametrize(("stage", "end"), [("$default", ".amazonaws.com"), ("dev", ".amazonaws.com/dev")])
def test_the_default_stage_has_no_path(stage: str, end: str) -> None:
    assert str(record(program("GET /a", stage=stage)).outputs["url"]).endswith(end)


def test_cors_allows_signed_calls_from_browsers_by_default() -> None:
    made = record(program("GET /a", args={"cors": Cors(allow_origins=["https://app.example.com"])}))

    assert made.one("apigatewayv2/api:Api").inputs["corsConfiguration"] == {
        "allowOrigins": ["https://app.example.com"],
        "allowMethods": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        "allowHeaders": ["authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"],
    }


def test_every_part_of_cors_reaches_the_api() -> None:
    cors = Cors(
        allow_origins=["https://app.example.com"],
        allow_methods=["GET"],
        allow_headers=["x-own"],
        expose_headers=["x-total"],
        allow_credentials=True,
        max_age=600,
    )

    assert record(program("GET /a", args={"cors": cors})).one("apigatewayv2/api:Api").inputs["corsConfiguration"] == {
        "allowOrigins": ["https://app.example.com"],
        "allowMethods": ["GET"],
        "allowHeaders": ["x-own"],
        "exposeHeaders": ["x-total"],
        "allowCredentials": True,
        "maxAge": 600,
    }


@pytest.mark.parametrize(
    ("cors", "told"),
    [
        ({"allow_origins": ["*"], "allow_credentials": True}, "not supported if 'allow-origin' is *"),
        ({"allow_origins": ["*"], "max_age": 86_401}, "max-age 86401 is not between -1 and 86,400 seconds"),
        ({"allow_origins": []}, "allow_origins is empty"),
    ],
)
def test_cors_that_api_gateway_refuses_is_refused_before_anything_is_created(cors: Any, told: str) -> None:
    assert told in refusal(program("GET /a", args={"cors": Cors(**cors)}))


@pytest.mark.parametrize(
    ("key", "preflight"),
    [("ANY /a", "OPTIONS /a"), ("ANY /{proxy+}", "OPTIONS /{proxy+}"), ("$default", "OPTIONS /{proxy+}")],
)
def test_a_guarded_route_that_would_refuse_preflights_is_refused_without_a_route_for_them(
    key: str, preflight: str
) -> None:
    args = {"cors": Cors(allow_origins=["https://app.example.com"])}

    told = refusal(program("GET /b", key, args=args, authorization="AWS_IAM"))
    assert f"route {key!r}" in told
    assert repr(preflight) in told
    assert "'GET /b'" not in told
    # Not without authorization, and not without CORS.
    assert record(program(key, args=args)).all("apigatewayv2/api:Api")
    assert record(program(key, authorization="AWS_IAM")).all("apigatewayv2/api:Api")


def test_a_guarded_any_may_stand_beside_an_open_options() -> None:
    def run() -> None:
        routes = [
            HttpRoute(key="ANY /a", function="hello", authorization="AWS_IAM"),
            HttpRoute(key="OPTIONS /a", function="hello"),
        ]
        HttpApi(
            "orders",
            HttpApiArgs(
                account=account(API),
                functions={"hello": new_function(account(FUNCTION))},
                routes=routes,
                cors=Cors(allow_origins=["https://a.example"]),
            ),
        )

    assert len(record(run).all("apigatewayv2/route:Route")) == 2


def test_throttling_is_the_stages_and_a_route_can_have_its_own() -> None:
    def run() -> None:
        routes = [
            HttpRoute(key="GET /a", function="hello"),
            HttpRoute(key="GET /b", function="hello", throttling=Throttling(rate_limit=0.5, burst_limit=1)),
        ]
        args = HttpApiArgs(
            account=account(API),
            functions={"hello": new_function(account(FUNCTION))},
            routes=routes,
            stage=HttpStageArgs(throttling=Throttling(rate_limit=5, burst_limit=9)),
        )
        HttpApi("orders", args)

    stage = record(run).one("apigatewayv2/stage:Stage")
    assert stage.inputs["defaultRouteSettings"] == {"throttlingRateLimit": 5, "throttlingBurstLimit": 9}
    assert stage.inputs["routeSettings"] == [
        {"routeKey": "GET /b", "throttlingRateLimit": 0.5, "throttlingBurstLimit": 1}
    ]


@pytest.mark.parametrize(
    ("args", "route", "told"),
    [
        ({"stage": HttpStageArgs(throttling=Throttling(rate_limit=0))}, {}, "throttling: rate_limit 0"),
        (
            {},
            {"throttling": Throttling(burst_limit=0)},
            "route 'GET /a': throttling: rate_limit 1000 and burst_limit 0",
        ),
    ],
)
def test_throttling_that_allows_no_request_is_refused(args: Any, route: Any, told: str) -> None:
    assert told in refusal(program("GET /a", args=args, **route))
