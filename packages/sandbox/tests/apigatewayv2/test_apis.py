"""HTTP APIs in the v2 API, as clients and the AWS provider use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

FUNCTION = "arn:aws:lambda:us-east-1:222222222222:function:hello:live"


@pytest.fixture
def v2(sandbox: SandboxUnderTest) -> Any:
    return sandbox.client("apigatewayv2")


def make_api(v2: Any, **members: Any) -> str:
    api_id: str = v2.create_api(Name="pets", ProtocolType="HTTP", **members)["ApiId"]
    return api_id


def make_route(v2: Any, api_id: str, key: str = "GET /pets", **members: Any) -> dict[str, Any]:
    integration = v2.create_integration(
        ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    route: dict[str, Any] = v2.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{integration}", **members)
    return route


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_new_api_has_awss_defaults(v2: Any) -> None:
    api = v2.create_api(Name="pets", ProtocolType="HTTP", Tags={"team": "a"})
    assert api["ApiEndpoint"] == f"https://{api['ApiId']}.execute-api.us-east-1.amazonaws.com"
    assert api["RouteSelectionExpression"] == "$request.method $request.path"
    assert api["ApiKeySelectionExpression"] == "$request.header.x-api-key"
    assert (api["DisableExecuteApiEndpoint"], api["IpAddressType"], api["Tags"]) == (False, "ipv4", {"team": "a"})


def test_an_api_of_another_account_or_region_is_not_found(sandbox: SandboxUnderTest, v2: Any) -> None:
    api_id = make_api(v2)
    for client in (
        sandbox.client("apigatewayv2", account="222222222222"),
        sandbox.client("apigatewayv2", region="eu-west-1"),
    ):
        with pytest.raises(ClientError) as refused:
            client.get_api(ApiId=api_id)
        assert code_of(refused) == "NotFoundException"


def test_an_update_changes_what_it_names_alone(v2: Any) -> None:
    api_id = make_api(v2, Description="first", Version="1")
    v2.update_api(ApiId=api_id, Description="second")
    api = v2.get_api(ApiId=api_id)
    assert (api["Description"], api["Version"], api["Name"]) == ("second", "1", "pets")


def test_quick_create_makes_a_default_stage_route_and_integration(v2: Any) -> None:
    api_id = make_api(v2, Target=FUNCTION)
    stage = v2.get_stage(ApiId=api_id, StageName="$default")
    route = v2.get_routes(ApiId=api_id)["Items"][0]
    integration = v2.get_integrations(ApiId=api_id)["Items"][0]
    assert (stage["AutoDeploy"], stage["ApiGatewayManaged"]) == (True, True)
    assert (route["RouteKey"], route["Target"]) == ("$default", f"integrations/{integration['IntegrationId']}")
    assert (integration["IntegrationType"], integration["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")


def test_a_websocket_api_is_refused_by_name(v2: Any) -> None:
    with pytest.raises(ClientError, match="WEBSOCKET") as refused:
        v2.create_api(Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    assert code_of(refused) == "NotImplemented"


def test_cors_is_set_and_deleted(v2: Any) -> None:
    cors = {"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"], "MaxAge": 300}
    api_id = make_api(v2, CorsConfiguration=cors)
    assert v2.get_api(ApiId=api_id)["CorsConfiguration"] == cors
    v2.delete_cors_configuration(ApiId=api_id)
    assert "CorsConfiguration" not in v2.get_api(ApiId=api_id)


@pytest.mark.parametrize("key", ["GET", "FETCH /pets", "GET pets", "GET /{proxy+}/more"])
def test_a_malformed_route_key_is_refused(v2: Any, key: str) -> None:
    with pytest.raises(ClientError) as refused:
        make_route(v2, make_api(v2), key)
    assert code_of(refused) == "BadRequestException"


def test_a_route_key_is_unique(v2: Any) -> None:
    api_id = make_api(v2)
    make_route(v2, api_id)
    with pytest.raises(ClientError) as refused:
        make_route(v2, api_id)
    assert code_of(refused) == "ConflictException"


def test_an_integration_in_use_cannot_be_deleted(v2: Any) -> None:
    api_id = make_api(v2)
    route = make_route(v2, api_id)
    integration = route["Target"].removeprefix("integrations/")
    with pytest.raises(ClientError) as refused:
        v2.delete_integration(ApiId=api_id, IntegrationId=integration)
    assert code_of(refused) == "ConflictException"
    v2.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    v2.delete_integration(ApiId=api_id, IntegrationId=integration)
    assert v2.get_integrations(ApiId=api_id)["Items"] == []


def test_integration_parameters_are_merged_and_removed_by_an_empty_text(v2: Any) -> None:
    api_id = make_api(v2)
    integration = v2.create_integration(
        ApiId=api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="GET",
        IntegrationUri="http://127.0.0.1:1/",
        RequestParameters={"append:header.a": "1", "append:header.b": "2"},
    )["IntegrationId"]
    changed = v2.update_integration(
        ApiId=api_id, IntegrationId=integration, RequestParameters={"append:header.a": "", "append:header.c": "3"}
    )
    assert changed["RequestParameters"] == {"append:header.b": "2", "append:header.c": "3"}


def test_a_stage_serves_its_deployment_until_it_is_moved(sandbox: SandboxUnderTest, v2: Any) -> None:
    api_id = make_api(v2)
    make_route(v2, api_id)
    first = v2.create_deployment(ApiId=api_id)["DeploymentId"]
    v2.create_stage(ApiId=api_id, StageName="dev", DeploymentId=first)
    make_route(v2, api_id, "POST /pets")
    api = sandbox.world.http_apis("111111111111", "us-east-1").apis[api_id]
    served = api.served("dev")
    assert served is not None
    assert [route.route_key for route in served.routes.values()] == ["GET /pets"]
    v2.create_deployment(ApiId=api_id, StageName="dev")
    served = api.served("dev")
    assert served is not None
    assert sorted(route.route_key for route in served.routes.values()) == ["GET /pets", "POST /pets"]


def test_a_deployment_that_a_stage_serves_cannot_be_deleted(v2: Any) -> None:
    api_id = make_api(v2)
    make_route(v2, api_id)
    deployment = v2.create_deployment(ApiId=api_id)["DeploymentId"]
    v2.create_stage(ApiId=api_id, StageName="dev", DeploymentId=deployment)
    with pytest.raises(ClientError, match="Active stages pointing to this deployment must be moved or deleted first"):
        v2.delete_deployment(ApiId=api_id, DeploymentId=deployment)
    v2.delete_stage(ApiId=api_id, StageName="dev")
    v2.delete_deployment(ApiId=api_id, DeploymentId=deployment)


def test_an_api_without_routes_cannot_be_deployed(v2: Any) -> None:
    with pytest.raises(ClientError, match="At least one route is required before deploying the Api"):
        v2.create_deployment(ApiId=make_api(v2))


def test_a_stage_that_deploys_by_itself_follows_every_change(v2: Any) -> None:
    api_id = make_api(v2)
    v2.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    before = v2.get_stage(ApiId=api_id, StageName="$default")["DeploymentId"]
    make_route(v2, api_id)
    stage = v2.get_stage(ApiId=api_id, StageName="$default")
    assert stage["DeploymentId"] != before
    assert stage["DeploymentId"] in stage["LastDeploymentStatusMessage"]


def test_stage_settings_are_updated_in_place(v2: Any) -> None:
    api_id = make_api(v2)
    v2.create_stage(ApiId=api_id, StageName="dev", StageVariables={"a": "1", "b": "2"})
    stage = v2.update_stage(
        ApiId=api_id,
        StageName="dev",
        Description="development",
        StageVariables={"a": ""},
        DefaultRouteSettings={"ThrottlingRateLimit": 5.0, "ThrottlingBurstLimit": 2},
    )
    assert (stage["Description"], stage["StageVariables"]) == ("development", {"b": "2"})
    assert stage["DefaultRouteSettings"] == {
        "DetailedMetricsEnabled": False,
        "ThrottlingRateLimit": 5.0,
        "ThrottlingBurstLimit": 2,
    }


def test_a_jwt_route_needs_a_jwt_authorizer(v2: Any) -> None:
    api_id = make_api(v2)
    with pytest.raises(ClientError) as refused:
        make_route(v2, api_id, AuthorizationType="JWT", AuthorizerId="absent")
    assert code_of(refused) == "BadRequestException"
    authorizer = v2.create_authorizer(
        ApiId=api_id,
        Name="tokens",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://issuer.example.com", "Audience": ["pets"]},
    )["AuthorizerId"]
    route = make_route(v2, api_id, AuthorizationType="JWT", AuthorizerId=authorizer, AuthorizationScopes=["read"])
    with pytest.raises(ClientError) as refused:
        v2.delete_authorizer(ApiId=api_id, AuthorizerId=authorizer)
    assert code_of(refused) == "ConflictException"
    v2.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="NONE", AuthorizationScopes=[])
    v2.delete_authorizer(ApiId=api_id, AuthorizerId=authorizer)


def test_a_request_authorizer_names_its_payload_format(v2: Any) -> None:
    members = {
        "ApiId": make_api(v2),
        "Name": "asks",
        "AuthorizerType": "REQUEST",
        "IdentitySource": ["$request.header.Authorization"],
        "AuthorizerUri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
    }
    with pytest.raises(ClientError, match="AuthorizerPayloadFormatVersion is a required parameter"):
        v2.create_authorizer(**members)
    made = v2.create_authorizer(**members, AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True)
    assert made["EnableSimpleResponses"] is True


def test_a_domain_name_is_available_and_maps_apis(sandbox: SandboxUnderTest, v2: Any) -> None:
    api_id = make_api(v2)
    make_route(v2, api_id)
    v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)
    certificate = sandbox.client("acm").request_certificate(DomainName="api.example.com")["CertificateArn"]
    domain = v2.create_domain_name(
        DomainName="api.example.com",
        DomainNameConfigurations=[
            {"CertificateArn": certificate, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
        ],
    )
    configuration = domain["DomainNameConfigurations"][0]
    assert configuration["DomainNameStatus"] == "AVAILABLE"
    assert configuration["ApiGatewayDomainName"].endswith(".execute-api.us-east-1.amazonaws.com")
    mapping = v2.create_api_mapping(DomainName="api.example.com", ApiId=api_id, Stage="dev", ApiMappingKey="v1/pets")
    moved = v2.update_api_mapping(
        DomainName="api.example.com", ApiMappingId=mapping["ApiMappingId"], ApiId=api_id, ApiMappingKey="v2"
    )
    assert (moved["ApiMappingId"], moved["ApiMappingKey"], moved["Stage"]) == (mapping["ApiMappingId"], "v2", "dev")
    with pytest.raises(ClientError, match="Please remove all API mappings"):
        v2.delete_api(ApiId=api_id)
    v2.delete_api_mapping(DomainName="api.example.com", ApiMappingId=mapping["ApiMappingId"])
    v2.delete_api(ApiId=api_id)
    v2.delete_domain_name(DomainName="api.example.com")
    assert v2.get_domain_names()["Items"] == []


def test_tags_are_read_and_changed_by_arn(v2: Any) -> None:
    api_id = make_api(v2, Tags={"team": "a"})
    v2.create_stage(ApiId=api_id, StageName="$default", Tags={"stage": "x"})
    arn = f"arn:aws:apigateway:us-east-1::/apis/{api_id}"
    v2.tag_resource(ResourceArn=arn, Tags={"cost": "b"})
    v2.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert v2.get_tags(ResourceArn=arn)["Tags"] == {"cost": "b"}
    assert v2.get_tags(ResourceArn=f"{arn}/stages/$default")["Tags"] == {"stage": "x"}


def test_lists_come_in_pages(v2: Any) -> None:
    made = {make_api(v2) for _ in range(3)}
    first = v2.get_apis(MaxResults="2")
    rest = v2.get_apis(MaxResults="2", NextToken=first["NextToken"])
    assert {api["ApiId"] for api in first["Items"] + rest["Items"]} == made
    assert "NextToken" not in rest


def test_a_domain_name_needs_a_certificate_that_is_there(v2: Any) -> None:
    missing = "arn:aws:acm:us-east-1:111111111111:certificate/1"
    with pytest.raises(ClientError, match="The provided certificate does not exist"):
        v2.create_domain_name(DomainName="api.example.com", DomainNameConfigurations=[{"CertificateArn": missing}])


def test_both_apis_of_api_gateway_see_one_domain_name(sandbox: SandboxUnderTest, v2: Any) -> None:
    certificate = sandbox.client("acm").request_certificate(DomainName="api.example.com")["CertificateArn"]
    v1 = sandbox.client("apigateway")
    v1.create_domain_name(
        domainName="api.example.com",
        regionalCertificateArn=certificate,
        endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="TLS_1_2",
    )
    api_id = make_api(v2)
    v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)
    v2.create_api_mapping(DomainName="api.example.com", ApiId=api_id, Stage="dev", ApiMappingKey="pets")
    seen = v1.get_base_path_mappings(domainName="api.example.com")["items"]
    assert [(each["basePath"], each["restApiId"], each["stage"]) for each in seen] == [("pets", api_id, "dev")]
