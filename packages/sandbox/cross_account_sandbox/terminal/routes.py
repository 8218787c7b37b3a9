"""The routes of the deployed APIs, with their functions and guards. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_rules.arns import ArnError, InvokeUri
from cross_account_sandbox.apigateway.model.definition import Definition, Integration, Method
from cross_account_sandbox.apigatewayv2.model import HttpSnapshot
from cross_account_sandbox.execute_api import outbound
from cross_account_sandbox.terminal.lines import named
from cross_account_sandbox.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One method of one path. `target` is a function or another backend; `guard` is NONE if anyone can call it."""

    method: str
    path: str
    target: str
    guard: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ServedStage:
    """A stage of an API, its URL on this machine, and its routes."""

    api_id: str
    api: str
    account: str
    stage: str
    url: str
    routes: tuple[Route, ...]


def served_stages(world: World) -> list[ServedStage]:
    """Every stage of every API, REST APIs first."""
    return [*_rest(world), *_http(world)]


def _rest(world: World) -> Iterator[ServedStage]:
    for api in (api for store in world.apigateway.all() for api in store.rest_apis.values()):
        for stage in api.stages:
            definition = api.served(stage)
            if definition is not None:
                yield ServedStage(
                    api_id=api.id,
                    api=api.name,
                    account=api.account,
                    stage=stage,
                    url=f"{world.endpoint}/_aws/execute-api/{api.id}/{stage}",
                    routes=tuple(_rest_routes(definition)),
                )


def _rest_routes(definition: Definition) -> Iterator[Route]:
    for resource in sorted(definition.resources.values(), key=lambda each: each.path):
        for method in resource.methods.values():
            yield Route(
                method=method.http_method,
                path=resource.path,
                target=_rest_target(method.integration),
                guard=_rest_guard(definition, method),
            )


def _rest_target(integration: Integration | None) -> str:
    if integration is None:
        return "no integration"
    if integration.type == "MOCK":
        return "MOCK"
    return _target(integration.uri or "", integration.type)


def _rest_guard(definition: Definition, method: Method) -> str:
    authorizer = definition.authorizers.get(method.authorizer_id or "")
    guards = [f"authorizer {authorizer.name}" if authorizer else method.authorization_type]
    if method.api_key_required:
        guards.append("API key")
    if definition.policy:
        guards.append("resource policy")
    return " + ".join(guards[1:] if guards[0] == "NONE" and len(guards) > 1 else guards)


def _http(world: World) -> Iterator[ServedStage]:
    for api in (api for store in world.http_apis.all() for api in store.apis.values()):
        for stage in api.stages.values():
            deployment = api.deployments.get(stage.deployment_id or "")
            if deployment is not None:
                suffix = "" if stage.stage_name == "$default" else f"/{stage.stage_name}"
                yield ServedStage(
                    api_id=api.api_id,
                    api=api.name,
                    account=api.account,
                    stage=stage.stage_name,
                    url=f"{world.endpoint}/_aws/execute-api/{api.api_id}{suffix}",
                    routes=tuple(_http_routes(deployment.snapshot)),
                )


def _http_routes(snapshot: HttpSnapshot) -> Iterator[Route]:
    for route in sorted(snapshot.routes.values(), key=lambda each: each.route_key.partition(" ")[::-1]):
        method, _, path = route.route_key.partition(" ")
        integration = snapshot.integrations.get(route.integration_id or "")
        authorizer = snapshot.authorizers.get(route.authorizer_id or "")
        yield Route(
            method=method if path else "ANY",
            path=path or method,
            target=_target(integration.integration_uri or "", integration.integration_type)
            if integration
            else "no integration",
            guard=f"authorizer {authorizer.name}" if authorizer else route.authorization_type,
        )


def _target(uri: str, kind: str) -> str:
    try:
        return named(str(InvokeUri.parse(uri).function))
    except ArnError:
        return named(uri) if uri.startswith("arn:") else f"{kind} {outbound.backend_name(uri)}"
