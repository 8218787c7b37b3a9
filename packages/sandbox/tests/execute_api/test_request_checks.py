"""Checks before the integration: validators, throttling, API keys and quotas."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cross_account_sandbox.apigateway.model.definition import Authorizer, Model, RequestValidator
from cross_account_sandbox.apigateway.model.stage import MethodSetting
from cross_account_sandbox.apigateway.model.usage_plan import ApiKey, UsagePlan
from cross_account_sandbox.execute_api.token_bucket import TokenBucket, TokenBuckets
from cross_account_sandbox.execute_api.usage_plans import period
from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    REGION,
    STAGE,
    Api,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    mock,
)

PET = (
    '{"type": "object", "required": ["type"], "properties": '
    '{"type": {"enum": ["dog", "cat"]}, "price": {"type": "number"}}}'
)
PETS = '{"type": "array", "items": {"$ref": "https://apigateway.amazonaws.com/restapis/api1234567/models/Pet"}}'


@pytest.fixture
def validated(sandbox: Any) -> Api:
    """POST / with a Pet and the query parameter page; POST /pets with a list of Pets."""
    api = add_api(sandbox.world)
    api.definition.validators["v"] = RequestValidator(id="v", name="all", validate_body=True, validate_parameters=True)
    api.definition.models = {
        name: Model(id=name, name=name, schema=text) for name, text in {"Pet": PET, "Pets": PETS}.items()
    }
    wanted = {
        "method.request.querystring.page": True,
        "method.request.header.x-own": True,
        "method.request.header.free": False,
    }
    api.route(
        "/",
        "POST",
        mock(),
        request_validator_id="v",
        request_models={"application/json": "Pet"},
        request_parameters=wanted,
    )
    api.route("/pets", "POST", mock(), request_validator_id="v", request_models={"application/json": "Pets"})
    api.deploy()
    return api


def test_missing_parameters_are_named(sandbox: Any, validated: Api) -> None:
    reply = sandbox.request("POST", validated.url(), body='{"type": "dog"}')
    assert reply.status == 400
    assert reply.json() == {"message": "Missing required request parameters: [x-own, page]"}
    assert reply.header("x-amzn-ErrorType") == "BadRequestException"


def test_missing_headers_come_before_parts_of_the_path_and_these_before_the_query(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.definition.validators["v"] = RequestValidator(id="v", name="all", validate_parameters=True)
    places = ("querystring.qs1", "path.issuer", "header.x-header-param")
    wanted = {f"method.request.{place}": True for place in places}
    api.route("/pets", "GET", mock(), request_validator_id="v", request_parameters=wanted)
    api.deploy()
    reply = sandbox.request("GET", api.url("/pets"))
    assert reply.json() == {"message": "Missing required request parameters: [x-header-param, issuer, qs1]"}


def test_a_blank_parameter_is_missing(sandbox: Any, validated: Api) -> None:
    reply = sandbox.request("POST", validated.url("/?page="), body='{"type": "dog"}', headers={"X-OWN": "1"})
    assert reply.json() == {"message": "Missing required request parameters: [page]"}


@pytest.mark.parametrize(
    "body",
    [
        '{"type": "cow"}',
        "{}",
        "",
        "no json",
        '{"type": "dog", "price": "much"}',
        "[]",
        pytest.param("[" * 100_000, id="nested beyond reading"),
    ],
)
def test_a_body_that_does_not_fit_its_model_is_a_bad_request(sandbox: Any, validated: Api, body: str) -> None:
    reply = sandbox.request("POST", validated.url("/?page=1"), body=body, headers={"x-own": "1"})
    assert (reply.status, reply.json()) == (400, {"message": "Invalid request body"})


def test_a_good_request_passes_the_validator(sandbox: Any, validated: Api) -> None:
    headers = {"x-own": "1", "Content-Type": "application/json; charset=utf-8"}
    assert sandbox.request("POST", validated.url("/?page=1"), body='{"type": "dog"}', headers=headers).status == 200


def test_a_model_may_refer_to_another(sandbox: Any, validated: Api) -> None:
    assert sandbox.request("POST", validated.url("/pets"), body='[{"type": "cat"}]').status == 200
    assert sandbox.request("POST", validated.url("/pets"), body='[{"type": "cow"}]').status == 400


def test_a_content_type_without_a_model_is_not_validated(sandbox: Any, validated: Api) -> None:
    reply = sandbox.request("POST", validated.url("/pets"), body="x", headers={"Content-Type": "text/plain"})
    # The mock has no template for text/plain, so it gets the body, which is not a status: the validator accepted it.
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})


def test_a_validator_checks_only_what_it_is_told_to(sandbox: Any, validated: Api) -> None:
    validator = validated.definition.validators["v"]
    bad_body = {"body": '{"type": "cow"}', "headers": {"x-own": "1"}}
    validator.validate_body, validator.validate_parameters = False, True
    validated.deploy()
    assert sandbox.request("POST", validated.url("/?page=1"), **bad_body).status == 200
    assert sandbox.request("POST", validated.url("/"), **bad_body).status == 400
    validator.validate_body, validator.validate_parameters = True, False
    validated.deploy()
    assert sandbox.request("POST", validated.url("/"), body='{"type": "dog"}').status == 200
    assert sandbox.request("POST", validated.url("/"), body='{"type": "cow"}').status == 400


def test_a_default_model_takes_every_content_type_without_a_model_of_its_own(sandbox: Any, validated: Api) -> None:
    # API reference, PutMethod requestModels; developer guide, api-gateway-request-validation-set-up: `$default`
    pets = validated.definition.resource_at("/pets")
    assert pets is not None
    pets.methods["POST"].request_models = {"$default": "Pets"}
    validated.deploy()
    reply = sandbox.request("POST", validated.url("/pets"), body="x", headers={"Content-Type": "text/plain"})
    assert (reply.status, reply.json()) == (400, {"message": "Invalid request body"})


# Throttling


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    bucket = TokenBucket(rate=2, burst=3, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.5), bucket.take(0.6)] == [True, False]
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_a_changed_limit_starts_a_full_bucket_and_leaves_the_others() -> None:
    buckets = TokenBuckets()
    assert [buckets.take("stage", rate=0, burst=1) for _ in range(2)] == [True, False]
    assert [buckets.take("stage", rate=0, burst=2) for _ in range(3)] == [True, True, False]
    assert [buckets.take("method", rate=0, burst=1) for _ in range(2)] == [True, False]


def test_a_methods_own_rate_wins_over_the_stages(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    for path in ("/own", "/a", "/b"):
        api.route(path, "GET", mock())
    stage = api.deploy()
    stage.method_settings["*/*"] = MethodSetting(throttling_rate=0, throttling_burst=2)
    stage.method_settings["own/GET"] = MethodSetting(throttling_rate=0, throttling_burst=1)

    def status(path: str) -> int:
        return int(sandbox.request("GET", api.url(path)).status)

    # In turns: the method's own bucket and the bucket shared by the others must not affect each other.
    assert [status(path) for path in ("/own", "/a", "/own", "/b", "/own", "/a")] == [200, 200, 429, 200, 429, 429]


# API keys and usage plans


@pytest.fixture
def keyed(sandbox: Any) -> Api:
    api = add_api(sandbox.world)
    api.route(
        "/", "GET", mock(response_templates={"application/json": '"$context.identity.apiKeyId"'}), api_key_required=True
    )
    api.deploy()
    store = sandbox.world.apigateway(API_ACCOUNT, REGION)
    store.api_keys["key1"] = ApiKey(id="key1", name="one", value="secret-value-of-key-1")
    store.api_keys["key2"] = ApiKey(id="key2", name="two", value="secret-value-of-key-2")
    store.usage_plans["plan1"] = UsagePlan(
        id="plan1", name="basic", api_stages=[{"apiId": API_ID, "stage": STAGE}], key_ids=["key1"]
    )
    return api


def call(sandbox: Any, api: Api, key: str | None) -> Any:
    return sandbox.request("GET", api.url(), headers={"x-api-key": key} if key else {})


def test_a_key_of_a_plan_of_the_stage_lets_the_request_through(sandbox: Any, keyed: Api) -> None:
    reply = call(sandbox, keyed, "secret-value-of-key-1")
    assert (reply.status, reply.json()) == (200, "key1")


@pytest.mark.parametrize("key", [None, "unknown", "secret-value-of-key-2"])
def test_any_other_key_is_forbidden(sandbox: Any, keyed: Api, key: str | None) -> None:
    reply = call(sandbox, keyed, key)
    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})
    assert reply.header("x-amzn-ErrorType") == "ForbiddenException"


def test_a_disabled_key_is_forbidden(sandbox: Any, keyed: Api) -> None:
    sandbox.world.apigateway(API_ACCOUNT, REGION).api_keys["key1"].enabled = False
    assert call(sandbox, keyed, "secret-value-of-key-1").status == 403


def test_a_plan_of_another_stage_does_not_count(sandbox: Any, keyed: Api) -> None:
    sandbox.world.apigateway(API_ACCOUNT, REGION).usage_plans["plan1"].api_stages[0]["stage"] = "prod"
    assert call(sandbox, keyed, "secret-value-of-key-1").status == 403


def test_a_used_up_quota_is_429_limit_exceeded(sandbox: Any, keyed: Api) -> None:
    plan = sandbox.world.apigateway(API_ACCOUNT, REGION).usage_plans["plan1"]
    plan.quota_limit, plan.quota_period = 2, "DAY"
    replies = [call(sandbox, keyed, "secret-value-of-key-1") for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[2].json() == {"message": "Limit Exceeded"}
    assert replies[2].header("x-amzn-ErrorType") == "LimitExceededException"


def test_a_used_up_rate_of_the_plan_is_429_too_many_requests(sandbox: Any, keyed: Api) -> None:
    plan = sandbox.world.apigateway(API_ACCOUNT, REGION).usage_plans["plan1"]
    plan.rate, plan.burst = 0.0, 1
    replies = [call(sandbox, keyed, "secret-value-of-key-1") for _ in range(2)]
    assert [reply.status for reply in replies] == [200, 429]
    assert replies[1].json() == {"message": "Too Many Requests"}


def test_a_plans_rate_of_one_method_holds_beside_the_plans_own(sandbox: Any, keyed: Api) -> None:
    # API reference, ApiStage: throttle maps "{resource path}/{METHOD}" to its limits; the root's is "//GET".
    plan = sandbox.world.apigateway(API_ACCOUNT, REGION).usage_plans["plan1"]
    plan.rate, plan.burst = 0.0, 100
    plan.api_stages[0]["throttle"] = {"//GET": {"rateLimit": 0.0, "burstLimit": 1}}
    assert [call(sandbox, keyed, "secret-value-of-key-1").status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(("kind", "first"), [("DAY", "2026-11-21"), ("WEEK", "2026-11-15"), ("MONTH", "2026-11-01")])
def test_a_quotas_period_begins_at_midnight_utc(kind: str, first: str) -> None:
    plan = UsagePlan(id="p", name="p", quota_period=kind)
    assert period(plan, datetime(2026, 11, 21, 13, tzinfo=UTC)) == first


def test_who_may_not_call_is_told_so_before_any_key_is_looked_at_and_uses_up_no_quota(sandbox: Any, keyed: Api) -> None:
    plan = sandbox.world.apigateway(API_ACCOUNT, REGION).usage_plans["plan1"]
    plan.quota_limit, plan.quota_period = 1, "DAY"
    method = keyed.definition.resources["root"].methods["GET"]
    method.authorization_type = "AWS_IAM"
    keyed.deploy()
    for key in (None, "secret-value-of-key-1"):
        reply = call(sandbox, keyed, key)
        assert (reply.status, reply.json()) == (403, {"message": "Missing Authentication Token"})
    method.authorization_type = "NONE"
    keyed.deploy()
    assert call(sandbox, keyed, "secret-value-of-key-1").status == 200


def test_the_key_may_come_from_the_authorizer(sandbox: Any, keyed: Api) -> None:
    code = """
def handler(event, context):
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "u", "policyDocument": policy, "usageIdentifierKey": event["authorizationToken"]}
"""
    function = add_function(sandbox.world, code, name="authorizer")
    allow_gateway(function)
    source = "method.request.header.Authorization"
    keyed.definition.authorizers["a"] = Authorizer(
        id="a", name="a", type="TOKEN", uri=lambda_proxy(function).uri, identity_source=source
    )
    keyed.definition.api_key_source = "AUTHORIZER"
    method = keyed.definition.resources["root"].methods["GET"]
    method.authorization_type, method.authorizer_id = "CUSTOM", "a"
    keyed.deploy()
    for key, status in (("secret-value-of-key-1", 200), ("unknown", 403)):
        assert sandbox.request("GET", keyed.url(), headers={"Authorization": key}).status == status
