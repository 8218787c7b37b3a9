"""API Gateway refuses ARNs of another partition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import FUNCTION, INVOKE, document, proxy

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Refusal = tuple[int, str, str]

INVALID_ARN = (400, "BadRequestException", "Invalid ARN specified in the request")
#: Invoke URIs with another partition: in the URI, in the function's ARN, or implied by a Region.
FOREIGN = [
    INVOKE.replace("arn:aws:apigateway", "arn:aws-cn:apigateway"),
    INVOKE.replace("arn:aws:lambda", "arn:aws-us-gov:lambda"),
    INVOKE.replace("arn:aws:", "arn:aws-cn:"),
    INVOKE.replace("eu-west-1", "cn-north-1"),
    INVOKE.replace("eu-west-1", "cn-north-1").replace("arn:aws:", "arn:aws-cn:"),
]


@pytest.fixture
def method(gateway: Any) -> dict[str, str]:
    """A method without an integration, in us-east-1."""
    api = gateway.create_rest_api(name="here")
    names = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**names, authorizationType="NONE")
    return names


@pytest.mark.parametrize("uri", FOREIGN)
def test_the_uri_of_an_integration(
    gateway: Any, method: dict[str, str], refusal: Callable[..., Refusal], uri: str
) -> None:
    given = {"type": "AWS_PROXY", "integrationHttpMethod": "POST"}
    assert refusal(gateway.put_integration, **method, **given, uri=uri) == INVALID_ARN

    gateway.put_integration(**method, **given, uri=INVOKE)
    change = [{"op": "replace", "path": "/uri", "value": uri}]
    assert refusal(gateway.update_integration, **method, patchOperations=change) == INVALID_ARN
    message = refusal(gateway.import_rest_api, body=document({"/": {"get": proxy(uri)}}))[2]
    assert message.endswith("on 'GET' for resource at path '/': Invalid ARN specified in the request")


@pytest.mark.parametrize("uri", FOREIGN)
def test_the_uri_of_an_authorizer(
    gateway: Any, method: dict[str, str], refusal: Callable[..., Refusal], uri: str
) -> None:
    names = {"restApiId": method["restApiId"], "name": "a", "type": "TOKEN"}
    source = {"identitySource": "method.request.header.Authorization"}
    assert refusal(gateway.create_authorizer, **names, **source, authorizerUri=uri) == (
        400,
        "BadRequestException",
        "Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.",
    )


def test_the_role_of_an_integration_and_of_an_authorizer(
    gateway: Any, method: dict[str, str], refusal: Callable[..., Refusal]
) -> None:
    role = "arn:aws-cn:iam::111111111111:role/invoke"
    given = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": INVOKE}
    assert refusal(gateway.put_integration, **method, **given, credentials=role) == INVALID_ARN
    authorizer = {"name": "a", "type": "TOKEN", "identitySource": "method.request.header.Authorization"}
    assert (
        refusal(
            gateway.create_authorizer,
            restApiId=method["restApiId"],
            **authorizer,
            authorizerUri=INVOKE,
            authorizerCredentials=role,
        )
        == INVALID_ARN
    )


def test_the_certificate_of_a_domain(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    arn = "arn:aws-cn:acm:us-east-1:111111111111:certificate/a"
    told = refusal(
        gateway.create_domain_name,
        domainName="api.example.com",
        regionalCertificateArn=arn,
        endpointConfiguration={"types": ["REGIONAL"]},
    )
    assert told == (400, "BadRequestException", f"Invalid certificate ARN: {arn}.")


@pytest.mark.parametrize("uri", [*FOREIGN, FUNCTION.replace("arn:aws:", "arn:aws-cn:")])
def test_the_uris_of_an_http_api(sandbox: SandboxUnderTest, refusal: Callable[..., Refusal], uri: str) -> None:
    gateway = sandbox.client("apigatewayv2")
    api = gateway.create_api(Name="here", ProtocolType="HTTP")["ApiId"]
    told = refusal(
        gateway.create_integration,
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=uri,
        PayloadFormatVersion="2.0",
    )
    assert told == (400, "BadRequestException", "Invalid function ARN or invalid uri")
    told = refusal(
        gateway.create_authorizer,
        ApiId=api,
        Name="a",
        AuthorizerType="REQUEST",
        IdentitySource=["$request.header.Authorization"],
        AuthorizerUri=uri,
        AuthorizerPayloadFormatVersion="2.0",
    )
    assert told == (400, "BadRequestException", f"Invalid authorizer URI: {uri}")


def test_in_china_everything_lies_in_its_partition(sandbox: SandboxUnderTest, refusal: Callable[..., Refusal]) -> None:
    gateway = sandbox.client("apigateway", region="cn-north-1")
    chinese = INVOKE.replace("eu-west-1", "cn-northwest-1").replace("arn:aws:", "arn:aws-cn:")
    gateway.import_rest_api(body=document({"/": {"get": proxy(chinese)}}))
    variables = INVOKE.replace("arn:aws:", "arn:${AWS::Partition}:").replace("eu-west-1", "${AWS::Region}")
    gateway.import_rest_api(body=document({"/": {"get": proxy(variables)}}))
    assert "Invalid ARN" in refusal(gateway.import_rest_api, body=document({"/": {"get": proxy(INVOKE)}}))[2]
