"""Faults of HTTP APIs: the faults that REST APIs also have, and faults of HTTP APIs only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from aws_rules.arns import invoke_uri
from doctor_testing.faults import functions, permissions, roles, uris
from doctor_testing.faults.fault import Fault

if TYPE_CHECKING:
    from doctor_testing.deployments import Deployment
    from doctor_testing.http_deployments import HttpDeployment

#: Faults that need a REST API: patches of its methods, checks that AWS added later, templates.
_REST_ALONE = {
    "the API's Region in the URI",
    "function invoked by GET",
    "function slower than the integration",
    "function that can run for longer than API Gateway waits",
    "mock integration without a response",
    "malformed answer",
    "handler raises, seen in the execution log",
    "missing handler, seen in the execution log",
}
_SHARED = tuple(
    replace(fault, status=fault.status and 500)
    for fault in (*permissions.FAULTS, *uris.FAULTS, *roles.FAULTS, *functions.FAULTS)
    if fault.name.removesuffix(", by a role") not in _REST_ALONE
)


def _http(change: Callable[[HttpDeployment], Any]) -> Callable[[Deployment], None]:
    def on_deployment(deployment: Deployment) -> None:
        change(cast("HttpDeployment", deployment))

    return on_deployment


@_http
def _by_hand(deployment: HttpDeployment) -> None:
    deployment.auto_deploy = False


@_http
def _default_route(deployment: HttpDeployment) -> None:
    deployment.routes = [("$default", "")]


@_http
def _root_stage(deployment: HttpDeployment) -> None:
    deployment.stage = "$default"


@_http
def _many_routes_at_the_root(deployment: HttpDeployment) -> None:
    deployment.stage = "$default"
    deployment.routes = [("GET", path) for path in ("/", "/a", "/b", "/c", "/d")]


@_http
def _signature_not_deployed(deployment: HttpDeployment) -> None:
    deployment.gateway.update_route(
        ApiId=deployment.api_id, RouteId=deployment.route_ids["GET /pets/{petId}"], AuthorizationType="AWS_IAM"
    )


@_http
def _new_route(deployment: HttpDeployment) -> None:
    deployment.add_route("GET", "/users")
    deployment.permit("GET", "/users")


@_http
def _route_removed(deployment: HttpDeployment) -> None:
    key = "GET /pets/{petId}"
    deployment.gateway.delete_route(ApiId=deployment.api_id, RouteId=deployment.route_ids[key])


@_http
def _mended_but_not_deployed(deployment: HttpDeployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace(":hello:", ":helo:")))
    deployment.change_integration(IntegrationUri=invoke_uri(deployment.arn))


@_http
def _origins_not_deployed(deployment: HttpDeployment) -> None:
    deployment.gateway.update_api(ApiId=deployment.api_id, CorsConfiguration={"AllowOrigins": ["https://example.org"]})


@_http
def _never_deployed(deployment: HttpDeployment) -> None:
    deployment.gateway.delete_stage(ApiId=deployment.api_id, StageName=deployment.stage)
    deployment.gateway.create_stage(ApiId=deployment.api_id, StageName=deployment.stage)


@_http
def _deployment_failed(deployment: HttpDeployment) -> None:
    # The sandbox deploys everything that it accepts; on AWS, a stage can report that its deployment failed.
    store = deployment.sandbox.world.http_apis(deployment.api_account, deployment.region)
    message = "Deployment attempt failed: Unable to deploy API because no routes exist in this API"
    store.apis[deployment.api_id].stages[deployment.stage].last_deployment_status_message = message


@_http
def _disabled(deployment: HttpDeployment) -> None:
    deployment.gateway.update_api(ApiId=deployment.api_id, DisableExecuteApiEndpoint=True)


def _throttled(**members: Any) -> Callable[[Deployment], None]:
    def change(deployment: HttpDeployment) -> None:
        deployment.gateway.update_stage(ApiId=deployment.api_id, StageName=deployment.stage, **members)

    return _http(change)


_NOTHING = {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}


@_http
def _short_integration(deployment: HttpDeployment) -> None:
    deployment.change_integration(TimeoutInMillis=100)


@_http
def _without_integration(deployment: HttpDeployment) -> None:
    deployment.gateway.create_route(ApiId=deployment.api_id, RouteKey="GET /nowhere")


AUTHORIZER = """
def handler(event, context):
    return {"isAuthorized": True}
