"""Parts of the stack's resources, which have no tags: stages, deployments, aliases, statements, policies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from aws_rules.arns import Arn, ArnError, FunctionArn
from aws_rules.policies import statement_id_prefix
from cross_account_doctor.errors import NotThereError
from cross_account_doctor.leftovers.look import Leftover, Look
from cross_account_doctor.leftovers.state import Resource

_DEPLOYMENT, _STAGE = "aws:apigateway/deployment:Deployment", "aws:apigateway/stage:Stage"
_REST_API, _HTTP_API = "aws:apigateway/restApi:RestApi", "aws:apigatewayv2/api:Api"
_MAPPING = "aws:apigateway/basePathMapping:BasePathMapping"
_API_MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping"
_DOMAIN = "aws:apigateway/domainName:DomainName"
_ACCOUNT = "aws:apigateway/account:Account"
_FUNCTION, _ALIAS = "aws:lambda/function:Function", "aws:lambda/alias:Alias"
_PERMISSION = "aws:lambda/permission:Permission"
_ROLE, _ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
#: Parts of an HTTP API: type, AWS's term, listing, key of its name, command and its option.
_HTTP_PARTS = (
    ("aws:apigatewayv2/stage:Stage", "stage", "get_stages", "StageName", "delete-stage", "--stage-name"),
    ("aws:apigatewayv2/route:Route", "route", "get_routes", "RouteId", "delete-route", "--route-id"),
    (
        "aws:apigatewayv2/integration:Integration",
        "integration",
        "get_integrations",
        "IntegrationId",
        "delete-integration",
        "--integration-id",
    ),
    (
        "aws:apigatewayv2/authorizer:Authorizer",
        "authorizer",
        "get_authorizers",
        "AuthorizerId",
        "delete-authorizer",
        "--authorizer-id",
    ),
)
_V1_PAGE = ("position", "position")
_V2_PAGE = ("NextToken", "NextToken")
_Statement = tuple[str, str, str, str]


def rest_stages(look: Look) -> Iterator[Leftover]:
    """Stages of the stack's REST APIs."""
    known = {(each.text("restApi"), each.text("stageName")) for each in look.recorded(_STAGE)}
    for api in _ids(look, _REST_API):
        for stage in look.ask("apigateway", "get_stages", restApiId=api).get("item", ()):
            name = stage["stageName"]
            if (api, name) not in known:
                yield look.found(
                    "stage",
                    _STAGE,
                    f"{api}/{name}",
                    ("apigateway", "delete-stage", "--rest-api-id", api, "--stage-name", name),
                    reason=look.part_reason(_STAGE, restApi=api, stageName=name),
                    name=f"{name} of REST API {api}",
                )


def rest_deployments(look: Look) -> Iterator[Leftover]:
    """Deployments of the stack's REST APIs. A stage that points to one must be removed first."""
    known = {(each.text("restApi"), each.id) for each in look.recorded(_DEPLOYMENT)}
    for api in _ids(look, _REST_API):
        for deployment in look.pages("apigateway", "get_deployments", "items", _V1_PAGE, restApiId=api, limit=500):
            identity = deployment["id"]
            if (api, identity) not in known:
                yield look.found(
                    "deployment",
                    _DEPLOYMENT,
                    f"{api}/{identity}",
                    ("apigateway", "delete-deployment", "--rest-api-id", api, "--deployment-id", identity),
                    reason=look.part_reason(_DEPLOYMENT, restApi=api),
                    name=f"{identity} of REST API {api}",
                )


def http_parts(look: Look) -> Iterator[Leftover]:
    """Stages, routes, integrations and authorizers of the stack's HTTP APIs."""
    for token, kind, listing, key, command, option in _HTTP_PARTS:
        known = {(each.text("apiId"), each.id) for each in look.recorded(token)}
        for api in _ids(look, _HTTP_API):
            for part in look.pages("apigatewayv2", listing, "Items", _V2_PAGE, ApiId=api):
                if (api, part[key]) not in known:
                    yield look.found(
                        kind,
                        token,
                        f"{api}/{part[key]}",
                        ("apigatewayv2", command, "--api-id", api, option, part[key]),
                        reason=look.part_reason(token, apiId=api),
                        name=f"{part.get('RouteKey', part[key])} of HTTP API {api}",
                    )


