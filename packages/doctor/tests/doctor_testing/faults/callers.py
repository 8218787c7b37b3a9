"""Faults that concern callers: resource policy, API keys, authorizers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_rules.arns import invoke_uri
from doctor_testing.deployments import Deployment
from doctor_testing.faults.fault import Fault

if TYPE_CHECKING:
    from sandbox_testing.server import Reply


_EVERYBODY = {"Sid": "All", "Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*"}


def policy(*statements: dict[str, Any]) -> Callable[[Deployment], None]:
    def break_it(deployment: Deployment) -> None:
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke"} | statement for statement in statements],
        }
        deployment.gateway.update_rest_api(
            restApiId=deployment.api_id,
            patchOperations=[{"op": "replace", "path": "/policy", "value": json.dumps(document)}],
        )
        deployment.deploy()

    return break_it


def _key_required(deployment: Deployment) -> None:
    gateway = deployment.gateway
    gateway.update_method(
        restApiId=deployment.api_id,
        resourceId=deployment.root_id,
        httpMethod="GET",
        patchOperations=[{"op": "replace", "path": "/apiKeyRequired", "value": "true"}],
    )
    deployment.deploy()
    plan = gateway.create_usage_plan(name="partners")["id"]
    key = gateway.create_api_key(name="partner", enabled=True, value="a-key-of-twenty-characters")["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")


def _ask_with_key(deployment: Deployment) -> Reply:
    return deployment.get("/", **{"x-api-key": "a-key-of-twenty-characters"})


AUTHORIZER = """
def handler(event, context):
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""


def with_authorizer(deployment: Deployment) -> None:
    """Add a TOKEN authorizer in the function's account to `GET /`."""
    deployment.make_function("guard", alias=False, source=AUTHORIZER)
    authorizer = deployment.gateway.create_authorizer(
        restApiId=deployment.api_id,
        name="guard",
        type="TOKEN",
        identitySource="method.request.header.Authorization",
        authorizerUri=invoke_uri(deployment.arn_of("guard")),
        authorizerResultTtlInSeconds=0,
    )["id"]
    deployment.gateway.update_method(
        restApiId=deployment.api_id,
        resourceId=deployment.root_id,
        httpMethod="GET",
        patchOperations=[
            {"op": "replace", "path": "/authorizationType", "value": "CUSTOM"},
            {"op": "replace", "path": "/authorizerId", "value": authorizer},
        ],
    )
    deployment.deploy()
    prefix = f"arn:aws:execute-api:{deployment.function_region}:{deployment.api_account}:{deployment.api_id}"
    deployment.permit(name="guard", qualifier=None, source=f"{prefix}/authorizers/{authorizer}")


def _authorizer_not_permitted(deployment: Deployment) -> None:
    with_authorizer(deployment)
    deployment.forget_permissions(None, "guard")


def _authorizer_permitted_as_route(deployment: Deployment) -> None:
    _authorizer_not_permitted(deployment)
    deployment.permit(name="guard", qualifier=None, source=deployment.source_arn())


def _ask_with_token(deployment: Deployment) -> Reply:
    return deployment.get("/", Authorization="token")


FAULTS = (
    Fault(name="resource policy denies", hop="authorization", cause="statement No of the API's resource policy denies",
          status=403, then=policy(_EVERYBODY, {"Sid": "No", "Effect": "Deny", "Principal": "*",
                                                "Resource": "execute-api:/dev/GET/*"})),
    Fault(name="resource policy that only denies", hop="authorization", cause="denies GET / and 1 more",
          status=403, then=policy({"Effect": "Deny", "Principal": "*", "Resource": "execute-api:/*"})),
    Fault(name="resource policy of another stage", hop="authorization", cause="no statement of the API",
          status=403,
          then=policy({"Effect": "Allow", "Principal": "*", "Resource": "execute-api:/prod/*"})),
    Fault(name="API key without usage plan", hop="authorization", cause="stage dev is in no usage plan", status=403,
          then=_key_required, ask=_ask_with_key),
    Fault(name="authorizer not permitted", hop="authorization", cause="authorizer guard",
          then=_authorizer_not_permitted,
          ask=_ask_with_token),
    Fault(name="authorizer permitted as a route", hop="authorization", cause="authorizer guard",
          then=_authorizer_permitted_as_route, ask=_ask_with_token),
)  # fmt: skip