"""


def with_authorizer(deployment: HttpDeployment) -> None:
    """Add a REQUEST authorizer in the function's account to `GET /`."""
    deployment.make_function("guard", alias=False, source=AUTHORIZER)
    authorizer = deployment.gateway.create_authorizer(
        ApiId=deployment.api_id,
        Name="guard",
        AuthorizerType="REQUEST",
        IdentitySource=["$request.header.Authorization"],
        AuthorizerUri=invoke_uri(deployment.arn_of("guard")),
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        AuthorizerResultTtlInSeconds=0,
    )["AuthorizerId"]
    deployment.gateway.update_route(
        ApiId=deployment.api_id,
        RouteId=deployment.route_ids["GET /"],
        AuthorizationType="CUSTOM",
        AuthorizerId=authorizer,
    )
    prefix = f"arn:aws:execute-api:{deployment.function_region}:{deployment.api_account}:{deployment.api_id}"
    deployment.permit(name="guard", qualifier=None, source=f"{prefix}/authorizers/{authorizer}")


@_http
def _authorizer_not_permitted(deployment: HttpDeployment) -> None:
    with_authorizer(deployment)
    deployment.forget_permissions(None, "guard")


@_http
def _authorizer_of_another_name(deployment: HttpDeployment) -> None:
    with_authorizer(deployment)
    (authorizer,) = deployment.gateway.get_authorizers(ApiId=deployment.api_id)["Items"]
    deployment.gateway.update_authorizer(
        ApiId=deployment.api_id,
        AuthorizerId=authorizer["AuthorizerId"],
        AuthorizerUri=authorizer["AuthorizerUri"].replace(":guard/", ":gard/"),
    )


FAULTS = (
    *_SHARED,
    Fault(name="$default route not permitted", hop="permission", cause="for $default", before=_default_route,
          then=lambda made: made.forget_permissions(), ask=lambda made: made.get("/whatever")),
    Fault(name="stage $default not permitted", hop="permission", cause="no statement that allows anything",
          before=_root_stage, then=lambda made: made.forget_permissions()),
    Fault(name="too many routes for a statement each", hop="permission", cause="for GET / and 4 more routes",
          before=_many_routes_at_the_root, then=lambda made: made.forget_permissions(),
          ask=lambda made: made.get("/d")),
    Fault(name="authorization not deployed", hop="deployment", cause="auth is none as deployed", status=None,
          before=_by_hand, then=_signature_not_deployed),
    Fault(name="route not deployed", hop="deployment", cause="GET /users: not deployed", status=404, before=_by_hand,
          then=_new_route, ask=lambda made: made.get("/users")),
    Fault(name="route removed and still served", hop="deployment", cause="removed from the API, but still served",
          status=None, before=_by_hand, then=_route_removed),
    Fault(name="fixed but not deployed", hop="deployment", cause="uri is arn", before=_by_hand,
          then=_mended_but_not_deployed),
    Fault(name="origins not deployed", hop="deployment", cause="CORS is none as deployed", status=None,
          before=_by_hand, then=_origins_not_deployed),
    Fault(name="never deployed", hop="deployment", cause="has no deployment", status=404, before=_by_hand,
          then=_never_deployed),
    Fault(name="automatic deployment failed", hop="deployment", cause="Unable to deploy API", status=None,
          then=_deployment_failed, code=True),
    Fault(name="default endpoint disabled", hop="stage", cause="default endpoint is disabled", status=404,
          then=_disabled),
    Fault(name="stage throttled to nothing", hop="stage", cause="throttling of every route is 0", status=429,
          then=_throttled(DefaultRouteSettings=_NOTHING)),
    Fault(name="route throttled to nothing", hop="stage", cause="throttling of GET / is 0", status=429,
          then=_throttled(RouteSettings={"GET /": _NOTHING})),
    Fault(name="function slower than the integration", hop="function", cause="503 Service Unavailable", status=503,
          before=functions.slow(0.4), then=_short_integration),
    Fault(name="route without integration", hop="route", cause="GET /nowhere has no integration",
          then=_without_integration, ask=lambda made: made.get("/nowhere"), code=True),
    Fault(name="authorizer not permitted", hop="authorization", cause="authorizer guard",
          then=_authorizer_not_permitted, ask=lambda made: made.get("/", Authorization="token")),
    Fault(name="authorizer of another name", hop="authorization", cause="no function gard exists",
          then=_authorizer_of_another_name, ask=lambda made: made.get("/", Authorization="token"), code=True),
)  # fmt: skip
