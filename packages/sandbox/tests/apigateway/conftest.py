"""Fixtures and helpers that call API Gateway of a running sandbox through an SDK."""

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
    """The operator's client for the API account in us-east-1."""
    return sandbox.client("apigateway")


@pytest.fixture
def refusal() -> Callable[..., tuple[int, str, str]]:
    """Call an operation that fails; return HTTP status, error code and message."""

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
    """Create an API from a document."""

    def make(body: bytes, **params: Any) -> Json:
        answer: Json = gateway.import_rest_api(body=body, **params)
        return answer

    return make


@pytest.fixture
def methods(gateway: Any) -> Callable[[str], dict[str, Json]]:
    """Return all methods of an API in full, by `VERB path`."""

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
    """Import a document, deploy the API to a stage, and return the API."""

    def make(body: bytes, stage: str = "dev") -> Json:
        api: Json = gateway.import_rest_api(body=body, parameters={"endpointConfigurationTypes": "REGIONAL"})
        deployment = gateway.create_deployment(restApiId=api["id"])
        gateway.create_stage(restApiId=api["id"], stageName=stage, deploymentId=deployment["id"])
        return {**api, "deploymentId": deployment["id"]}

    return make


@pytest.fixture
def certificate(sandbox: SandboxUnderTest) -> Callable[..., str]:
    """Request a certificate and describe it once, which issues it."""

    def make(name: str = "api.example.com", region: str = "us-east-1", account: str | None = None) -> str:
        acm = sandbox.client("acm", account=account, region=region)
        arn: str = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
        acm.describe_certificate(CertificateArn=arn)
        return arn

    return make
