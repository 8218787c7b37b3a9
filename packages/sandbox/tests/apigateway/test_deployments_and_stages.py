"""Deployments freeze, stages point, and logs need the account's role."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import document, mock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]
NO_ROLE = "CloudWatch Logs role ARN must be set in account settings to enable logging"
GROUP = "arn:aws:logs:us-east-1:111111111111:log-group:access"


def patch_stage(gateway: Any, api_id: str, *operations: tuple[str, str, str | None]) -> Json:
    listed = [
        {"op": verb, "path": path} | ({} if value is None else {"value": value}) for verb, path, value in operations
    ]
    answer: Json = gateway.update_stage(restApiId=api_id, stageName="dev", patchOperations=listed)
    return answer


def logging_role(sandbox: SandboxUnderTest, service: str = "apigateway.amazonaws.com") -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    iam = sandbox.client("iam")
    arn: str = iam.create_role(
        RoleName="logs", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )["Role"]["Arn"]
    rights = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="logs",
        PolicyName="write",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [rights]}),
    )
    return arn


def set_role(gateway: Any, arn: str | None) -> Json:
    operation = {"op": "replace", "path": "/cloudwatchRoleArn"} | ({} if arn is None else {"value": arn})
    answer: Json = gateway.update_account(patchOperations=[operation])
    return answer


@pytest.fixture
def api(served: Callable[..., Json]) -> Json:
    return served(document({"/pets": {"get": mock()}}))


def test_a_deployment_is_a_snapshot_and_an_edit_is_not_served(
    sandbox: SandboxUnderTest, gateway: Any, api: Json
) -> None:
    def served_paths() -> set[str]:
        definition = sandbox.world.apigateway("111111111111", "us-east-1").rest_apis[api["id"]].served("dev")
        assert definition is not None
        return {resource.path for resource in definition.resources.values()}

    gateway.put_rest_api(restApiId=api["id"], mode="overwrite", body=document({"/dogs": {"get": mock()}}))
    assert served_paths() == {"/", "/pets"}
    newer = gateway.create_deployment(restApiId=api["id"])
    assert served_paths() == {"/", "/pets"}
    patch_stage(gateway, api["id"], ("replace", "/deploymentId", newer["id"]))
    assert served_paths() == {"/", "/dogs"}
    patch_stage(gateway, api["id"], ("replace", "/deploymentId", api["deploymentId"]))
    assert served_paths() == {"/", "/pets"}


def test_edits_of_single_parts_of_an_api_are_not_served(sandbox: SandboxUnderTest, gateway: Any, api: Json) -> None:
    # Developer guide, how-to-deploy-api: a deployment is a snapshot; each edit needs a redeployment to be served.
    rest_api = sandbox.world.apigateway("111111111111", "us-east-1").rest_apis[api["id"]]
    before = copy.deepcopy(rest_api.definition)
    ids = {one["path"]: one["id"] for one in gateway.get_resources(restApiId=api["id"])["items"]}
    method = {"restApiId": api["id"], "resourceId": ids["/pets"], "httpMethod": "GET"}
    edits: list[Callable[[], Any]] = [
        lambda: gateway.create_resource(restApiId=api["id"], parentId=ids["/"], pathPart="dogs"),
        lambda: gateway.update_method(
            **method, patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
        ),
        lambda: gateway.update_integration(
            **method, patchOperations=[{"op": "replace", "path": "/timeoutInMillis", "value": "500"}]
        ),
        lambda: gateway.put_gateway_response(restApiId=api["id"], responseType="DEFAULT_4XX", statusCode="418"),
        lambda: gateway.update_rest_api(
            restApiId=api["id"], patchOperations=[{"op": "add", "path": "/binaryMediaTypes/image~1png"}]
        ),
        lambda: gateway.delete_method(**method),
    ]
    edited = before
    for edit in edits:
        last = copy.deepcopy(edited)
        edit()
        edited = rest_api.definition
        assert edited != last
        assert rest_api.served("dev") == before


def test_create_deployment_with_a_stage_name_makes_or_moves_the_stage(gateway: Any, api: Json) -> None:
    made = gateway.create_deployment(restApiId=api["id"], stageName="prod", variables={"color": "blue"})
    assert gateway.get_stage(restApiId=api["id"], stageName="prod")["variables"] == {"color": "blue"}
    moved = gateway.create_deployment(restApiId=api["id"], stageName="prod")
    assert moved["id"] != made["id"]
    assert gateway.get_stage(restApiId=api["id"], stageName="prod")["deploymentId"] == moved["id"]


def test_a_refused_deployment_leaves_the_stage_where_it_was(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    for stage in ("dev", "new"):
        names = {"restApiId": api["id"], "stageName": stage, "variables": {"color": "{"}}
        assert refusal(gateway.create_deployment, **names)[:2] == (400, "BadRequestException")
    stages = gateway.get_stages(restApiId=api["id"])["item"]
    assert [(one["stageName"], one["deploymentId"]) for one in stages] == [("dev", api["deploymentId"])]
    assert len(gateway.get_deployments(restApiId=api["id"])["items"]) == 1


def test_create_deployment_without_a_stage_name_makes_no_stage(gateway: Any, api: Json) -> None:
    gateway.create_deployment(restApiId=api["id"])
    assert [stage["stageName"] for stage in gateway.get_stages(restApiId=api["id"])["item"]] == ["dev"]


def test_a_stage_is_not_moved_to_a_deployment_that_is_not_there(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    move = [{"op": "replace", "path": "/deploymentId", "value": "nobody"}]
    refused = refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=move)
    assert refused == (400, "BadRequestException", "Deployment id does not exist")
    assert gateway.get_stage(restApiId=api["id"], stageName="dev")["deploymentId"] == api["deploymentId"]


def test_a_deployment_that_a_stage_uses_cannot_be_deleted(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    assert refusal(gateway.delete_deployment, **names) == (
        400,
        "BadRequestException",
        "Active stages pointing to this deployment must be moved or deleted first",
    )
    gateway.delete_stage(restApiId=api["id"], stageName="dev")
    gateway.delete_deployment(**names)
    assert refusal(gateway.get_deployment, **names) == (
        404,
        "NotFoundException",
        "Invalid Deployment identifier specified",
    )


def test_an_api_without_methods_cannot_be_deployed(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    api = gateway.create_rest_api(name="empty")
    assert refusal(gateway.create_deployment, restApiId=api["id"]) == (
        400,
        "BadRequestException",
        "The REST API doesn't contain any methods",
    )


def test_a_method_without_integration_cannot_be_deployed(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    api = gateway.create_rest_api(name="bare")
    gateway.put_method(
        restApiId=api["id"], resourceId=api["rootResourceId"], httpMethod="GET", authorizationType="NONE"
    )
    assert refusal(gateway.create_deployment, restApiId=api["id"]) == (
        400,
        "BadRequestException",
        "No integration defined for method",
    )


def test_a_private_api_without_resource_policy_cannot_be_deployed(
    gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    api = gateway.create_rest_api(name="private", endpointConfiguration={"types": ["PRIVATE"]})
    gateway.put_rest_api(restApiId=api["id"], mode="merge", body=document({"/": {"get": mock()}}))
    assert refusal(gateway.create_deployment, restApiId=api["id"]) == (
        400,
        "BadRequestException",
        "Private REST API doesn't have a resource policy attached to it",
    )


def test_a_disabled_default_endpoint_closes_when_any_stage_changes(
    sandbox: SandboxUnderTest, gateway: Any, api: Json
) -> None:
    def ask() -> int:
        return sandbox.request("GET", f"http://{api['id']}.execute-api.us-east-1.amazonaws.com/dev/pets").status

    gateway.update_rest_api(
        restApiId=api["id"],
        patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}],
    )
    assert ask() == 200
    patch_stage(gateway, api["id"], ("replace", "/description", "changed"))
    assert ask() == 403


def test_a_deployments_description_is_updated(gateway: Any, api: Json) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    changed = gateway.update_deployment(
        **names, patchOperations=[{"op": "replace", "path": "/description", "value": "second"}]
    )
    assert changed["description"] == "second"
    assert gateway.get_deployment(**names)["description"] == "second"


def test_a_deployments_summary_lists_its_methods(gateway: Any, api: Json) -> None:
    got = gateway.get_deployment(restApiId=api["id"], deploymentId=api["deploymentId"], embed=["apisummary"])
    assert got["apiSummary"] == {"/pets": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}}


def test_a_stage_is_shown_as_aws_shows_a_new_one(gateway: Any, api: Json) -> None:
    stage = gateway.get_stage(restApiId=api["id"], stageName="dev")
    del stage["ResponseMetadata"]
    assert stage == {
        "deploymentId": api["deploymentId"],
        "stageName": "dev",
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": False,
        "createdDate": stage["createdDate"],
        "lastUpdatedDate": stage["lastUpdatedDate"],
    }


def test_a_stages_name_is_used_once_and_its_deployment_exists(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    assert refusal(gateway.create_stage, **names, stageName="dev") == (
        409,
        "ConflictException",
        "Stage already exists",
    )
    assert refusal(gateway.create_stage, **{**names, "deploymentId": "none"}, stageName="x")[:2] == (
        400,
        "BadRequestException",
    )
    assert refusal(gateway.create_stage, **names, stageName="a b")[2] == "Stage name only allows a-zA-Z0-9_-"


def test_an_api_has_ten_stages(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    for number in range(9):
        gateway.create_stage(**names, stageName=f"s{number}")
    assert refusal(gateway.create_stage, **names, stageName="more")[:2] == (429, "LimitExceededException")


def test_an_unknown_stage_is_refused_in_awss_words(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    assert refusal(gateway.get_stage, restApiId=api["id"], stageName="none") == (
        404,
        "NotFoundException",
        "Invalid stage identifier specified",
    )


def test_method_settings_are_patched_by_method_and_for_all(gateway: Any, api: Json) -> None:
    changed = patch_stage(
        gateway,
        api["id"],
        ("replace", "/*/*/throttling/burstLimit", "123"),
        ("replace", "/*/*/metrics/enabled", "true"),
        ("replace", "/~1pets/GET/throttling/rateLimit", "2.5"),
    )
    every, one = changed["methodSettings"]["*/*"], changed["methodSettings"]["~1pets/GET"]
    assert every == {
        "metricsEnabled": True,
        "dataTraceEnabled": False,
        "throttlingBurstLimit": 123,
        "throttlingRateLimit": 10_000.0,
        "cachingEnabled": False,
        "cacheTtlInSeconds": 300,
        "cacheDataEncrypted": False,
        "requireAuthorizationForCacheControl": True,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    }
    assert one["throttlingRateLimit"] == 2.5
    # The AWS provider removes a method's settings as a whole.
    removed = patch_stage(gateway, api["id"], ("remove", "/~1pets/GET", None))
    assert list(removed["methodSettings"]) == ["*/*"]


def test_the_providers_way_of_naming_a_method_is_kept_as_it_was(gateway: Any, api: Json) -> None:
    changed = patch_stage(gateway, api["id"], ("replace", "/pets/GET/throttling/burstLimit", "-1"))
    assert changed["methodSettings"]["pets/GET"]["throttlingBurstLimit"] == -1


def test_variables_description_and_tracing_are_patched(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    changed = patch_stage(
        gateway,
        api["id"],
        ("replace", "/variables/color", "blue"),
        ("replace", "/variables/size", "2"),
        ("remove", "/variables/size", None),
        ("replace", "/description", "mine"),
        ("replace", "/tracingEnabled", "true"),
    )
    assert (changed["variables"], changed["description"], changed["tracingEnabled"]) == (
        {"color": "blue"},
        "mine",
        True,
    )
    wrong = [{"op": "replace", "path": "/variables/color", "value": "{"}]
    assert refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=wrong)[0] == 400


def test_an_unknown_stage_path_is_refused_with_the_list_of_known_ones(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    wrong = [{"op": "replace", "path": "/documentation_version", "value": "x"}]
    message = refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=wrong)[2]
    assert message.startswith("Invalid method setting path: /documentation_version. Must be one of: [/deploymentId, ")


def test_canary_releases_are_refused_plainly(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    settings = {"percentTraffic": 10.0}
    for operation, more in (
        (gateway.create_stage, {"stageName": "c", "deploymentId": api["deploymentId"], "canarySettings": settings}),
        (gateway.create_deployment, {"stageName": "dev", "canarySettings": settings}),
    ):
        assert "canary" in refusal(operation, restApiId=api["id"], **more)[2]


@pytest.mark.parametrize(
    "operations",
    [
        [("replace", "/*/*/logging/loglevel", "INFO")],
        [("replace", "/~1pets/GET/logging/loglevel", "ERROR")],
        [
            ("replace", "/accessLogSettings/destinationArn", GROUP),
            ("replace", "/accessLogSettings/format", "$context.requestId"),
        ],
    ],
    ids=["all methods", "one method", "access logs"],
)
def test_stage_logging_without_the_accounts_cloudwatch_role_is_refused(
    gateway: Any, api: Json, refusal: Callable[..., Refusal], operations: list[tuple[str, str, str]]
) -> None:
    listed = [{"op": verb, "path": path, "value": value} for verb, path, value in operations]
    assert refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=listed) == (
        400,
        "BadRequestException",
        NO_ROLE,
    )
    assert "accessLogSettings" not in gateway.get_stage(restApiId=api["id"], stageName="dev")


def test_stage_logging_works_once_the_account_has_its_role(sandbox: SandboxUnderTest, gateway: Any, api: Json) -> None:
    set_role(gateway, logging_role(sandbox))
    changed = patch_stage(
        gateway,
        api["id"],
        ("replace", "/*/*/logging/loglevel", "INFO"),
        ("replace", "/*/*/logging/dataTrace", "true"),
        ("replace", "/accessLogSettings/destinationArn", GROUP + ":*"),
        ("replace", "/accessLogSettings/format", '{"id": "$context.requestId"}'),
    )
    assert changed["methodSettings"]["*/*"]["loggingLevel"] == "INFO"
    assert changed["accessLogSettings"] == {"destinationArn": GROUP, "format": '{"id": "$context.requestId"}'}
    assert "accessLogSettings" not in patch_stage(gateway, api["id"], ("remove", "/accessLogSettings", None))


def test_the_accounts_role_is_set_and_reset_by_an_empty_patch(sandbox: SandboxUnderTest, gateway: Any) -> None:
    arn = logging_role(sandbox)
    assert set_role(gateway, arn)["cloudwatchRoleArn"] == arn
    account = gateway.get_account()
    assert account["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}
    assert account["features"] == ["UsagePlans"]
    assert "cloudwatchRoleArn" not in set_role(gateway, None)
    set_role(gateway, arn)
    assert "cloudwatchRoleArn" not in set_role(gateway, "")


def test_the_accounts_role_must_trust_api_gateway_and_be_the_accounts_own(
    sandbox: SandboxUnderTest, gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    untrusting = logging_role(sandbox, service="lambda.amazonaws.com")
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": untrusting}
    assert refusal(gateway.update_account, patchOperations=[operation]) == (
        400,
        "BadRequestException",
        (
            "The role ARN does not have required permissions configured. "
            "Please grant trust permission for API Gateway and add the required role policy."
        ),
    )
    foreign = {**operation, "value": "arn:aws:iam::222222222222:role/theirs"}
    assert refusal(gateway.update_account, patchOperations=[foreign]) == (
        403,
        "AccessDeniedException",
        "Cross-account pass role is not allowed.",
    )


def test_the_accounts_role_must_be_allowed_to_write_logs(
    sandbox: SandboxUnderTest, gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    arn = logging_role(sandbox)
    sandbox.client("iam").delete_role_policy(RoleName="logs", PolicyName="write")
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
    message = refusal(gateway.update_account, patchOperations=[operation])[2]
    assert message.startswith("The role ARN does not have required permissions configured.")


def test_the_accounts_role_is_one_per_region(sandbox: SandboxUnderTest, gateway: Any) -> None:
    set_role(gateway, logging_role(sandbox))
    assert "cloudwatchRoleArn" not in sandbox.client("apigateway", region="eu-west-1").get_account()
