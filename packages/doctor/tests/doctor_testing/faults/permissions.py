"""Faults of the function's policy: the pitfalls of the article, and every field of the statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_rules.arns import invoke_uri
from doctor_testing.deployments import Deployment
from doctor_testing.faults.fault import Fault

FOREIGN = "333333333333"


def _only_statement(**statement: Any) -> Callable[[Deployment], None]:
    """Replace the permissions with one statement that differs from the required one."""

    def break_it(deployment: Deployment) -> None:
        deployment.forget_permissions()
        values = {name: value(deployment) if callable(value) else value for name, value in statement.items()}
        deployment.permit(**values)
        deployment.permit("GET", "/pets/{petId}")

    return break_it


def _many_routes(deployment: Deployment) -> None:
    deployment.routes = [("GET", "/")]


def _full_policy(deployment: Deployment) -> None:
    deployment.forget_permissions()
    for number in range(13):
        deployment.permit("GET", f"/{number:01000}")


def _statement_on_function(deployment: Deployment) -> None:
    deployment.forget_permissions()
    for method, path in deployment.routes:
        deployment.permit(method, path, qualifier=None)


def _plain_function(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn_of(deployment.name)))


def abroad(deployment: Deployment) -> None:
    deployment.function_region = "eu-west-1"


def _api_region_in_source(deployment: Deployment) -> None:
    deployment.forget_permissions()
    for method, path in deployment.routes:
        deployment.permit(method, path, source=deployment.source_arn(method, path, function_region="us-east-1"))


FAULTS = (
    Fault(name="no permission", hop="permission", cause="no statement that allows anything",
          then=Deployment.forget_permissions),
    Fault(name="permission of another stage", hop="permission", cause="stage prod is not dev",
          then=_only_statement(source=lambda made: made.source_arn(stage="prod"))),
    Fault(name="permission of another path", hop="permission", cause="path users is not none",
          then=_only_statement(source=lambda made: made.source_arn(path="/users"))),
    Fault(name="permission of another method", hop="permission", cause="method POST is not GET",
          then=_only_statement(source=lambda made: made.source_arn("POST"))),
    Fault(name="permission of another API", hop="permission", cause="API a1b2c3d4e5 is not",
          then=_only_statement(source=lambda made: made.source_arn(api_id="a1b2c3d4e5"))),
    Fault(name="permission of another API account", hop="permission", cause=f"account {FOREIGN} is not",
          then=_only_statement(source=lambda made: made.source_arn(api_account=FOREIGN))),
    Fault(name="permission with another SourceAccount", hop="permission", cause="AWS:SourceAccount",
          then=_only_statement(account=FOREIGN)),
    Fault(name="permission in the API's Region", hop="permission", cause="Region us-east-1 is not eu-west-1",
          before=abroad, then=_api_region_in_source),
    Fault(name="policy full of the API's other statements", hop="permission", cause="(path", before=_many_routes,
          then=_full_policy),
    Fault(name="root principal with a source ARN", hop="permission", cause="never stands for a service",
          then=_only_statement(principal="arn:aws:iam::111111111111:root")),
    Fault(name="permission on the function, URI names the alias", hop="permission",
          cause="the policy of the unqualified function would", then=_statement_on_function),
    Fault(name="permission on the alias, URI names the function", hop="permission",
          cause="the policy of alias live would", then=_plain_function),
)  # fmt: skip
