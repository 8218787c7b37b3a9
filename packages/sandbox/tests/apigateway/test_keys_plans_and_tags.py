"""API keys, usage plans, client certificates, VPC links, and tags of resources that have an ARN."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from sandbox_testing.documents import document, mock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/lb/0123456789abcdef"


@pytest.fixture
def api(served: Callable[..., Json]) -> Json:
    return served(document({"/pets": {"get": mock()}}))


@pytest.fixture
def plan(gateway: Any, api: Json) -> Json:
    made: Json = gateway.create_usage_plan(
        name="plan",
        apiStages=[{"apiId": api["id"], "stage": "dev"}],
        throttle={"rateLimit": 2.0, "burstLimit": 1},
        quota={"limit": 10, "period": "DAY"},
    )
    return made


def patch(*operations: tuple[str, str, str | None]) -> list[Json]:
    return [
        {"op": verb, "path": path} | ({} if value is None else {"value": value}) for verb, path, value in operations
    ]


def test_a_keys_value_is_shown_only_where_asked(gateway: Any) -> None:
    key = gateway.create_api_key(name="key", enabled=True)
    assert len(key["value"]) == 40
    assert "value" not in gateway.get_api_key(apiKey=key["id"])
    assert gateway.get_api_key(apiKey=key["id"], includeValue=True)["value"] == key["value"]
    assert "value" not in gateway.get_api_keys()["items"][0]
    assert gateway.get_api_keys(nameQuery="other")["items"] == []


def test_a_key_is_off_unless_it_says_otherwise_and_is_switched_by_a_patch(gateway: Any) -> None:
    key = gateway.create_api_key(name="key")
    assert key["enabled"] is False
    changed = gateway.update_api_key(apiKey=key["id"], patchOperations=patch(("replace", "/enabled", "true")))
    assert changed["enabled"] is True


def test_a_keys_value_is_long_enough_and_used_once(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    assert refusal(gateway.create_api_key, name="k", value="short")[2] == (
        "API Key value should be at least 20 characters"
    )
    gateway.create_api_key(name="k", value="x" * 20)
    assert refusal(gateway.create_api_key, name="k", value="x" * 20) == (
        409,
        "ConflictException",
        "API Key already exists",
    )


def test_limits_of_a_usage_plan_are_numbers_after_a_patch(gateway: Any, plan: Json) -> None:
    changed = gateway.update_usage_plan(
        usagePlanId=plan["id"],
        patchOperations=patch(
            ("replace", "/throttle/rateLimit", "200"),
            ("replace", "/throttle/burstLimit", "100"),
            ("replace", "/quota/limit", "5"),
            ("replace", "/quota/period", "MONTH"),
            ("replace", "/quota/offset", "2"),
        ),
    )
    assert changed["throttle"] == {"rateLimit": 200.0, "burstLimit": 100}
    assert changed["quota"] == {"limit": 5, "offset": 2, "period": "MONTH"}
    removed = gateway.update_usage_plan(
        usagePlanId=plan["id"], patchOperations=patch(("remove", "/throttle", None), ("remove", "/quota", None))
    )
    assert "throttle" not in removed
    assert "quota" not in removed


def test_stages_come_and_go_and_have_limits_for_single_methods(
    gateway: Any, api: Json, plan: Json, refusal: Callable[..., Refusal]
) -> None:
    stage = f"{api['id']}:dev"
    limited = gateway.update_usage_plan(
        usagePlanId=plan["id"],
        patchOperations=patch(("replace", f"/apiStages/{stage}/throttle//pets/GET/rateLimit", "1")),
    )
    assert limited["apiStages"] == [{"apiId": api["id"], "stage": "dev", "throttle": {"/pets/GET": {"rateLimit": 1.0}}}]
    assert refusal(gateway.delete_usage_plan, usagePlanId=plan["id"]) == (
        400,
        "BadRequestException",
        f"Cannot delete Usage Plan {plan['id']} because there are API Stages associated with it, including {stage}",
    )
    assert refusal(gateway.delete_stage, restApiId=api["id"], stageName="dev")[0] == 400
    gone = gateway.update_usage_plan(usagePlanId=plan["id"], patchOperations=patch(("remove", "/apiStages", stage)))
    assert gone["apiStages"] == []
    missing = patch(("add", "/apiStages", f"{api['id']}:none"))
    assert refusal(gateway.update_usage_plan, usagePlanId=plan["id"], patchOperations=missing) == (
        404,
        "NotFoundException",
        f"Invalid API Stage {{api: {api['id']}, stage: none}} specified for usageplan {plan['id']}",
    )
    gateway.delete_usage_plan(usagePlanId=plan["id"])


def test_keys_join_and_leave_a_plan(gateway: Any, plan: Json, refusal: Callable[..., Refusal]) -> None:
    key = gateway.create_api_key(name="key", enabled=True)
    names = {"usagePlanId": plan["id"], "keyId": key["id"]}
    joined = gateway.create_usage_plan_key(**names, keyType="API_KEY")
    assert (joined["id"], joined["type"], joined["value"]) == (key["id"], "API_KEY", key["value"])
    assert refusal(gateway.create_usage_plan_key, **names, keyType="API_KEY")[1] == "ConflictException"
    assert [one["id"] for one in gateway.get_usage_plans(keyId=key["id"])["items"]] == [plan["id"]]
    gateway.delete_usage_plan_key(**names)
    assert gateway.get_usage_plan_keys(usagePlanId=plan["id"])["items"] == []
    assert refusal(gateway.get_usage_plan_key, **names)[1] == "NotFoundException"


def test_a_keys_usage_is_counted_and_can_be_extended(
    sandbox: SandboxUnderTest, gateway: Any, served: Callable[..., Json]
) -> None:
    keyed = {**mock(), "security": [{"api_key": []}]}
    schemes = {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}
    api = served(document({"/pets": {"get": keyed}}, components={"securitySchemes": schemes}))
    plan = gateway.create_usage_plan(
        name="plan", apiStages=[{"apiId": api["id"], "stage": "dev"}], quota={"limit": 2, "period": "DAY"}
    )
    key = gateway.create_api_key(name="key", enabled=True)
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")

    def ask() -> int:
        url = f"/_aws/execute-api/{api['id']}/dev/pets"
        return sandbox.request("GET", url, headers={"x-api-key": key["value"]}).status

    assert [ask(), ask(), ask()] == [200, 200, 429]
    today = datetime.now(tz=UTC).date().isoformat()
    usage = gateway.get_usage(usagePlanId=plan["id"], startDate=today, endDate=today)
    assert usage["items"] == {key["id"]: [[2, 0]]}
    gateway.update_usage(
        usagePlanId=plan["id"],
        keyId=key["id"],
        patchOperations=[{"op": "replace", "path": "/remaining", "value": "1"}],
    )
    assert [ask(), ask()] == [200, 429]


def test_a_deleted_key_leaves_its_plans(gateway: Any, plan: Json) -> None:
    key = gateway.create_api_key(name="key")
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    gateway.delete_api_key(apiKey=key["id"])
    assert gateway.get_usage_plan_keys(usagePlanId=plan["id"])["items"] == []


def test_a_client_certificate_is_readable_pem_and_guards_a_stage(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    made = gateway.generate_client_certificate(description="backend")
    x509.load_pem_x509_certificate(made["pemEncodedCertificate"].encode())
    assert made["expirationDate"] > made["createdDate"]
    certificate = made["clientCertificateId"]
    stage = {"restApiId": api["id"], "stageName": "dev"}
    used = gateway.update_stage(**stage, patchOperations=patch(("replace", "/clientCertificateId", certificate)))
    assert used["clientCertificateId"] == certificate
    assert refusal(gateway.delete_client_certificate, clientCertificateId=certificate)[0] == 400
    gateway.update_stage(**stage, patchOperations=patch(("replace", "/clientCertificateId", "")))
    gateway.delete_client_certificate(clientCertificateId=certificate)
    assert gateway.get_client_certificates()["items"] == []


def test_a_vpc_link_is_available_and_changed_by_patches(gateway: Any) -> None:
    link = gateway.create_vpc_link(name="link", targetArns=[BALANCER])
    assert gateway.get_vpc_link(vpcLinkId=link["id"])["status"] == "AVAILABLE"
    changed = gateway.update_vpc_link(vpcLinkId=link["id"], patchOperations=patch(("replace", "/name", "other")))
    assert changed["name"] == "other"
    gateway.delete_vpc_link(vpcLinkId=link["id"])
    assert gateway.get_vpc_links()["items"] == []


def test_everything_with_an_arn_is_tagged_and_untagged(gateway: Any, api: Json, plan: Json) -> None:
    key = gateway.create_api_key(name="key")
    link = gateway.create_vpc_link(name="link", targetArns=[BALANCER])
    certificate = gateway.generate_client_certificate()
    for path in (
        f"/restapis/{api['id']}",
        f"/restapis/{api['id']}/stages/dev",
        f"/apikeys/{key['id']}",
        f"/usageplans/{plan['id']}",
        f"/vpclinks/{link['id']}",
        f"/clientcertificates/{certificate['clientCertificateId']}",
    ):
        arn = f"arn:aws:apigateway:us-east-1::{path}"
        gateway.tag_resource(resourceArn=arn, tags={"team": "a", "cost": "1"})
        gateway.untag_resource(resourceArn=arn, tagKeys=["cost"])
        assert gateway.get_tags(resourceArn=arn)["tags"] == {"team": "a"}
    assert gateway.get_rest_api(restApiId=api["id"])["tags"] == {"team": "a"}
    assert gateway.get_stage(restApiId=api["id"], stageName="dev")["tags"] == {"team": "a"}


def test_tags_of_what_is_not_there_are_refused(
    sandbox: SandboxUnderTest, gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    arn = "arn:aws:apigateway:us-east-1::/restapis/"
    assert refusal(gateway.tag_resource, resourceArn=arn + "none", tags={"a": "b"})[:2] == (404, "NotFoundException")
    assert refusal(gateway.tag_resource, resourceArn=arn + api["id"], tags={"aws:a": "b"})[0] == 400
    other = sandbox.client("apigateway", account="222222222222")
    assert refusal(other.get_tags, resourceArn=arn + api["id"])[0] == 404
