"""Which members responses include: those set to empty, those that became empty, and those never set.

Source: recordings of 2023 to 2026 (PutMethodResponse, PutIntegrationResponse, UpdateMethod, GetRestApi, GetVpcLink).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


@pytest.fixture
def method(gateway: Any) -> Json:
    """Parameters for GET / of a new API with a mock integration."""
    api = gateway.create_rest_api(name="shown")
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**where, authorizationType="NONE")
    gateway.put_integration(**where, type="MOCK")
    return where


def parts(answer: Json) -> Json:
    """Return a response without the metadata that boto3 adds."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_method_response_shows_the_maps_that_were_given_empty(gateway: Any, method: Json) -> None:
    given = {**method, "statusCode": "200", "responseModels": {}, "responseParameters": {}}
    shown = {"statusCode": "200", "responseModels": {}, "responseParameters": {}}
    assert parts(gateway.put_method_response(**given)) == shown
    assert parts(gateway.get_method_response(**method, statusCode="200")) == shown
    assert gateway.get_method(**method)["methodResponses"] == {"200": shown}


def test_a_map_that_became_empty_is_not_shown(gateway: Any, method: Json) -> None:
    gateway.put_method_response(**method, statusCode="200", responseModels={"application/json": "Empty"})
    path = "/responseModels/application~1json"
    operations = [{"op": "remove", "path": path}]
    assert parts(gateway.update_method_response(**method, statusCode="200", patchOperations=operations)) == {
        "statusCode": "200"
    }


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, {}),
        ({"responseTemplates": {}}, {"responseTemplates": {}}),
        ({"responseParameters": {}}, {"responseParameters": {}}),
        ({"responseTemplates": {"application/json": ""}}, {"responseTemplates": {"application/json": None}}),
        ({"responseTemplates": {"application/json": "x"}}, {"responseTemplates": {"application/json": "x"}}),
    ],
)
def test_an_integration_response_shows_empty_maps_as_given_and_empty_templates_as_null(
    gateway: Any, method: Json, given: Json, shown: Json
) -> None:
    expected = {"statusCode": "200", "selectionPattern": "", **shown}
    assert parts(gateway.put_integration_response(**method, statusCode="200", selectionPattern="", **given)) == expected
    assert parts(gateway.get_integration_response(**method, statusCode="200")) == expected


@pytest.mark.parametrize("member", ["requestParameters", "requestTemplates"])
def test_an_integration_shows_the_maps_that_were_given_empty(gateway: Any, method: Json, member: str) -> None:
    assert member not in gateway.get_integration(**method)
    gateway.put_integration(**method, type="MOCK", **{member: {}})
    assert gateway.get_integration(**method)[member] == {}


@pytest.mark.parametrize("member", ["requestParameters", "requestModels"])
def test_a_method_shows_the_maps_that_were_given_empty(gateway: Any, method: Json, member: str) -> None:
    assert member not in gateway.get_method(**method)
    gateway.delete_method(**method)
    gateway.put_method(**method, authorizationType="NONE", **{member: {}})
    assert gateway.get_method(**method)[member] == {}


def test_tags_of_an_api_are_shown_empty_where_one_api_is_read_or_changed(gateway: Any) -> None:
    api = gateway.create_rest_api(name="tags")
    document = b'{"openapi": "3.0.1", "info": {"title": "tags", "version": "1"}, "paths": {}}'
    assert "tags" not in api
    assert "tags" not in gateway.get_rest_apis()["items"][0]
    assert gateway.get_rest_api(restApiId=api["id"])["tags"] == {}
    assert gateway.put_rest_api(restApiId=api["id"], body=document)["tags"] == {}
    assert gateway.update_rest_api(restApiId=api["id"], patchOperations=[])["tags"] == {}


def test_tags_of_a_vpc_link_are_shown_empty_where_one_link_is_read_or_changed(gateway: Any) -> None:
    target = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/a/1"
    link = gateway.create_vpc_link(name="link", description="", targetArns=[target])
    rename = [{"op": "replace", "path": "/name", "value": "other"}]
    assert ("tags" in link, "description" in link) == (False, False)
    assert "tags" not in gateway.get_vpc_links()["items"][0]
    assert gateway.get_vpc_link(vpcLinkId=link["id"])["tags"] == {}
    assert gateway.update_vpc_link(vpcLinkId=link["id"], patchOperations=rename)["tags"] == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "", "targetArns": ["invalid-arn"]}, "Name cannot be empty"),
        ({"name": "link", "targetArns": ["invalid-arn"]}, "Invalid ARN. ARN is not well formed invalid-arn"),
    ],
)
def test_a_vpc_link_is_refused_in_aws_words(
    gateway: Any, refusal: Callable[..., tuple[int, str, str]], given: Json, message: str
) -> None:
    assert refusal(gateway.create_vpc_link, **given) == (400, "BadRequestException", message)


def test_empty_descriptions_and_key_names_are_left_out(gateway: Any, method: Json) -> None:
    key = gateway.create_api_key(name="", description="", value="a" * 20)
    plan = gateway.create_usage_plan(name="plan", description="")
    member = gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    api = method["restApiId"]
    model = gateway.create_model(
        restApiId=api, name="M", description="", contentType="application/json", schema='{"type": "object"}'
    )
    deployment = gateway.create_deployment(restApiId=api, description="")
    stage = gateway.create_stage(restApiId=api, stageName="s", deploymentId=deployment["id"], description="")
    certificate = gateway.generate_client_certificate(description="")
    assert [one for one in (key, plan, model, deployment, stage, certificate) if "description" in one] == []
    assert [one for one in (key, member) if "name" in one] == []
