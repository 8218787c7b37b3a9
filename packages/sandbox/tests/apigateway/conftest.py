"""API Gateway of a running sandbox, as an SDK sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]


@pytest.fixture
def gateway(sandbox: SandboxUnderTest) -> Any:
    """The operator's client in the API account, us-east-1."""
    return sandbox.client("apigateway")


@pytest.fixture
def refusal() -> Callable[..., tuple[int, str, str]]:
    """Call an operation that is refused: HTTP status, error code and message."""

    def refused(operation: Callable[..., Any], **params: Any) -> tuple[int, str, str]:
        with pytest.raises(ClientError) as raised:
            operation(**params)
        answer = raised.value.response
        return (
            answer["ResponseMetadata"]["HTTPStatusCode"],
            answer["Error"]["Code"],
            answer["Error"]["Message"],
        )

    return refused


@pytest.fixture
def imported(gateway: Any) -> Callable[..., Json]:
    """A new API from a document."""

    def make(body: bytes, **params: Any) -> Json:
        answer: Json = gateway.import_rest_api(body=body, **params)
        return answer

    return make


@pytest.fixture
def methods(gateway: Any) -> Callable[[str], dict[str, Json]]:
    """Every method of an API by `VERB path`, in full."""

    def read(api_id: str) -> dict[str, Json]:
        pages = gateway.get_paginator("get_resources").paginate(restApiId=api_id, embed=["methods"])
        return {
            f"{verb} {resource['path']}": method
            for one in pages
            for resource in one["items"]
            for verb, method in resource.get("resourceMethods", {}).items()
        }

    return read


@pytest.fixture
def served(gateway: Any) -> Callable[..., Json]:
    """A deployed API: import a document, deploy it, and make a stage of it."""

    def make(body: bytes, stage: str = "dev") -> Json:
        api: Json = gateway.import_rest_api(body=body, parameters={"endpointConfigurationTypes": "REGIONAL"})
        deployment = gateway.create_deployment(restApiId=api["id"])
        gateway.create_stage(restApiId=api["id"], stageName=stage, deploymentId=deployment["id"])
        return {**api, "deploymentId": deployment["id"]}

    return make


@pytest.fixture
def certificate(sandbox: SandboxUnderTest) -> Callable[..., str]:
    """An issued certificate: its status changes once its record was described."""

    def make(name: str = "api.example.com", region: str = "us-east-1", account: str | None = None) -> str:
        acm = sandbox.client("acm", account=account, region=region)
        arn: str = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
        acm.describe_certificate(CertificateArn=arn)
        return arn

    return make
