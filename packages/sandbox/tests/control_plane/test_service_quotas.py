"""API Gateway's quotas, and what an account can do after an increase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from aws_rules.quotas import INTEGRATION_TIMEOUT_QUOTA, RESOURCES_QUOTA
from sandbox_testing.documents import document, mock

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

TIMEOUT = {"ServiceCode": "apigateway", "QuotaCode": INTEGRATION_TIMEOUT_QUOTA}
RESOURCES = {"ServiceCode": "apigateway", "QuotaCode": RESOURCES_QUOTA}


def waiting(
    sandbox: SandboxUnderTest,
    milliseconds: int,
    endpoint: str = "REGIONAL",
    *,
    account: str | None = None,
    region: str | None = None,
) -> str:
    """The error of PutIntegration for this timeout; empty if the timeout is accepted."""
    gateway = sandbox.client("apigateway", account=account, region=region)
    api = gateway.create_rest_api(name="slow", endpointConfiguration={"types": [endpoint]})
    names = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**names, authorizationType="NONE")
    try:
        gateway.put_integration(**names, type="MOCK", timeoutInMillis=milliseconds)
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    assert gateway.get_integration(**names)["timeoutInMillis"] == milliseconds
    return ""


def test_the_defaults_are_those_of_the_guide(sandbox: SandboxUnderTest) -> None:
    quotas = sandbox.client("service-quotas")

    assert quotas.get_service_quota(**TIMEOUT)["Quota"]["Value"] == 29_000
    assert quotas.get_aws_default_service_quota(**RESOURCES)["Quota"]["Value"] == 300
    listed = quotas.list_service_quotas(ServiceCode="apigateway")["Quotas"]
    assert {each["QuotaCode"]: each["Adjustable"] for each in listed} == {"L-E5AE38E3": True, "L-01C8A9E0": True}
    assert quotas.list_aws_default_service_quotas(ServiceCode="vpc")["Quotas"]


def test_a_raised_quota_lets_regional_and_private_integrations_take_longer(sandbox: SandboxUnderTest) -> None:
    refused = "Timeout should be between 50 ms and 29000 ms"
    assert waiting(sandbox, 60_000) == refused

    made = sandbox.client("service-quotas").request_service_quota_increase(**TIMEOUT, DesiredValue=60_000)

    assert made["RequestedQuota"]["Status"] == "APPROVED"
    assert waiting(sandbox, 60_000) == waiting(sandbox, 60_000, "PRIVATE") == ""
    assert waiting(sandbox, 60_001) == "Timeout should be between 50 ms and 60000 ms"
    assert waiting(sandbox, 60_000, "EDGE") == refused
    assert waiting(sandbox, 60_000, region="eu-west-1") == refused
    assert waiting(sandbox, 60_000, account="222222222222") == refused


def test_an_import_and_a_patch_honour_the_raised_quota(sandbox: SandboxUnderTest) -> None:
    gateway = sandbox.client("apigateway")
    sandbox.client("service-quotas").request_service_quota_increase(**TIMEOUT, DesiredValue=90_000)
    body = document({"/": {"get": mock(timeoutInMillis=90_000)}})

    api = gateway.import_rest_api(body=body, parameters={"endpointConfigurationTypes": "REGIONAL"})

    names = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    change = [{"op": "replace", "path": "/timeoutInMillis", "value": "80000"}]
    assert gateway.update_integration(**names, patchOperations=change)["timeoutInMillis"] == 80_000
    with pytest.raises(ClientError, match="between 50 ms and 29000 ms"):
        gateway.import_rest_api(body=body, parameters={"endpointConfigurationTypes": "EDGE"})


def test_an_integration_that_names_no_timeout_still_waits_29_seconds(sandbox: SandboxUnderTest) -> None:
    gateway = sandbox.client("apigateway")
    sandbox.client("service-quotas").request_service_quota_increase(**TIMEOUT, DesiredValue=60_000)
    api = gateway.import_rest_api(body=document({"/": {"get": mock()}}))

    names = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    assert gateway.get_integration(**names)["timeoutInMillis"] == 29_000


def test_a_raised_quota_lets_an_api_have_more_resources(sandbox: SandboxUnderTest) -> None:
    gateway = sandbox.client("apigateway")
    body = document({f"/r{number}": {"get": mock()} for number in range(300)})
    with pytest.raises(ClientError, match="Maximum number of Resources"):
        gateway.import_rest_api(body=body)

    sandbox.client("service-quotas").request_service_quota_increase(**RESOURCES, DesiredValue=301)

    api = gateway.import_rest_api(body=body)
    with pytest.raises(ClientError, match="Maximum number of Resources"):
        gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="more")


def test_requests_are_kept_and_found(sandbox: SandboxUnderTest) -> None:
    quotas = sandbox.client("service-quotas")
    request = quotas.request_service_quota_increase(**TIMEOUT, DesiredValue=60_000)["RequestedQuota"]

    assert quotas.get_requested_service_quota_change(RequestId=request["Id"])["RequestedQuota"] == request
    listed = quotas.list_requested_service_quota_change_history_by_quota
    assert listed(**TIMEOUT)["RequestedQuotas"] == [request]
    assert listed(**RESOURCES)["RequestedQuotas"] == []
    assert quotas.get_service_quota(**TIMEOUT)["Quota"]["Value"] == 60_000
    assert quotas.get_aws_default_service_quota(**TIMEOUT)["Quota"]["Value"] == 29_000


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({**TIMEOUT, "DesiredValue": 29_000}, "IllegalArgumentException"),
        ({**TIMEOUT, "QuotaCode": "L-00000000", "DesiredValue": 60_000}, "NoSuchResourceException"),
        ({**TIMEOUT, "ServiceCode": "lambda", "DesiredValue": 60_000}, "NoSuchResourceException"),
    ],
)
def test_a_request_that_is_no_increase_of_a_known_quota_is_refused(
    sandbox: SandboxUnderTest, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        sandbox.client("service-quotas").request_service_quota_increase(**given)

    assert refused.value.response["Error"]["Code"] == code