def mappings(look: Look) -> Iterator[Leftover]:
    """Mappings of the stack's domain names to a stage. REST and HTTP APIs share them; both types are known."""
    known = {
        (each.text("domainName"), each.text("basePath", "apiMappingKey"))
        for each in look.recorded(_MAPPING, _API_MAPPING)
    }
    for domain in look.recorded(_DOMAIN, "aws:apigatewayv2/domainName:DomainName"):
        name, domain_id = domain.text("domainName"), domain.text("domainNameId")
        private = {"domainNameId": domain_id} if domain_id else {}
        for mapping in look.pages(
            "apigateway", "get_base_path_mappings", "items", _V1_PAGE, domainName=name, **private
        ):
            path = mapping["basePath"]
            if (name, "" if path == "(none)" else path) not in known:
                yield look.found(
                    "base path mapping",
                    _MAPPING,
                    f"{name}/{'' if path == '(none)' else path}" + (f"/{domain_id}" if domain_id else ""),
                    (
                        *("apigateway", "delete-base-path-mapping", "--domain-name", name, "--base-path", path),
                        *(("--domain-name-id", domain_id) if domain_id else ()),
                    ),
                    reason=look.part_reason(_MAPPING, domainName=name),
                    name=f"{path} of {name}",
                )


def logging_role(look: Look) -> Iterator[Leftover]:
    """The account's CloudWatch role, if setting it was interrupted and no later run has recorded it."""
    waiting = {each.text("cloudwatchRoleArn") for each in look.pending(_ACCOUNT)} - {""}
    if not waiting or look.recorded(_ACCOUNT):
        return
    role = look.ask("apigateway", "get_account").get("cloudwatchRoleArn")
    if role in waiting:
        yield look.found(
            "CloudWatch role of API Gateway",
            _ACCOUNT,
            "api-gateway-account",
            ("apigateway", "update-account", "--patch-operations", "op=replace,path=/cloudwatchRoleArn,value="),
            reason=look.part_reason(_ACCOUNT, cloudwatchRoleArn=str(role)),
            name=str(role),
        )


def aliases(look: Look) -> Iterator[Leftover]:
    """Aliases of the stack's functions."""
    known = {(_function_name(each), each.text("name")) for each in look.recorded(_ALIAS)}
    for function in look.recorded(_FUNCTION):
        for name in _alias_names(look, function.id):
            if (function.id, name) not in known:
                yield look.found(
                    "alias",
                    _ALIAS,
                    f"{function.id}/{name}",
                    ("lambda", "delete-alias", "--function-name", function.id, "--name", name),
                    reason=look.part_reason(_ALIAS, name=name),
                    name=f"{name} of function {function.id}",
                )


def statements(look: Look) -> Iterator[Leftover]:
    """Statements in functions' policies that repeat one of the stack's, or that allow one of its APIs or roles."""
    permissions = look.recorded(_PERMISSION)
    known = {(_function_name(each), each.text("qualifier"), each.id) for each in permissions}
    said = {
        (_function_name(each), each.text("qualifier"), _content(each))
        for each in (*permissions, *look.pending(_PERMISSION))
    }
    own = {each.id for each in look.recorded(_FUNCTION)}
    sources = {each.id for each in look.state.resources if each.type in (_REST_API, _HTTP_API)} | {
        each.text("arn") for each in look.state.resources if each.type == _ROLE
    }
    policies = {(name, qualifier) for name, qualifier, _ in said}
    policies |= {(name, alias) for name in own for alias in ("", *_alias_names(look, name))}
    for function, qualifier in sorted(policies):
        for statement in _policy(look, function, qualifier):
            sid, content = str(statement.get("Sid", "")), _live_content(statement)
            repeats = (function, qualifier, content) in said
            generated = function in own and sid.startswith(statement_id_prefix()) and _source(content) in sources
            if (function, qualifier, sid) not in known and (repeats or generated):
                yield look.found(
                    "permission statement",
                    _PERMISSION,
                    f"{function}{f':{qualifier}' if qualifier else ''}/{sid}",
                    (
                        *("lambda", "remove-permission", "--function-name", function, "--statement-id", sid),
                        *(("--qualifier", qualifier) if qualifier else ()),
                    ),
                    reason="it repeats a statement of the stack" if repeats else "it allows a resource of the stack",
                    name=f"{sid} of function {function}{f':{qualifier}' if qualifier else ''}",
                )


