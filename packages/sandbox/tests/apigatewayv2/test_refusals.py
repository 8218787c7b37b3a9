"""Error messages of the v2 API, as users report them from AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

FUNCTION = "arn:aws:lambda:us-east-1:222222222222:function:hello:live"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
ISSUER = "http://issuer.example.com"


class Api:
    """An HTTP API with a route that requires a REQUEST authorizer."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.id: str = client.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
        self.authorizer: str = self.authorize()["AuthorizerId"]
        self.integration: str = client.create_integration(
            ApiId=self.id, IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION, PayloadFormatVersion="2.0"
        )["IntegrationId"]
        self.route: str = self.add_route("POST /pdf", AuthorizationType="CUSTOM", AuthorizerId=self.authorizer)[
            "RouteId"
        ]

    def authorize(self, **changes: Any) -> dict[str, Any]:
        members = {
            "Name": "gate",
            "AuthorizerType": "REQUEST",
            "IdentitySource": ["$request.header.Authorization"],
            "AuthorizerUri": URI,
            "AuthorizerPayloadFormatVersion": "2.0",
        } | changes
        made: dict[str, Any] = self.client.create_authorizer(ApiId=self.id, **members)
        return made

    def add_route(self, key: str, **members: Any) -> dict[str, Any]:
        target = f"integrations/{self.integration}"
        made: dict[str, Any] = self.client.create_route(ApiId=self.id, RouteKey=key, Target=target, **members)
        return made


@pytest.fixture
def api(sandbox: SandboxUnderTest) -> Api:
    return Api(sandbox.client("apigatewayv2"))


@pytest.mark.parametrize(
    ("call", "code", "text"),
    [
        pytest.param(
            lambda api: api.authorize(),
            "BadRequestException",
            "Authorizer name must be unique. Authorizer gate already exists in this RestApi.",
            id="aws/aws-cdk#20170",
        ),
        pytest.param(
            lambda api: api.client.delete_authorizer(ApiId=api.id, AuthorizerId=api.authorizer),
            "ConflictException",
            "Cannot delete authorizer 'gate', is referenced in route: POST /pdf",
            id="anomalyco/sst#5586",
        ),
        pytest.param(
            lambda api: api.client.delete_integration(ApiId=api.id, IntegrationId=api.integration),
            "ConflictException",
            "Cannot delete Integration because it is referenced by the following Routes with Ids: [{route}]",
            id="milliHQ/terraform-aws-next-js#247",
        ),
        pytest.param(
            lambda api: api.authorize(Name="other", IdentitySource=[], AuthorizerResultTtlInSeconds=300),
            "BadRequestException",
            "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)",
            id="hashicorp/terraform-provider-aws#32629",
        ),
        pytest.param(
            lambda api: api.authorize(
                Name="tokens", AuthorizerType="JWT", JwtConfiguration={"Issuer": ISSUER, "Audience": ["pets"]}
            ),
            "BadRequestException",
            f"Caught exception when connecting to {ISSUER}/.well-known/openid-configuration for issuer {ISSUER}. "
            f"Please try again later. Error: Invalid issuer: {ISSUER}. Issuer must have a valid discovery endpoint "
            "ended with '/.well-known/openid-configuration'",
            id="haandol/cognito-kakao-example#1",
        ),
        pytest.param(
            lambda api: api.client.create_integration(
                ApiId=api.id, IntegrationType="AWS", IntegrationUri=FUNCTION, PayloadFormatVersion="1.0"
            ),
            "BadRequestException",
            "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations "
            "(AWS_PROXY, HTTP_PROXY)",
            id="aws/aws-cli#6363",
        ),
        pytest.param(
            lambda api: api.client.create_domain_name(
                DomainName="api.example.com", DomainNameConfigurations=[{"EndpointType": "EDGE", "CertificateArn": "a"}]
            ),
            "BadRequestException",
            "EDGE endpoint type is not supported for APIGatewayV2 domainName",
            id="aws-controllers-k8s/community#2550",
        ),
        pytest.param(
            lambda api: api.add_route("GET /pets", AuthorizationType="JWT", AuthorizerId=api.authorizer),
            "BadRequestException",
            "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.",
            id="anomalyco/ion#1104",
        ),
        pytest.param(
            lambda api: api.client.update_route(ApiId=api.id, RouteId=api.route, AuthorizationScopes=["read"]),
            "BadRequestException",
            "Invalid Route authorization type specified. Authorization Scopes are only valid for COGNITO_USER_POOLS "
            "and JWT authorization types",
            id="aws/aws-cdk#27576",
        ),
    ],
)
def test_a_refusal_has_awss_code_and_text(api: Api, call: Callable[[Api], Any], code: str, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        call(api)

    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, text.replace("{route}", api.route))
