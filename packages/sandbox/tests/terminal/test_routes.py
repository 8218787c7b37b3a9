"""The routes in the summary: method, path, function or backend, and guard."""

from __future__ import annotations

import pytest

from cross_account_sandbox.apigateway.model.definition import Authorizer, Integration
from cross_account_sandbox.apigatewayv2.model import (
    HttpApi,
    HttpAuthorizer,
    HttpDeployment,
    HttpIntegration,
    HttpRoute,
    HttpSnapshot,
    HttpStage,
)
from cross_account_sandbox.terminal.routes import Route, served_stages
from cross_account_sandbox.terminal.summary import Summary
from sandbox_testing.build import add_api, lambda_proxy, method, mock
from sandbox_testing.worlds import empty_world

_ARN = "arn:aws:lambda:us-east-1:222222222222:function:hello"


@pytest.mark.parametrize(
    ("integration", "target"),
    [
        (lambda_proxy(f"{_ARN}:live"), "hello:live (222222222222)"),
        (lambda_proxy(_ARN), "hello (222222222222)"),
        (mock(), "MOCK"),
        (Integration(type="HTTP", uri="https://backend.example.com/a"), "HTTP backend.example.com"),
        (
            Integration(type="HTTP", uri="http://petstore-demo-endpoint.execute-api.com/petstore/pets"),
            "HTTP the sandbox's own PetStore backend",
        ),
    ],
)
def test_a_route_of_a_rest_api_names_what_answers(integration: Integration, target: str) -> None:
    world = empty_world()
    api = add_api(world)
    api.route("/pets", "GET", integration)
    api.deploy()
    (stage,) = served_stages(world)
    assert stage.routes == (Route(method="GET", path="/pets", target=target, guard="NONE"),)


@pytest.mark.parametrize(
    ("changes", "policy", "guard"),
    [
        ({}, None, "NONE"),
        ({"authorization_type": "AWS_IAM"}, None, "AWS_IAM"),
        ({"authorization_type": "CUSTOM", "authorizer_id": "a1"}, None, "authorizer tokens"),
        ({"api_key_required": True}, None, "API key"),
        ({"authorization_type": "AWS_IAM", "api_key_required": True}, None, "AWS_IAM + API key"),
        ({}, "{}", "resource policy"),
        ({"authorization_type": "AWS_IAM"}, "{}", "AWS_IAM + resource policy"),
    ],
)
def test_a_route_of_a_rest_api_names_its_guards(changes: dict[str, object], policy: str | None, guard: str) -> None:
    world = empty_world()
    api = add_api(world)
    api.definition.authorizers["a1"] = Authorizer(id="a1", name="tokens", type="TOKEN")
    api.definition.policy = policy
    root = api.definition.resource_at("/")
    assert root is not None
    root.methods["GET"] = method("GET", mock(), **changes)
    api.deploy()
    assert [route.guard for route in served_stages(world)[0].routes] == [guard]


def test_the_summary_lists_the_snapshot_that_a_stage_serves_and_no_later_route() -> None:
    world = empty_world()
    api = add_api(world)
    api.route("/a", "GET", mock())
    api.deploy()
    api.route("/b", "GET", mock())
    assert [route.path for route in served_stages(world)[0].routes] == ["/a"]


@pytest.mark.parametrize(("stage", "suffix"), [("$default", ""), ("dev", "/dev")])
def test_routes_of_an_http_api_are_listed_alike(stage: str, suffix: str) -> None:
    world = empty_world()
    world.endpoint = "http://127.0.0.1:4566"
    snapshot = HttpSnapshot(
        routes={
            "1": HttpRoute(route_id="1", route_key="$default", target="integrations/i"),
            "2": HttpRoute(
                route_id="2", route_key="GET /b", target="integrations/i", authorization_type="JWT", authorizer_id="a"
            ),
            "3": HttpRoute(route_id="3", route_key="POST /b", authorization_type="AWS_IAM"),
        },
        integrations={"i": HttpIntegration(integration_id="i", integration_type="AWS_PROXY", integration_uri=_ARN)},
        authorizers={"a": HttpAuthorizer(authorizer_id="a", authorizer_type="JWT", name="issuer")},
        cors_configuration=None,
    )
    api = HttpApi(api_id="h1", account="111111111111", region="us-east-1", name="pets")
    api.deployments["d"] = HttpDeployment(deployment_id="d", snapshot=snapshot)
    api.stages[stage] = HttpStage(stage_name=stage, deployment_id="d")
    world.http_apis("111111111111", "us-east-1").apis["h1"] = api
    (served,) = served_stages(world)
    assert served.url == f"http://127.0.0.1:4566/_aws/execute-api/h1{suffix}"
    assert served.routes == (
        Route(method="ANY", path="$default", target="hello (222222222222)", guard="NONE"),
        Route(method="GET", path="/b", target="hello (222222222222)", guard="authorizer issuer"),
        Route(method="POST", path="/b", target="no integration", guard="AWS_IAM"),
    )


def test_the_summary_says_where_what_answers_and_how_to_act_as_either_account() -> None:
    world = empty_world()
    world.endpoint = "http://127.0.0.1:4566"
    api = add_api(world)
    api.route("/", "GET", lambda_proxy(f"{_ARN}:live"))
    api.deploy()
    (stage,) = served_stages(world)
    summary = Summary(
        endpoint=world.endpoint,
        accounts={
            "api": {"id": "111111111111", "region": "eu-west-1"},
            "function": {"id": "222222222222", "region": "us-east-1"},
        },
        projects={
            "one": (stage.url, "https://api1234567.execute-api.us-east-1.amazonaws.com/dev"),
            "two": ("http://127.0.0.1:4566/_aws/domain-names/api.example.com", "https://api.example.com"),
        },
        stages=[stage],
    )
    assert [line.plain for line in summary.lines()] == [
        "sandbox at http://127.0.0.1:4566; Ctrl-C stops it and deletes everything in it",
        "in a browser: http://127.0.0.1:4566/_sandbox/",
        "  API account       111111111111  eu-west-1",
        "  function account  222222222222  us-east-1",
        f"{stage.api}, stage dev, in 111111111111",
        "  http://127.0.0.1:4566/_aws/execute-api/api1234567/dev/",
        "  stands in for https://api1234567.execute-api.us-east-1.amazonaws.com/dev/",
        "  GET     /  NONE  hello:live (222222222222)",
        "two",
        "  http://127.0.0.1:4566/_aws/domain-names/api.example.com/",
        "  stands in for https://api.example.com/",
        "As an administrator of either account, with the AWS CLI:",
        "  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_SECRET_ACCESS_KEY=test",
        "  AWS_ACCESS_KEY_ID=111111111111 aws --region eu-west-1 apigateway get-rest-apis",
        "  AWS_ACCESS_KEY_ID=222222222222 aws --region us-east-1 lambda list-functions",
    ]
    assert max(len(line.plain) for line in summary.lines()) <= 80
    record = summary.record()
    assert record["stages"][0]["routes"] == [
        {"method": "GET", "path": "/", "target": "hello:live (222222222222)", "guard": "NONE"}
    ]