def role_policies(look: Look) -> Iterator[Leftover]:
    """Inline policies of the stack's roles."""
    known = {(each.text("role"), each.text("name")) for each in look.recorded(_ROLE_POLICY)}
    for role in look.recorded(_ROLE):
        own = {entry.get("name") for entry in role.properties.get("inlinePolicies") or () if isinstance(entry, Mapping)}
        try:
            live = list(look.pages("iam", "list_role_policies", "PolicyNames", ("Marker", "Marker"), RoleName=role.id))
        except NotThereError:
            continue
        for name in map(str, live):
            if (role.id, name) not in known and name not in own:
                yield look.found(
                    "inline policy",
                    _ROLE_POLICY,
                    f"{role.id}:{name}",
                    ("iam", "delete-role-policy", "--role-name", role.id, "--policy-name", name),
                    reason=look.part_reason(_ROLE_POLICY, role=role.id, name=name),
                    name=f"{name} of role {role.id}",
                )


def _ids(look: Look, kind: str) -> Iterator[str]:
    """The IDs of the stack's existing APIs."""
    method, service = ("get_rest_api", "apigateway") if kind == _REST_API else ("get_api", "apigatewayv2")
    for each in look.recorded(kind):
        try:
            look.ask(service, method, **{"restApiId" if kind == _REST_API else "ApiId": each.id})
        except NotThereError:
            continue
        yield each.id


def _alias_names(look: Look, function: str) -> list[str]:
    try:
        listed = look.pages("lambda", "list_aliases", "Aliases", ("NextMarker", "Marker"), FunctionName=function)
        return [str(alias["Name"]) for alias in listed]
    except NotThereError:
        return []


def _policy(look: Look, function: str, qualifier: str) -> list[dict[str, Any]]:
    named = {"Qualifier": qualifier} if qualifier else {}
    try:
        policy = look.ask("lambda", "get_policy", FunctionName=function, **named)["Policy"]
    except NotThereError:
        return []
    return list(json.loads(policy)["Statement"])


def _function_name(resource: Resource) -> str:
    """The function of an alias or a statement, which the program names by name or by ARN."""
    given = resource.text("function", "functionName")
    try:
        return FunctionArn.parse(given).name
    except ArnError:
        return given.partition(":")[0]


def _content(permission: Resource) -> _Statement:
    return (
        permission.text("action"),
        permission.text("principal"),
        permission.text("sourceArn"),
        permission.text("sourceAccount"),
    )


def _live_content(statement: Mapping[str, Any]) -> _Statement:
    principal = statement.get("Principal")
    names = list(principal.values()) if isinstance(principal, Mapping) else [principal]
    conditions = {
        key: value for operator in (statement.get("Condition") or {}).values() for key, value in operator.items()
    }
    return (
        str(statement.get("Action", "")),
        str(names[0]) if len(names) == 1 else "",
        str(conditions.get("AWS:SourceArn", "")),
        str(conditions.get("AWS:SourceAccount", "")),
    )


def _source(content: _Statement) -> str:
    """The ID of the API, or the ARN of the role, that a statement allows."""
    _, principal, source_arn, _ = content
    try:
        return Arn.parse(source_arn).resource.partition("/")[0]
    except ArnError:
        return principal
