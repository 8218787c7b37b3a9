"""Faults of the stage's deployment and of its endpoints."""

from __future__ import annotations

from aws_rules.arns import invoke_uri
from doctor_testing.deployments import Deployment
from doctor_testing.faults.callers import policy
from doctor_testing.faults.fault import Fault


def patch_stage(deployment: Deployment, path: str, value: str) -> None:
    deployment.gateway.update_stage(
        restApiId=deployment.api_id,
        stageName=deployment.stage,
        patchOperations=[{"op": "replace", "path": path, "value": value}],
    )


def _new_route(deployment: Deployment) -> None:
    deployment.add_route("GET", "/users")
    deployment.permit("GET", "/users")


def _mended_but_not_deployed(deployment: Deployment) -> None:
    uri = invoke_uri(deployment.arn)
    deployment.point_to(invoke_uri(deployment.arn.replace(":hello:", ":helo:")))
    for method, path in deployment.routes:
        deployment.patch_integration(path, uri, method=method)


def _policy_mended_but_not_deployed(deployment: Deployment) -> None:
    policy({"Effect": "Deny", "Principal": "*", "Resource": "execute-api:/*"})(deployment)
    deployment.gateway.update_rest_api(
        restApiId=deployment.api_id, patchOperations=[{"op": "replace", "path": "/policy", "value": ""}]
    )


def disabled(deployment: Deployment) -> None:
    deployment.gateway.update_rest_api(
        restApiId=deployment.api_id,
        patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}],
    )
    deployment.deploy()


def _throttled_to_nothing(deployment: Deployment) -> None:
    for name in ("rateLimit", "burstLimit"):
        patch_stage(deployment, f"/*/*/throttling/{name}", "0")


FAULTS = (
    Fault(name="route not deployed", hop="deployment", cause="GET /users: not deployed", status=403, then=_new_route,
          ask=lambda made: made.get("/users")),
    Fault(name="fixed but not deployed", hop="deployment", cause="uri is arn", then=_mended_but_not_deployed),
    Fault(name="resource policy fixed but not deployed", hop="deployment", cause="the resource policy was edited",
          status=403, then=_policy_mended_but_not_deployed),
    Fault(name="default endpoint disabled", hop="stage", cause="default endpoint is disabled", status=403,
          then=disabled),
    Fault(name="throttled to nothing", hop="stage", cause="429 Too Many Requests", status=429,
          then=_throttled_to_nothing),
)  # fmt: skip
