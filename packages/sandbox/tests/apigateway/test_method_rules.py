"""Method and response settings that AWS accepts although its documentation is stricter (recorded on AWS)."""

from __future__ import annotations

from typing import Any

import pytest

Json = dict[str, Any]


@pytest.fixture
def names(gateway: Any) -> Json:
    """Parameters for GET on the root of a new API; the method does not exist yet."""
    api = gateway.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]})
    return {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}


@pytest.mark.parametrize("spelling", ["NONE", "none", "None"])
def test_no_authorization_is_spelled_in_any_case(gateway: Any, names: Json, spelling: str) -> None:
    assert gateway.put_method(**names, authorizationType=spelling)["authorizationType"] == "NONE"
    gateway.update_method(
        **names, patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
    )
    patched = [{"op": "replace", "path": "/authorizationType", "value": spelling}]
    assert gateway.update_method(**names, patchOperations=patched)["authorizationType"] == "NONE"


def test_an_integration_response_of_an_undeclared_status_is_taken_and_fails_the_request(
    gateway: Any, names: Json, sandbox: Any
) -> None:
    gateway.put_method(**names, authorizationType="NONE")
    gateway.put_integration(**names, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    mapped = {"method.response.header.x-own": "'1'"}
    gateway.put_integration_response(**names, statusCode="418", responseParameters=mapped)
    api = names["restApiId"]
    gateway.create_deployment(restApiId=api, stageName="dev")
    reply = sandbox.request("GET", f"https://{api}.execute-api.us-east-1.amazonaws.com/dev")
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
