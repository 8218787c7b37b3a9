"""ExportApi: the document of a stage, or of the API's current definition (developer guide, http-api-export)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

FUNCTION = "arn:aws:lambda:eu-west-1:222222222222:function:hello:live"


@pytest.fixture
def v2(sandbox: SandboxUnderTest) -> Any:
    return sandbox.client("apigatewayv2")


@pytest.fixture
def api_id(v2: Any) -> str:
    made: str = v2.create_api(Name="pets", ProtocolType="HTTP", Version="3")["ApiId"]
    return made


def integrate(v2: Any, api_id: str, **members: Any) -> str:
    values = {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION, "PayloadFormatVersion": "2.0"} | members
    return f"integrations/{v2.create_integration(ApiId=api_id, **values)['IntegrationId']}"


def exported(v2: Any, api_id: str, **which: Any) -> dict[str, Any]:
    answer = v2.export_api(ApiId=api_id, Specification="OAS30", OutputType="JSON", **which)
    document: dict[str, Any] = json.loads(answer["body"].read())
    return document


def test_each_route_is_an_operation_with_its_integration(v2: Any, api_id: str) -> None:
    target = integrate(v2, api_id, TimeoutInMillis=5000)
    for key in ("GET /pets/{petId}", "ANY /files/{path+}", "$default"):
        v2.create_route(ApiId=api_id, RouteKey=key, Target=target)
    document = exported(v2, api_id)
    assert document["info"] == {"title": "pets", "version": "3"}
    assert {path: list(item) for path, item in document["paths"].items()} == {
        "/$default": ["x-amazon-apigateway-any-method"],
        "/files/{path+}": ["x-amazon-apigateway-any-method"],
        "/pets/{petId}": ["get"],
    }
    assert document["paths"]["/$default"]["x-amazon-apigateway-any-method"]["isDefaultRoute"] is True
    operation = document["paths"]["/pets/{petId}"]["get"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["petId"]
    assert operation["x-amazon-apigateway-integration"] == {
        "payloadFormatVersion": "2.0",
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
        "connectionType": "INTERNET",
        "timeoutInMillis": 5000,
    }


def test_a_stage_exports_what_it_serves_and_no_stage_what_is_edited(v2: Any, api_id: str) -> None:
    target = integrate(v2, api_id)
    v2.create_route(ApiId=api_id, RouteKey="GET /old", Target=target)
    v2.create_stage(ApiId=api_id, StageName="prod", AutoDeploy=False)
    v2.create_deployment(ApiId=api_id, StageName="prod")
    v2.create_route(ApiId=api_id, RouteKey="GET /new", Target=target)
    assert list(exported(v2, api_id, StageName="prod")["paths"]) == ["/old"]
    assert list(exported(v2, api_id)["paths"]) == ["/new", "/old"]


def test_authorizers_and_cors_are_part_of_it(v2: Any, api_id: str) -> None:
    v2.update_api(ApiId=api_id, CorsConfiguration={"AllowOrigins": ["https://example.org"]})
    authorizer = v2.create_authorizer(
        ApiId=api_id,
        AuthorizerType="JWT",
        Name="issuer",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://example.org", "Audience": ["pets"]},
    )["AuthorizerId"]
    v2.create_route(
        ApiId=api_id,
        RouteKey="GET /pets",
        Target=integrate(v2, api_id),
        AuthorizationType="JWT",
        AuthorizerId=authorizer,
        AuthorizationScopes=["pets:read"],
    )
    document = exported(v2, api_id)
    assert document["paths"]["/pets"]["get"]["security"] == [{"issuer": ["pets:read"]}]
    details = document["components"]["securitySchemes"]["issuer"]["x-amazon-apigateway-authorizer"]
    assert details["jwtConfiguration"] == {"audience": ["pets"], "issuer": "https://example.org"}
    assert document["x-amazon-apigateway-cors"] == {"allowOrigins": ["https://example.org"]}


def test_without_extensions_nothing_of_api_gateway_is_left_and_yaml_says_the_same(v2: Any, api_id: str) -> None:
    v2.create_route(ApiId=api_id, RouteKey="GET /pets", Target=integrate(v2, api_id))
    plain = exported(v2, api_id, IncludeExtensions=False)
    assert "amazon" not in json.dumps({**plain, "servers": []})
    answer = v2.export_api(ApiId=api_id, Specification="OAS30", OutputType="YAML")
    assert yaml.safe_load(answer["body"].read()) == exported(v2, api_id)


@pytest.mark.parametrize(
    ("which", "code"),
    [
        ({"OutputType": "XML"}, "BadRequestException"),
        ({"Specification": "OAS20"}, "BadRequestException"),
        ({"StageName": "nope"}, "NotFoundException"),
        ({"StageName": "empty"}, "BadRequestException"),
    ],
)
def test_what_cannot_be_exported_is_refused(v2: Any, api_id: str, which: dict[str, str], code: str) -> None:
    v2.create_stage(ApiId=api_id, StageName="empty", AutoDeploy=False)
    with pytest.raises(ClientError) as refused:
        v2.export_api(**({"ApiId": api_id, "Specification": "OAS30", "OutputType": "JSON"} | which))
    assert refused.value.response["Error"]["Code"] == code
