"""ImportApi and ReimportApi: HTTP APIs from an OpenAPI document (developer guide, http-api-open-api)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.control_plane import refused
from sandbox_testing.http_apis import deploy

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

FUNCTION = "arn:aws:lambda:us-east-1:222222222222:function:hello:live"
INVOKE = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
LAMBDA = {"type": "aws_proxy", "httpMethod": "POST", "uri": INVOKE, "payloadFormatVersion": "2.0"}
JWT = {
    "type": "jwt",
    "jwtConfiguration": {"issuer": "https://issuer.example", "audience": ["one", "two"]},
    "identitySource": "$request.header.Authorization",
}
REQUEST = {
    "type": "request",
    "authorizerUri": INVOKE,
    "authorizerPayloadFormatVersion": "2.0",
    "enableSimpleResponses": True,
    "identitySource": "$request.header.auth, $context.routeKey",
    "authorizerResultTtlInSeconds": 300,
}
CORS = {"allowOrigins": ["https://www.example.com"], "allowMethods": ["GET"], "maxAge": 600, "allowCredentials": True}


def operation(integration: Any = LAMBDA, **more: Any) -> dict[str, Any]:
    return {"responses": {}, "x-amazon-apigateway-integration": integration, **more}


def document(paths: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "7", "description": "All pets"},
        "paths": {"/pets": {"get": operation()}} if paths is None else paths,
        **more,
    }


@pytest.fixture
def v2(sandbox: SandboxUnderTest) -> Any:
    return sandbox.client("apigatewayv2")


def routes_of(v2: Any, api_id: str) -> dict[str, dict[str, Any]]:
    return {route["RouteKey"]: route for route in v2.get_routes(ApiId=api_id)["Items"]}


def imported(v2: Any, body: Any, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = v2.import_api(Body=json.dumps(body), **params)
    return answer


def test_routes_integrations_and_settings_come_from_the_document(v2: Any) -> None:
    shared = {"x-amazon-apigateway-integrations": {"hello": LAMBDA}}
    reference = {"$ref": "#/components/x-amazon-apigateway-integrations/hello"}
    http = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com/", "timeoutInMillis": 5000}
    api = imported(
        v2,
        document(
            {
                "/pets": {"get": operation(reference, operationId="ListPets"), "post": operation(reference)},
                "/pets/{id}": {"x-amazon-apigateway-any-method": operation(http)},
                "/$default": {"x-amazon-apigateway-any-method": operation(isDefaultRoute=True)},
            },
            components=shared,
            tags=[{"name": "team", "x-amazon-apigateway-tag-value": "pets"}, {"name": "other"}],
            **{"x-amazon-apigateway-cors": CORS, "x-amazon-apigateway-importexport-version": "1.0"},
        ),
    )
    assert (api["Name"], api["Version"], api["Description"], api["ProtocolType"]) == ("pets", "7", "All pets", "HTTP")
    assert api["Tags"] == {"team": "pets"}
    assert api["CorsConfiguration"] == {name[0].upper() + name[1:]: value for name, value in CORS.items()}

    routes = routes_of(v2, api["ApiId"])
    assert set(routes) == {"GET /pets", "POST /pets", "ANY /pets/{id}", "$default"}
    assert routes["GET /pets"]["OperationName"] == "ListPets"
    assert routes["GET /pets"]["Target"] == routes["POST /pets"]["Target"]
    targets = {each["IntegrationId"]: each for each in v2.get_integrations(ApiId=api["ApiId"])["Items"]}
    assert len(targets) == 3
    hello, other = (targets[routes[key]["Target"].split("/")[1]] for key in ("GET /pets", "ANY /pets/{id}"))
    assert (hello["IntegrationType"], hello["PayloadFormatVersion"], hello["IntegrationUri"]) == (
        "AWS_PROXY",
        "2.0",
        INVOKE,
    )
    asked = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET", "TimeoutInMillis": 5000}
    assert asked.items() <= other.items()


@pytest.mark.parametrize(
    ("scheme", "authorizer", "route"),
    [
        pytest.param(
            {"type": "oauth2", "x-amazon-apigateway-authorizer": JWT},
            {"AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"]},
            {"AuthorizationType": "JWT", "AuthorizationScopes": ["read"]},
            id="jwt",
        ),
        pytest.param(
            {
                "type": "openIdConnect",
                "openIdConnectUrl": "https://issuer.example/.well-known/openid-configuration",
                "x-amazon-apigateway-authorizer": {**JWT, "jwtConfiguration": {"audience": ["one", "two"]}},
            },
            {"JwtConfiguration": {"Issuer": "https://issuer.example", "Audience": ["one", "two"]}},
            {"AuthorizationType": "JWT"},
            id="openIdConnect",
        ),
        pytest.param(
            {"type": "apiKey", "name": "auth", "in": "header", "x-amazon-apigateway-authorizer": REQUEST},
            {
                "AuthorizerType": "REQUEST",
                "IdentitySource": ["$request.header.auth", "$context.routeKey"],
                "AuthorizerResultTtlInSeconds": 300,
                "EnableSimpleResponses": True,
                "AuthorizerUri": INVOKE,
            },
            {"AuthorizationType": "CUSTOM"},
            id="request",
        ),
    ],
)
@pytest.mark.parametrize("asked_by", ["operation", "document"])
def test_an_authorizer_guards_what_asks_for_it(
    v2: Any, scheme: dict[str, Any], authorizer: dict[str, Any], route: dict[str, Any], asked_by: str
) -> None:
    asked = {"security": [{"guard": ["read"]}]}
    by_operation = asked_by == "operation"
    paths = {"/pets": {"get": operation(**(asked if by_operation else {})), "post": operation(security=[])}}
    api = imported(
        v2, document(paths, components={"securitySchemes": {"guard": scheme}}, **({} if by_operation else asked))
    )["ApiId"]
    (made,) = v2.get_authorizers(ApiId=api)["Items"]
    assert authorizer.items() <= made.items()
    routes = routes_of(v2, api)
    assert {**route, "AuthorizerId": made["AuthorizerId"]}.items() <= routes["GET /pets"].items()
    assert routes["POST /pets"]["AuthorizationType"] == "NONE"


def test_a_route_by_iam_is_imported_as_it_is_exported(v2: Any) -> None:
    paths = {"/pets": {"get": operation(**{"x-amazon-apigateway-auth": {"type": "AWS_IAM"}})}}
    api = imported(v2, document(paths))["ApiId"]
    text = v2.export_api(ApiId=api, Specification="OAS30", OutputType="YAML")["body"].read().decode()
    again = v2.import_api(Body=text)["ApiId"]
    assert routes_of(v2, again)["GET /pets"]["AuthorizationType"] == "AWS_IAM"


@pytest.mark.parametrize(
    ("mode", "key"),
    [(None, "GET /pets"), ("ignore", "GET /pets"), ("prepend", "GET /v1/shop/pets"), ("split", "GET /shop/pets")],
)
def test_the_base_path_is_what_the_call_says(v2: Any, mode: str | None, key: str) -> None:
    body = document(servers=[{"url": "https://api.example.com/v1/shop"}])
    api = imported(v2, body, **({"Basepath": mode} if mode else {}))["ApiId"]
    assert set(routes_of(v2, api)) == {key}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("{", "Invalid OpenAPI input", id="not a document"),
        pytest.param({**document(), "openapi": "2.5"}, "Unsupported OpenAPI", id="another version"),
        pytest.param({"swagger": "2.0", "info": {"title": "a"}, "paths": {}}, "Unsupported OpenAPI", id="Swagger"),
        pytest.param({**document(), "info": {"version": "1"}}, "info.title", id="no title"),
        pytest.param({**document(), "x-amazon-apigateway-importexport-version": "2.0"}, "2.0", id="another form"),
        pytest.param(document({"/a": {"get": operation({"type": "aws_proxy", "uri": "x"})}}), "GET /a", id="no uri"),
        pytest.param(
            document(components={"securitySchemes": {"guard": {"x-amazon-apigateway-authorizer": {"type": "jwt"}}}}),
            "'guard'",
            id="no issuer",
        ),
        pytest.param(
            document(**{"x-amazon-apigateway-cors": {"allowOrigins": ["*"], "allowCredentials": True}}),
            "",
            id="CORS with credentials for all origins",
        ),
        *(
            pytest.param(document(**{"x-amazon-apigateway-cors": {name: 1}}), name, id=f"CORS: {name}")
            for name in ("allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders")
        ),
        pytest.param(document(tags=True), "tags", id="tags that are not a list"),
        pytest.param(
            document({"/a": {"get": operation({**LAMBDA, "responseParameters": "x"})}}),
            "responseParameters",
            id="parameters that are not an object",
        ),
        pytest.param(
            document(components={"x-amazon-apigateway-integrations": {"shared": {**LAMBDA, "uri": 1.5}}}),
            "shared → uri",
            id="a shared integration's URI that is not text",
        ),
        pytest.param(
            document(
                {"/a": {"get": operation({"$ref": "#/x-parts/shared"})}},
                **{"x-parts": {"shared": {**LAMBDA, "uri": 1}}},
            ),
            "1 is not of type 'string'",
            id="the URI of an integration elsewhere that is not text",
        ),
        *(
            pytest.param(
                document(
                    components={"securitySchemes": {"a": {"x-amazon-apigateway-authorizer": {"type": "jwt"} | stated}}}
                ),
                words,
                id=f"authorizer: {words}",
            )
            for stated, words in (
                ({"jwtConfiguration": "x"}, "jwtConfiguration"),
                ({"jwtConfiguration": {"audience": 1}}, "audience"),
            )
        ),
        pytest.param("\ud800", "Invalid OpenAPI input", id="not Unicode"),
    ],
)
def test_a_document_that_cannot_be_imported_makes_nothing(v2: Any, body: Any, words: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    code, status, message = refused(lambda: v2.import_api(Body=text))
    assert (code, status) == ("BadRequestException", 400)
    assert words in message
    assert v2.get_apis()["Items"] == []


def test_a_warning_refuses_only_where_it_is_asked_to(v2: Any) -> None:
    body = document({"/a": {"get": operation({"type": "mock"})}, "/b": {"get": operation(security=[{"nobody": []}])}})
    with pytest.raises(ClientError, match="Warnings found during import"):
        imported(v2, body, FailOnWarnings=True)
    assert v2.get_apis()["Items"] == []
    api = imported(v2, body)
    assert len(api["Warnings"]) == 2
    assert "Target" not in routes_of(v2, api["ApiId"])["GET /a"]


def test_a_reimport_replaces_what_the_document_says_and_keeps_the_stages(sandbox: SandboxUnderTest, v2: Any) -> None:
    deployed = deploy(sandbox, "$default")
    function = deployed.function("hello", "def handler(event, context):\n    return event['routeKey']\n")
    deployed.route("GET /old", function)
    before = v2.get_api(ApiId=deployed.api_id)
    new = document({"/new": {"get": operation({**LAMBDA, "uri": function})}})
    answer = v2.reimport_api(ApiId=deployed.api_id, Body=json.dumps(new))

    assert (answer["ApiId"], answer["ApiEndpoint"], answer["Name"]) == (before["ApiId"], before["ApiEndpoint"], "pets")
    assert set(routes_of(v2, deployed.api_id)) == {"GET /new"}
    assert deployed.call("GET", "/new").body == b"GET /new"
    assert deployed.call("GET", "/old").status == 404


def test_an_api_that_is_not_there_is_not_imported_over(v2: Any) -> None:
    assert refused(lambda: v2.reimport_api(ApiId="nothing", Body=json.dumps(document())))[0] == "NotFoundException"
