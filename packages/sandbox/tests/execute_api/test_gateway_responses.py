"""Gateway responses: customized by type, then by DEFAULT_4XX or DEFAULT_5XX, then AWS's default."""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.apigateway.model.definition import GatewayResponse, Integration
from sandbox_testing.build import Api, add_api, add_function, lambda_proxy, mock

CORS = {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}


def serve(sandbox: Any, *responses: GatewayResponse) -> Api:
    """GET / is a mock; GET /broken calls a function that the API is not allowed to invoke."""
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    api.route("/broken", "GET", lambda_proxy(add_function(sandbox.world)))
    api.definition.gateway_responses = {response.response_type: response for response in responses}
    api.deploy()
    return api


def test_defaults_of_a_family_cover_every_refusal_of_it(sandbox: Any) -> None:
    api = serve(
        sandbox,
        GatewayResponse(response_type="DEFAULT_4XX", response_parameters=CORS),
        GatewayResponse(response_type="DEFAULT_5XX", response_parameters=CORS),
    )
    unknown, broken = sandbox.request("GET", api.url("/nothing")), sandbox.request("GET", api.url("/broken"))
    assert (unknown.status, unknown.json()) == (403, {"message": "Missing Authentication Token"})
    assert (broken.status, broken.json()) == (500, {"message": "Internal server error"})
    assert unknown.header("Access-Control-Allow-Origin") == broken.header("Access-Control-Allow-Origin") == "*"


def test_a_type_of_its_own_wins_over_its_family(sandbox: Any) -> None:
    api = serve(
        sandbox,
        GatewayResponse(response_type="DEFAULT_4XX", status_code="418"),
        GatewayResponse(response_type="MISSING_AUTHENTICATION_TOKEN", status_code="404"),
    )
    assert sandbox.request("GET", api.url("/nothing")).status == 404


def test_templates_fill_in_context_and_choose_by_accept(sandbox: Any) -> None:
    templates = {
        "application/json": '{"error": $context.error.messageString, "type": "$context.error.responseType"}',
        "text/plain": "${context.error.message} ($context.requestId)",
    }
    api = serve(sandbox, GatewayResponse(response_type="DEFAULT_4XX", response_templates=templates))
    as_json = sandbox.request("GET", api.url("/nothing"))
    assert as_json.json() == {"error": "Missing Authentication Token", "type": "MISSING_AUTHENTICATION_TOKEN"}
    as_text = sandbox.request("GET", api.url("/nothing"), headers={"Accept": "text/plain"})
    assert as_text.header("Content-Type") == "text/plain"
    assert as_text.body.decode() == f"Missing Authentication Token ({as_text.header('x-amzn-RequestId')})"


def test_headers_come_from_literals_the_request_and_the_context(sandbox: Any) -> None:
    parameters = {
        "gatewayresponse.header.x-literal": "'one'",
        "gatewayresponse.header.x-asked": "method.request.querystring.q",
        "gatewayresponse.header.x-origin": "method.request.header.origin",
        "gatewayresponse.header.x-stage": "context.stage",
        "gatewayresponse.header.x-absent": "method.request.header.absent",
    }
    api = serve(sandbox, GatewayResponse(response_type="DEFAULT_4XX", response_parameters=parameters))
    reply = sandbox.request("GET", api.url("/nothing?q=2"), headers={"Origin": "https://example.com"})
    assert [reply.header(f"x-{name}") for name in ("literal", "asked", "origin", "stage", "absent")] == [
        "one",
        "2",
        "https://example.com",
        "dev",
        None,
    ]


def test_the_ids_stay_on_a_customised_answer(sandbox: Any) -> None:
    api = serve(sandbox, GatewayResponse(response_type="DEFAULT_4XX", status_code="400"))
    reply = sandbox.request("GET", api.url("/nothing"))
    assert reply.header("x-amzn-RequestId")
    assert reply.header("x-amzn-ErrorType") == "MissingAuthenticationTokenException"


def test_what_the_sandbox_cannot_do_is_said_whatever_the_apis_own_responses_are(sandbox: Any) -> None:
    own = GatewayResponse(
        response_type="DEFAULT_5XX",
        status_code="200",
        response_parameters=CORS,
        response_templates={"application/json": '{"all": "well"}'},
    )
    api = serve(sandbox, own)
    api.route("/elsewhere", "GET", Integration(type="AWS", http_method="POST", uri="arn:aws:apigateway:us-east-1:sqs:"))
    api.deploy()
    reply = sandbox.request("GET", api.url("/elsewhere"))
    assert reply.status == 501
    assert reply.json()["message"].startswith(
        "The sandbox does not support AWS integrations with services other than Lambda"
    )
    assert reply.header("Access-Control-Allow-Origin") == "*"
