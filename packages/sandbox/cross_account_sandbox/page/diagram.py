"""The diagram of a stage in this sandbox, from the same facts as the doctor's diagram of a live deployment."""

from __future__ import annotations

import json
from collections.abc import Iterator

from aws_rules.arns import ArnError, FunctionArn, InvokeUri
from aws_rules.diagram import facts
from aws_rules.diagram.deployment import draw
from aws_rules.diagram.model import Diagram
from cross_account_sandbox.apigateway.model.definition import Method
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigatewayv2.integrations import function_of
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpRoute
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.execute_api.stage_variables import substituted
from cross_account_sandbox.functions.policy_document import shown_document
from cross_account_sandbox.functions.store import LATEST
from cross_account_sandbox.world import World


def diagram_of(world: World, api_id: str, stage: str) -> Diagram | None:
    """Draw both accounts of a stage and what allows each call, as the API is edited; None if it does not exist."""
    api = find_api(world, api_id)
    if api is None or stage not in api.stages:
        return None
    known = _rest(world, api, stage) if isinstance(api, RestApi) else _http(world, api, stage)
    return draw(known, _Reader(world), at=utc_now())


def find_api(world: World, api_id: str) -> RestApi | HttpApi | None:
    """Find the API with this ID, of either kind, in any account."""
    rest = (store.rest_apis[api_id] for store in world.apigateway.all() if api_id in store.rest_apis)
    http = (store.apis[api_id] for store in world.http_apis.all() if api_id in store.apis)
    return next(rest, None) or next(http, None)


def _rest(world: World, api: RestApi, stage: str) -> facts.Api:
    variables = api.stages[stage].variables
    definition = api.definition
    policy = json.loads(definition.policy) if definition.policy else None
    private = definition.endpoint_types == ["PRIVATE"]
    owners = {view.id: view.account for view in world.vpc_endpoints.all()} if private else {}
    named = facts.endpoint_ids(definition.vpc_endpoint_ids, policy) if private else []
    return facts.Api(
        account=api.account,
        region=api.region,
        id=api.id,
        name=api.name,
        protocol="REST",
        stage=stage,
        endpoint=definition.endpoint_types[0],
        policy=policy,
        routes=tuple(
            _rest_route(method, resource.path, variables)
            for resource in definition.resources.values()
            for method in resource.methods.values()
        ),
        authorizers=tuple(
            facts.Authorizer(
                id=item.id,
                name=item.name,
                type=item.type,
                function=_function(substituted(item.uri or "", variables)),
                credentials=substituted(item.credentials or "", variables),
            )
            for item in definition.authorizers.values()
        ),
        domains=tuple(_domains(world, api, stage)),
        vpc_endpoints=tuple(facts.VpcEndpoint(id=name, account=owners.get(name, "")) for name in named),
    )


def _rest_route(method: Method, path: str, variables: dict[str, str]) -> facts.Route:
    integration = method.integration
    kind = integration.type if integration else ""
    return facts.Route(
        method=method.http_method,
        path=path,
        authorization=method.authorization_type,
        authorizer_id=method.authorizer_id or "",
        api_key_required=method.api_key_required,
        integration=kind,
        function=_function(substituted((integration and integration.uri) or "", variables)) if "AWS" in kind else None,
        credentials=substituted((integration and integration.credentials) or "", variables),
    )


def _function(uri: str) -> FunctionArn | None:
    try:
        return InvokeUri.parse(uri).function
    except ArnError:
        return None


def _http(world: World, api: HttpApi, stage: str) -> facts.Api:
    variables = api.stages[stage].stage_variables
    return facts.Api(
        account=api.account,
        region=api.region,
        id=api.api_id,
        name=api.name,
        protocol="HTTP",
        stage=stage,
        routes=tuple(_http_route(route, api, variables) for route in api.routes.values()),
        authorizers=tuple(
            facts.Authorizer(
                id=item.authorizer_id,
                name=item.name,
                type=item.authorizer_type,
                function=function_of(substituted(item.authorizer_uri or "", variables)),
                credentials=substituted(item.authorizer_credentials_arn or "", variables),
            )
            for item in api.authorizers.values()
        ),
        domains=tuple(_domains(world, api, stage)),
    )


def _http_route(route: HttpRoute, api: HttpApi, variables: dict[str, str]) -> facts.Route:
    method, _, path = route.route_key.partition(" ")
    integration = api.integrations.get(route.integration_id or "")
    calls = integration is not None and integration.integration_type == "AWS_PROXY"
    kind = integration.integration_type if integration else ""
    if integration and integration.integration_subtype:
        kind, calls = "AWS_SERVICE", False
    uri = substituted((integration and integration.integration_uri) or "", variables)
    return facts.Route(
        method=method,
        path=path,
        authorization=route.authorization_type,
        authorizer_id=route.authorizer_id or "",
        integration=kind,
        function=function_of(uri) if calls else None,
        credentials=substituted((integration and integration.credentials_arn) or "", variables),
    )


def _domains(world: World, api: RestApi | HttpApi, stage: str) -> Iterator[facts.Domain]:
    own = api.id if isinstance(api, RestApi) else api.api_id
    for domain in world.apigateway(api.account, api.region).domain_names.values():
        for mapping in domain.mappings.values():
            if mapping.api_id == own and mapping.stage in (None, stage):
                yield facts.Domain(name=domain.name, base_path=mapping.base_path.replace("(none)", ""))


class _Reader:
    def __init__(self, world: World) -> None:
        self._world = world

    def function(self, arn: FunctionArn) -> facts.Function | None:
        found = self._world.functions(arn.account, arn.region).functions.get(arn.name)
        alias = found.aliases.get(arn.qualifier or "") if found else None
        version = found.resolve(alias.version if alias else arn.qualifier) if found else None
        if found is None or version is None:
            return None
        policy = found.policies.get(arn.qualifier)
        shown = shown_document(policy, self._world.roles) if policy and policy.statements else None
        return facts.Function(
            version=version.version or LATEST,
            runtime=version.runtime,
            role=version.role,
            policy=json.loads(shown) if shown else None,
        )

    def role(self, arn: str) -> facts.Role | None:
        found = self._world.roles.by_arn(arn)
        if found is None:
            return None
        return facts.Role(
            arn=found.arn,
            unique_id=found.unique_id,
            trust=found.trust,
            policies=found.policies,
            boundary=found.boundary,
        )
