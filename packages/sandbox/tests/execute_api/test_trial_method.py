"""TestInvokeMethod: the method being edited, the console's log, and the stage name test-invoke-stage."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cross_account_sandbox.apigateway.model.definition import IntegrationResponse, RequestValidator
from cross_account_sandbox.execute_api.trial_method import try_method
from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_EVENT,
    Api,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    mock,
)


def invoke(sandbox: Any, api: Api, path: str, verb: str = "GET", **params: Any) -> dict[str, Any]:
    resource = api.definition.resource_at(path)
    assert resource is not None
    result: dict[str, Any] = sandbox.run(try_method(sandbox.world, api.api, resource, verb, params))
    return result


def test_it_calls_the_api_as_edited_without_any_deployment(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(response_templates={"application/json": '{"stage": "$context.stage"}'}))
    answer = invoke(sandbox, api, "/")
    assert (answer["status"], answer["body"]) == (200, '{"stage": "test-invoke-stage"}')
    assert answer["headers"]["Content-Type"] == "application/json"


def test_a_function_must_admit_the_stage_test_invoke_stage(sandbox: Any) -> None:
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function, tail="dev/GET/pets/*")
    api = add_api(sandbox.world)
    api.route("/pets/{petId}", "GET", lambda_proxy(function))
    refused = invoke(sandbox, api, "/pets/{petId}", pathWithQueryString="/pets/1")
    assert (refused["status"], refused["body"]) == (500, '{"message":"Internal server error"}')
    assert "Execution failed due to configuration error: Invalid permissions on Lambda function" in refused["log"]
    allow_gateway(function, tail="test-invoke-stage/GET/pets/*")
    assert invoke(sandbox, api, "/pets/{petId}", pathWithQueryString="/pets/1")["status"] == 200


def test_the_log_is_the_consoles(sandbox: Any) -> None:
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function)
    api = add_api(sandbox.world)
    api.route("/pets/{petId}", "POST", lambda_proxy(function))
    answer = invoke(
        sandbox, api, "/pets/{petId}", "POST", pathWithQueryString="/pets/7?x=1", body="hi", headers={"day": "Thursday"}
    )
    first, *rest = answer["log"].splitlines()
    assert first.startswith("Execution log for request ")
    texts = [line.partition(" : ")[2] for line in rest]
    arn = f"https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/{function.arn}/invocations"
    assert texts[0] == f"Starting execution for request: {first.removeprefix('Execution log for request ')}"
    assert texts[1:7] == [
        "HTTP Method: POST, Resource Path: /pets/7",
        "Method request path: {petId=7}",
        "Method request query string: {x=1}",
        "Method request headers: {day=Thursday}",
        "Method request body before transformations: hi",
        f"Endpoint request URI: {arn}",
    ]
    assert f"Sending request to {arn}" in texts
    # The last line: only a stage's log has the ID of the function's invocation (recorded on AWS).
    assert texts[-2:] == ["Successfully completed execution", "Method completed with status: 200"]


@pytest.mark.parametrize("kind", ["AWS", "AWS_PROXY"])
def test_the_log_has_what_the_function_answered_before_transformations(sandbox: Any, kind: str) -> None:
    answer = {"statusCode": 200, "body": "hi"}
    function = add_function(sandbox.world, f"def handler(event, context):\n    return {answer!r}\n")
    allow_gateway(function)
    integration = lambda_proxy(function)
    if kind == "AWS":
        integration.type = "AWS"
        integration.responses = {"default": IntegrationResponse(status_code="200")}
    api = add_api(sandbox.world)
    api.route("/", "GET", integration)
    texts = [line.partition(" : ")[2] for line in invoke(sandbox, api, "/")["log"].splitlines()]
    assert f"Endpoint response body before transformations: {json.dumps(answer)}" in texts
    headers = next(text for text in texts if text.startswith("Endpoint response headers: "))
    assert "Content-Type=application/json" in headers
    assert "x-amzn-RequestId=" in headers


@pytest.mark.parametrize(("validated", "status"), [(True, 400), (False, 500)])
def test_a_failure_has_no_content_type(sandbox: Any, validated: bool, status: int) -> None:
    api = add_api(sandbox.world)
    api.definition.validators["v"] = RequestValidator(id="v", name="v", validate_parameters=True)
    wanted = {"method.request.querystring.q": True} if validated else {}
    api.route("/", "GET", mock(template="{}"), request_validator_id="v", request_parameters=wanted)
    answer = invoke(sandbox, api, "/")
    assert answer["status"] == status
    assert "content-type" not in {name.lower() for name in answer["headers"]}


def test_a_path_that_does_not_fit_has_no_parameters(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/pets/{petId}", "GET", mock(response_templates={"application/json": "\"$input.params('petId')\""}))
    assert invoke(sandbox, api, "/pets/{petId}", pathWithQueryString="/elsewhere/1/2")["body"] == '""'
    assert invoke(sandbox, api, "/pets/{petId}", pathWithQueryString="/pets/9")["body"] == '"9"'


def test_stage_variables_and_validators_apply(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(response_templates={"application/json": '"$stageVariables.colour"'}))
    assert invoke(sandbox, api, "/", stageVariables={"colour": "blue"})["body"] == '"blue"'


def test_an_any_method_is_tested_under_the_verb_asked_for_and_lambda_is_told_that_verb(sandbox: Any) -> None:
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function, tail="test-invoke-stage/POST/{city}")
    api = add_api(sandbox.world)
    api.route("/{city}", "ANY", lambda_proxy(function))
    client = sandbox.client("apigateway", account=API_ACCOUNT)
    resource = next(item["id"] for item in client.get_resources(restApiId=API_ID)["items"] if item["path"] == "/{city}")

    def tested(verb: str) -> dict[str, Any]:
        answer: dict[str, Any] = client.test_invoke_method(
            restApiId=API_ID, resourceId=resource, httpMethod=verb, pathWithQueryString="/Seattle"
        )
        return answer

    assert tested("POST")["status"] == 200
    assert (
        f"X-Amz-Source-Arn=arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/test-invoke-stage/POST/{{city}}"
        in (tested("POST")["log"])
    )
    assert tested("GET")["status"] == 500
