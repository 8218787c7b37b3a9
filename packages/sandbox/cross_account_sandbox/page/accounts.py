"""The resources of both accounts, as the overview shows them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigatewayv2.model import HttpApi
from cross_account_sandbox.control_plane.roles import RoleView
from cross_account_sandbox.functions.policy_document import saved_policy
from cross_account_sandbox.functions.store import LATEST, Function, FunctionVersion
from cross_account_sandbox.page.policy_view import Policy, policy_view
from cross_account_sandbox.terminal.routes import Route, ServedStage, served_stages
from cross_account_sandbox.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class StageView:
    """A stage: the deployment that it serves, its local address, and the routes of that deployment."""

    name: str
    deployment: str
    deployed: str
    url: str
    logging: str
    variables: dict[str, str]
    routes: Sequence[Route]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiView:
    """An API. `unserved` lists deployments that no stage serves."""

    id: str
    name: str
    kind: str
    region: str
    stages: Sequence[StageView]
    unserved: Sequence[str]
    policy: Policy | None


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionView:
    """A version of a function; `aliases` are the names that point to it, with the weight of a weighted one."""

    number: str
    runtime: str
    handler: str
    memory_mb: int
    timeout_s: int
    code: str
    aliases: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionView:
    """A function and the policy of each of its qualifiers.

    environment  the variables of $LATEST
    running      how many environments currently have a process
    """

    name: str
    arn: str
    region: str
    role: str
    versions: Sequence[VersionView]
    environment: dict[str, str]
    log_group: str
    running: int
    policies: Sequence[Policy]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleSummary:
    """A role: who can assume it, and what it can do."""

    name: str
    arn: str
    policies: Sequence[Policy]


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountView:
    """One account. `title` is its purpose here."""

    id: str
    title: str
    apis: Sequence[ApiView]
    functions: Sequence[FunctionView]
    roles: Sequence[RoleSummary]
    users: Sequence[str]


def account_views(world: World) -> list[AccountView]:
    """Every account that holds resources, accounts with APIs first."""
    served: dict[str, list[ServedStage]] = defaultdict(list)
    for stage in served_stages(world):
        served[stage.api_id].append(stage)
    views = [_account(world, account, served) for account in account_ids(world)]
    return sorted(views, key=lambda view: (not view.apis, view.id))


def account_ids(world: World) -> list[str]:
    """The accounts that hold an API, a function, a role or a user, and the operator's account."""
    found = {world.operator_account}
    found |= {store.account for store in world.apigateway.all() if store.rest_apis}
    found |= {store.account for store in world.http_apis.all() if store.apis}
    found |= {store.account for store in world.functions.all() if store.functions}
    found |= {account for account in world.roles.accounts() if world.roles.roles(account) or world.roles.users(account)}
    return sorted(found)


def functions_of(world: World, account: str | None = None) -> list[Function]:
    """The functions of an account, or of every account, in every Region."""
    return [
        function
        for store in world.functions.all()
        if account in (None, store.account)
        for function in store.functions.values()
    ]


_Served = Mapping[str, Sequence[ServedStage]]


def _account(world: World, account: str, served: _Served) -> AccountView:
    apis = [*_rest_apis(world, account, served), *_http_apis(world, account, served)]
    functions = [_function(world, function) for function in functions_of(world, account)]
    titles = {(True, True): "API and function account", (True, False): "API account", (False, True): "Function account"}
    return AccountView(
        id=account,
        title=titles.get((bool(apis), bool(functions)), "Account"),
        apis=apis,
        functions=functions,
        roles=[_role(role) for role in world.roles.roles(account)],
        users=[user.name for user in world.roles.users(account)],
    )


def _rest_apis(world: World, account: str, served: _Served) -> Iterator[ApiView]:
    for api in (
        api for store in world.apigateway.all() if store.account == account for api in store.rest_apis.values()
    ):
        in_use = {stage.deployment_id for stage in api.stages.values()}
        yield ApiView(
            id=api.id,
            name=api.name,
            kind="REST API",
            region=api.region,
            stages=_rest_stages(api, served.get(api.id, ())),
            unserved=[each for each in api.deployments if each not in in_use],
            policy=_api_policy(api),
        )


