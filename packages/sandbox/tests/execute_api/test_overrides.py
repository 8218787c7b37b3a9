"""`$context.requestOverride` and `.responseOverride`: the next template sees what one sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.build import API_ACCOUNT, Api, add_api, mock

if TYPE_CHECKING:
    from cross_account_sandbox.apigateway.model.definition import Integration


def serve(sandbox: Any, integration: Integration) -> Api:
    api = add_api(sandbox.world)
    api.route("/", "GET", integration)
    api.deploy()
    return api


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        pytest.param(
            "#set($context.requestOverride.header.a = 'x')", "$context.requestOverride.header.a", "x", id="field"
        ),
        pytest.param(
            "#set($context.requestOverride.header['a-b'] = 'x')",
            "$context.requestOverride.header['a-b']",
            "x",
            id="index",
        ),
        pytest.param("$context.requestOverride.path.put('a', 'x')", "$context.requestOverride.path.a", "x", id="put"),
        pytest.param("#set($context.requestOverride.own = 'x')", "$context.requestOverride.own", "x", id="its own key"),
        pytest.param(
            "#set($context.responseOverride.own = {'a': 1})", "$context.responseOverride.own.a", "1", id="a map"
        ),
        pytest.param(
            "#set($context.responseOverride.status = 201)", "$context.responseOverride.status", "201", id="status"
        ),
        pytest.param("#set($own = 'x')", "[$own]", "[]", id="a variable is its template's"),
    ],
)
def test_what_the_request_template_overrides_is_there_in_the_response_template(
    sandbox: Any, before: str, after: str, seen: str
) -> None:
    integration = mock(template=before + '{"statusCode": 200}', response_templates={"application/json": after})
    api = serve(sandbox, integration)
    assert sandbox.request("GET", api.url()).body.decode() == seen


def test_a_header_that_the_request_template_sets_by_index_is_answered(sandbox: Any) -> None:
    override = "#set($context.responseOverride.header['x-why'] = 'no'){\"statusCode\": 200}"
    api = serve(sandbox, mock(template=override, response_templates={"application/json": "{}"}))
    assert sandbox.request("GET", api.url()).header("x-why") == "no"


def test_a_template_that_puts_a_map_into_itself_is_an_internal_server_error(sandbox: Any) -> None:
    loop = "#set($context.responseOverride.own = $context.responseOverride){}"
    api = serve(sandbox, mock(response_templates={"application/json": loop}))
    api.stage.access_log_arn = f"arn:aws:logs:us-east-1:{API_ACCOUNT}:log-group:access"
    api.stage.access_log_format = "$context.requestId $context.responseOverride.own"
    assert sandbox.request("GET", api.url()).status == 500
