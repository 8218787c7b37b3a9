"""One request per cause in the error table, to an API with exactly that fault and failure logs."""

from __future__ import annotations

import json
from typing import Any

from cross_account_sandbox.apigateway.model.definition import Authorizer, Integration, Model, RequestValidator
from cross_account_sandbox.apigateway.model.stage import MethodSetting
from cross_account_sandbox.apigateway.model.usage_plan import ApiKey, UsagePlan
from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_BODY,
    REGION,
    STAGE,
    Api,
    add_alias,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    mock,
    permitted,
)
from sandbox_testing.signing import session, signed


def serve(sandbox: Any, integration: Integration, verb: str = "GET", path: str = "/", **method: Any) -> Api:
    """Serve one method, and log its failures."""
    api = add_api(sandbox.world)
    api.route(path, verb, integration, **method)
    return deployed(api)


def deployed(api: Api) -> Api:
    api.deploy()
    api.log_at("ERROR")
    return api


def get(sandbox: Any, api: Api, path: str = "/", **request: Any) -> Any:
    return sandbox.request("GET", api.url(path), **request)


def policy_missing(sandbox: Any) -> Any:
    return get(sandbox, serve(sandbox, lambda_proxy(add_function(sandbox.world))))


def policy_of_another_region(sandbox: Any) -> Any:
    function = add_function(sandbox.world)
    allow_gateway(function, region="eu-west-1")
    return get(sandbox, serve(sandbox, lambda_proxy(function)))


def policy_of_the_function_alone(sandbox: Any) -> Any:
    function = permitted(sandbox)
    add_alias(function)
    return get(sandbox, serve(sandbox, lambda_proxy(f"{function.arn}:live")))


def role(sandbox: Any, principal: str) -> Any:
    """Send a request for which the integration's role, in the API's account, has no permissions."""
    trust = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam = sandbox.client("iam", account=API_ACCOUNT)
    arn = iam.create_role(RoleName="invoker", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return get(sandbox, serve(sandbox, lambda_proxy(permitted(sandbox), credentials=arn)))


def authorizer_permission_missing(sandbox: Any) -> Any:
    api = add_api(sandbox.world)
    api.definition.authorizers["auth01"] = Authorizer(
        id="auth01",
        name="authorizer",
        type="TOKEN",
        uri=lambda_proxy(add_function(sandbox.world, name="authorizer")).uri,
        identity_source="method.request.header.Authorization",
    )
    api.route("/", "GET", mock(), authorization_type="CUSTOM", authorizer_id="auth01")
    return get(sandbox, deployed(api), headers={"Authorization": "token"})


def uri_of_another_region(sandbox: Any) -> Any:
    integration = lambda_proxy(permitted(sandbox))
    integration.uri = (integration.uri or "").replace("apigateway:us-east-1", "apigateway:eu-west-1")
    return get(sandbox, serve(sandbox, integration))


def answering(sandbox: Any, *, answer: str) -> Any:
    """Send a request to a function that returns `answer` as its response."""
    return sandbox.request(
        "POST", serve(sandbox, lambda_proxy(permitted(sandbox, ECHO_BODY)), "POST").url(), body=answer
    )


def running(sandbox: Any, *, code: str, timeout_s: int = 10, timeout_ms: int = 29_000) -> Any:
    """Send a request to a function with this code."""
    function = permitted(sandbox, code, timeout_s=timeout_s)
    return get(sandbox, serve(sandbox, lambda_proxy(function, timeout_ms=timeout_ms)))


def throttled_by_lambda(sandbox: Any) -> Any:
    function = permitted(sandbox)
    function.reserved_concurrency = 0
    return get(sandbox, serve(sandbox, lambda_proxy(function)))


def pending(sandbox: Any) -> Any:
    """Send a request to a function that is still Pending."""
    function = permitted(sandbox)
    function.latest.state = "Pending"
    return get(sandbox, serve(sandbox, lambda_proxy(function)))


def over_the_stages_rate(sandbox: Any) -> Any:
    api = serve(sandbox, mock())
    # Repeats the stage's log level, because these settings replace it.
    api.stage.method_settings["*/*"] = MethodSetting(logging_level="ERROR", throttling_rate=0.0, throttling_burst=1)
    assert get(sandbox, api).status == 200
    return get(sandbox, api)


def over_the_plans(sandbox: Any, **limit: Any) -> Any:
    """Send the second request with an API key whose usage plan allows one."""
    api = serve(sandbox, mock(), api_key_required=True)
    store = sandbox.world.apigateway(API_ACCOUNT, REGION)
    store.api_keys["key1"] = ApiKey(id="key1", name="one", value="secret-value-of-key-1")
    stages = [{"apiId": API_ID, "stage": STAGE}]
    store.usage_plans["plan1"] = UsagePlan(id="plan1", name="p", api_stages=stages, key_ids=["key1"], **limit)
    key = {"x-api-key": "secret-value-of-key-1"}
    assert get(sandbox, api, headers=key).status == 200
    return get(sandbox, api, headers=key)


def without_a_status_mapping(sandbox: Any) -> Any:
    integration = mock(200)
    integration.responses["default"].selection_pattern = "5.."
    return get(sandbox, serve(sandbox, integration))


def without_the_method_response(sandbox: Any) -> Any:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(200)).responses.clear()
    return get(sandbox, deployed(api))