def _rest_stages(api: RestApi, stages: Sequence[ServedStage]) -> list[StageView]:
    views = []
    for served in stages:
        stage = api.stages[served.stage]
        levels = {setting.logging_level for setting in stage.method_settings.values()} - {"OFF"}
        logs = [*(["access log"] if stage.access_log_arn else []), *(f"execution log {level}" for level in levels)]
        views.append(
            StageView(
                name=served.stage,
                deployment=stage.deployment_id,
                deployed=f"{api.deployments[stage.deployment_id].created:%Y-%m-%d %H:%M:%S} UTC",
                url=served.url,
                logging=", ".join(logs) or "off",
                variables=stage.variables,
                routes=served.routes,
            )
        )
    return views


def _api_policy(api: RestApi) -> Policy | None:
    text = api.definition.policy
    return policy_view(json.loads(text), title="Resource policy of the API") if text else None


def _http_apis(world: World, account: str, served: _Served) -> Iterator[ApiView]:
    for api in (api for store in world.http_apis.all() if store.account == account for api in store.apis.values()):
        in_use = {stage.deployment_id for stage in api.stages.values()}
        yield ApiView(
            id=api.api_id,
            name=api.name,
            kind="HTTP API",
            region=api.region,
            stages=_http_stages(api, served.get(api.api_id, ())),
            unserved=[each for each in api.deployments if each not in in_use],
            policy=None,
        )


def _http_stages(api: HttpApi, stages: Sequence[ServedStage]) -> list[StageView]:
    views = []
    for served in stages:
        stage = api.stages[served.stage]
        deployment = api.deployments[stage.deployment_id or ""]
        views.append(
            StageView(
                name=served.stage,
                deployment=deployment.deployment_id,
                deployed=f"{deployment.created_date:%Y-%m-%d %H:%M:%S} UTC",
                url=served.url,
                logging="access log" if stage.access_log_settings else "off",
                variables=stage.stage_variables,
                routes=served.routes,
            )
        )
    return views


def _function(world: World, function: Function) -> FunctionView:
    return FunctionView(
        name=function.name,
        arn=function.arn,
        region=function.region,
        role=function.latest.role,
        versions=[_version(function, each) for each in (function.latest, *function.versions.values())],
        environment=function.latest.environment or {},
        log_group=function.latest.log_group,
        running=world.invoker.environment_count(function.arn),
        policies=[
            policy_view(saved_policy(policy).document, title=_qualified(function, qualifier))
            for qualifier, policy in sorted(function.policies.items(), key=lambda item: item[0] or "")
        ],
    )


def _qualified(function: Function, qualifier: str | None) -> str:
    if qualifier is None:
        return "Policy without qualifier"
    return f"Policy of alias {qualifier}" if qualifier in function.aliases else f"Policy of version {qualifier}"


def _version(function: Function, version: FunctionVersion) -> VersionView:
    names = [alias.name for alias in function.aliases.values() if alias.version == version.version]
    names += [
        f"{alias.name} ({weight:.0%})"
        for alias in function.aliases.values()
        for number, weight in alias.routing.items()
        if number == version.version
    ]
    return VersionView(
        number=version.version or LATEST,
        runtime=version.runtime,
        handler=version.handler,
        memory_mb=version.memory_mb,
        timeout_s=version.timeout_s,
        code=version.source_dir or "",
        aliases=names,
    )


def _role(role: RoleView) -> RoleSummary:
    policies = [policy_view(role.trust, title="Trust policy")]
    policies += [policy_view(each, title=f"Policy {number}") for number, each in enumerate(role.policies, start=1)]
    if role.boundary is not None:
        policies.append(policy_view(role.boundary, title="Permissions boundary"))
    return RoleSummary(name=role.name, arn=role.arn, policies=policies)
