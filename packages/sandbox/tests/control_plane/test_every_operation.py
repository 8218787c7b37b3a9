"""Every operation that botocore knows returns a result, an error in AWS's format, or 501 with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.control_plane.dispatch import OWN_SERVICES
from sandbox_testing.build import add_function
from sandbox_testing.every_operation import KINDS, Outcome, Sweep, operations, protocols

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox_testing.server import SandboxUnderTest

#: The moto services that docs/sandbox.md names, and those that a stage's web ACL needs.
BY_MOTO = (
    "acm", "cloudwatch", "ec2", "iam", "logs", "organizations", "resourcegroupstaggingapi", "route53", "s3", "wafv2",
)  # fmt: skip
#: The number of calls with each kind of parameters, for every operation of the sandbox's own services.
DRAWS = 2
TEXT = {"application/json": "{}"}
INVOKE = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111111111111:function:f"
)


@pytest.fixture
def sweep(sandbox: SandboxUnderTest) -> Iterator[Sweep]:
    """A sandbox that contains a resource of every kind."""
    with Sweep(sandbox.endpoint, known=rest_api(sandbox) | http_api(sandbox) | others(sandbox)) as made:
        yield made


def rest_api(sandbox: SandboxUnderTest) -> dict[str, str]:
    gateway = sandbox.client("apigateway")
    api = gateway.create_rest_api(name="pets")
    at: dict[str, str] = {"restApiId": api["id"]}
    child = gateway.create_resource(**at, parentId=api["rootResourceId"], pathPart="pets")["id"]
    method = {**at, "resourceId": child, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    gateway.put_method_response(**method, statusCode="200")
    gateway.put_integration_response(**method, statusCode="200")
    gateway.put_gateway_response(**at, responseType="DEFAULT_4XX", responseTemplates=TEXT)
    deployment = gateway.create_deployment(**at, stageName="dev")["id"]
    authorizer = gateway.create_authorizer(
        **at, name="a", type="TOKEN", authorizerUri=f"{INVOKE}/invocations", identitySource="method.request.header.x"
    )
    gateway.create_documentation_part(**at, location={"type": "API"}, properties='{"description": "pets"}')
    gateway.create_documentation_version(**at, documentationVersion="1")
    plan = gateway.create_usage_plan(name="plan", apiStages=[{"apiId": api["id"], "stage": "dev"}])["id"]
    key = gateway.create_api_key(name="key", enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    return {
        **method,
        "parentId": api["rootResourceId"],
        "statusCode": "200",
        "responseType": "DEFAULT_4XX",
        "deploymentId": deployment,
        "stageName": "dev",
        "authorizerId": authorizer["id"],
        "requestValidatorId": gateway.create_request_validator(**at, name="all")["id"],
        "modelName": "Empty",
        "documentationVersion": "1",
        "usagePlanId": plan,
        "keyId": key,
        "apiKey": key,
        "clientCertificateId": gateway.generate_client_certificate()["clientCertificateId"],
        "resourceArn": f"arn:aws:apigateway:us-east-1::/restapis/{api['id']}",
    }


def http_api(sandbox: SandboxUnderTest) -> dict[str, str]:
    gateway = sandbox.client("apigatewayv2")
    api = gateway.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod="GET", IntegrationUri="https://a.example/"
    )["IntegrationId"]
    authorizer = gateway.create_authorizer(
        ApiId=api,
        AuthorizerType="JWT",
        Name="jwt",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://issuer.example", "Audience": ["a"]},
    )["AuthorizerId"]
    route = gateway.create_route(ApiId=api, RouteKey="GET /pets", Target=f"integrations/{integration}")["RouteId"]
    gateway.create_stage(ApiId=api, StageName="dev", AutoDeploy=True)
    return {
        "ApiId": api,
        "IntegrationId": integration,
        "AuthorizerId": authorizer,
        "RouteId": route,
        "StageName": "dev",
        "ProtocolType": "HTTP",
        "RouteKey": "GET /pets",
        "ResourceArn": f"arn:aws:apigateway:us-east-1::/apis/{api}",
    }


def others(sandbox: SandboxUnderTest) -> dict[str, Any]:
    share = sandbox.client("ram").create_resource_share(name="share", principals=["222222222222"])
    add_function(sandbox.world, name="hello", account="111111111111")
    functions = sandbox.client("lambda")
    functions.publish_version(FunctionName="hello")
    functions.create_alias(FunctionName="hello", Name="live", FunctionVersion="1")
    functions.add_permission(
        FunctionName="hello", StatementId="one", Action="lambda:InvokeFunction", Principal="222222222222"
    )
    return {
        "FunctionName": "hello",
        "StatementId": "one",
        "Qualifier": "live",
        "FunctionVersion": "1",
        "resourceShareArn": share["resourceShare"]["resourceShareArn"],
    }


def problem(service: str, operation: str, outcome: Outcome) -> str | None:
    if b"Traceback" in outcome.body:
        return "has a traceback"
    if outcome.status == 501 and outcome.body:
        named = f"{service}:{operation}" in outcome.message or outcome.message.startswith(f"{operation}:")
        return None if named and outcome.code == "NotImplemented" else "has no name"
    if outcome.status >= 500:
        return "is a failure"
    if outcome.status >= 400 and outcome.body and not outcome.code:
        return "has no code"
    return None


def problems(sweep: Sweep, service: str, kinds: Iterable[tuple[str, int]]) -> list[str]:
    found: list[str] = []
    for operation in operations(service):
        for protocol in protocols(service):
            for kind, draw in kinds:
                outcome = sweep.send(service, operation, kind, protocol, draw=draw)
                if wrong := problem(service, operation, outcome):
                    found.append(f"{operation} {kind} {protocol}: {outcome.status} {wrong}: {outcome.body[:200]!r}")
                if outcome.status == 501 and outcome.message.endswith("in this sandbox"):
                    break  # it is not implemented, for any parameters
    return found


@pytest.mark.parametrize("service", sorted(OWN_SERVICES))
def test_every_operation_of_an_own_service_is_answered(sweep: Sweep, service: str) -> None:
    draws = [(kind, draw) for kind in KINDS for draw in range(1 if kind == "empty" else DRAWS)]
    assert problems(sweep, service, draws) == []


@pytest.mark.parametrize("service", BY_MOTO)
def test_every_operation_of_a_service_that_moto_answers_is_answered(sandbox: SandboxUnderTest, service: str) -> None:
    with Sweep(sandbox.endpoint) as sweep:
        assert problems(sweep, service, [(kind, 0) for kind in KINDS]) == []


@pytest.mark.parametrize(
    ("service", "operation", "reason"),
    [
        pytest.param("cloudformation", "ListStacks", "a Python package", id="query, moto lacks a module"),
        pytest.param("cognito-idp", "ListUserPools", "a Python package", id="json, moto lacks a module"),
        pytest.param("xray", "GetGroups", "a Python package", id="rest-json, moto lacks a module"),
        pytest.param("amplify", "ListApps", "moto has no service for it", id="rest-json, unknown to moto"),
        pytest.param("cloudfront-keyvaluestore", "ListKeys", "moto has no service for it", id="rest-json, no store"),
        pytest.param("devicefarm", "ListProjects", "moto has no service for it", id="json, unknown to moto"),
        pytest.param("importexport", "ListJobs", "moto has no service for it", id="query, unknown to moto"),
        pytest.param("eventbridgev2", "DescribeEventBus", "", id="cbor alone"),
        pytest.param("stepfunctions", "RedriveExecution", "", id="another signing name"),
        pytest.param("sesv2", "GetBlacklistReports", "", id="a signing name that services share"),
        pytest.param("lambda-core", "ListNetworkConnectors", "", id="a signing name that is another service's"),
        pytest.param("s3control", "ListCallerAccessGrants", "", id="rest-xml"),
    ],
)
def test_a_service_that_nobody_answers_is_refused_by_name(
    sandbox: SandboxUnderTest, capfd: pytest.CaptureFixture[str], service: str, operation: str, reason: str
) -> None:
    with Sweep(sandbox.endpoint, {"AccountId": "111111111111"}) as sweep:
        for protocol in protocols(service):
            outcome = sweep.send(service, operation, "full", protocol)
            assert (outcome.status, outcome.code) == (501, "NotImplemented"), outcome.body
            assert f"{service}:{operation} is not implemented in this sandbox" in outcome.message
            assert reason in outcome.message
    assert capfd.readouterr().out == ""