def unknown(sandbox: Any, *, verb: str, path: str) -> Any:
    return sandbox.request(verb, serve(sandbox, mock()).url(path))


def unsigned(sandbox: Any) -> Any:
    return get(sandbox, serve(sandbox, mock(), authorization_type="AWS_IAM"))


def signed_but_not_allowed(sandbox: Any, *, policy: str | None = None, resource: dict[str, Any] | None = None) -> Any:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(), authorization_type="AWS_IAM")
    if resource is not None:
        api.definition.policy = json.dumps({"Version": "2012-10-17", "Statement": [resource]})
    return signed(sandbox, deployed(api), session(sandbox, policy))


def policy_names_principals(sandbox: Any) -> Any:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    api.definition.policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/r"},'
        '"Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}'
    )
    return get(sandbox, deployed(api))


def default_endpoint_disabled(sandbox: Any) -> Any:
    api = serve(sandbox, mock())
    api.api.default_endpoint_closed = True
    return get(sandbox, api)


def with_a_body_of(sandbox: Any, *, size: int) -> Any:
    return sandbox.request("POST", serve(sandbox, lambda_proxy(permitted(sandbox)), "POST").url(), body=b"x" * size)


def with_a_method_arn_over_1600_bytes(sandbox: Any) -> Any:
    api = serve(sandbox, mock(), path="/{proxy+}")
    assert get(sandbox, api, "/" + "x" * 1_000).status == 200
    return get(sandbox, api, "/" + "x" * 1_600)


def with_headers_over_10240_bytes(sandbox: Any) -> Any:
    api = serve(sandbox, mock())
    assert get(sandbox, api, headers={"x-long": "x" * 9_000}).status == 200
    return get(sandbox, api, headers={"x-long": "x" * 5_100, "x-too": "x" * 5_100})


def validated(sandbox: Any, *, target: str, body: str) -> Any:
    api = add_api(sandbox.world)
    api.definition.validators["v"] = RequestValidator(id="v", name="all", validate_body=True, validate_parameters=True)
    api.definition.models["Pet"] = Model(id="m", name="Pet", schema='{"type": "object", "required": ["type"]}')
    api.route(
        "/",
        "POST",
        mock(),
        request_validator_id="v",
        request_models={"application/json": "Pet"},
        request_parameters={"method.request.querystring.page": True},
    )
    return sandbox.request("POST", deployed(api).url(target), body=body)


def streaming(sandbox: Any) -> Any:
    uri = (lambda_proxy(permitted(sandbox)).uri or "").replace("2015-03-31/functions", "2021-11-15/functions")
    uri = uri.replace("/invocations", "/response-streaming-invocations")
    return get(sandbox, serve(sandbox, Integration(type="AWS_PROXY", http_method="POST", uri=uri)))


def at_an_unknown_stage(sandbox: Any) -> Any:
    return sandbox.request("GET", serve(sandbox, mock()).url(stage="nobody"))


def of_an_unknown_api(sandbox: Any) -> Any:
    return sandbox.request("GET", serve(sandbox, mock()).url().replace(API_ID, "nobody1234"))


def under_another_regions_name(sandbox: Any) -> Any:
    return sandbox.request("GET", serve(sandbox, mock()).url().replace(REGION, "eu-west-1"))
