"""A REST API in one account whose routes invoke functions in other accounts: both halves in one component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from aws_rules.grants import grants
from aws_rules.quotas import REST_INTEGRATION_MS
from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError
from cross_account_api.function.invoke_permission import InvokePermission, service_permissions, source_arn
from cross_account_api.function.target_checks import timeout_warnings
from cross_account_api.function.targets import FunctionTarget
from cross_account_api.lambda_api import LambdaApi
from cross_account_api.rest.api_document import ApiDocument, Authorization
from cross_account_api.rest.authorizer import (
    BoundAuthorizer,
    LambdaAuthorizer,
    authorizer_faults,
    authorizer_permissions,
    bind_authorizer,
)
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs, gateway_logging, logging_children
from cross_account_api.rest.gateway_logging import role_name as logging_role_name
from cross_account_api.rest.invocations import Invocations, PermissionArgs
from cross_account_api.rest.invoke_role import InvokeRole, invoke_role, invoke_role_children
from cross_account_api.rest.rest_api import REST_API_CHILDREN, RestApiArgs, rest_api, served_hash
from cross_account_api.rest.routes import Route
from cross_account_api.rest.stage import STAGE_CHILDREN, StageArgs, deployment, stage
from cross_account_api.roles import RoleArgs, role_args_faults, role_fault


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CrossAccountApiArgs:
    """An API and the functions that answer its routes.

    account              the account in which the API is created; each function names its own account
    functions            by name: `FunctionArgs` for one to be created, `ExistingFunction`, `ExternalFunction`
    routes               methods and paths that functions answer; the outputs about a function describe the first
                         route's
    authorizers          Lambda authorizers by name, which routes refer to
    authorization        of every operation but preflights: anybody, or requests signed with SigV4. A preflight is
                         an OPTIONS operation that a mock answers; one that a function or backend answers is
                         guarded. What the document's own `security` asks gives way where API Gateway does not
                         enforce it (oauth2, http, openIdConnect, `[]`); an x-api-key stays beside the guard;
                         another guard that API Gateway enforces is an error. The same holds for routes with authorizers
    cors_origin          origin for CORS headers of API Gateway's own answers, and for a mock OPTIONS: on every
                         path that has an ANY with a guard, and without a document on every other path except
                         those with an ANY, whose function answers OPTIONS itself; None: no CORS
    role                 of every role that is created in the API account
    deletion_protection  Pulumi refuses to delete the API and its stage
    tags                 of everything in the API account; those of functions are in their own arguments
    adjust               properties of children: `{"stage": {"cache_cluster_enabled": True}}`
    """

    account: Account
    functions: Mapping[str, FunctionTarget]
    routes: Sequence[Route]
    authorizers: Mapping[str, LambdaAuthorizer] = field(default_factory=dict)
    authorization: Authorization = "NONE"
    cors_origin: str | None = "*"
    api: RestApiArgs = field(default_factory=RestApiArgs)
    stage: StageArgs = field(default_factory=StageArgs)
    permission: PermissionArgs = field(default_factory=PermissionArgs)
    logging: GatewayLoggingArgs = field(default_factory=GatewayLoggingArgs)
    role: RoleArgs = field(default_factory=RoleArgs)
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class CrossAccountApi(LambdaApi):
    """The API, its stage and its logs in `args.account`; functions and permissions in the functions' accounts.

    Raises ArgumentError before anything is created: unknown names, colliding routes, a route that is not in the
    document, two partitions, a function in the API's account, and statements that do not fit.
    """

    def __init__(self, name: str, args: CrossAccountApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:CrossAccountApi", name, None, opts)
        for text in _slow_functions(args):
            pulumi.log.warn(text, self)
        account = args.account
        children = Children(parent=self, component=name, known=children_of(name, args), adjust=args.adjust)

        self.functions = self._bind(name, args.functions)
        role = self._role(name, args, children)
        self.authorizers = self._authorizers(name, args, children)
        document = _document(name, args).text(self.functions, role, self.authorizers)
        self.api = rest_api(
            name,
            args.api,
            document=document,
            account=account,
            children=children,
            tags=args.tags,
            deletion_protection=args.deletion_protection,
        )
        self.permissions = self._permissions(_invocations(name, args), role)
        roles = [bound for bound in (role, *(each.role for each in self.authorizers)) if bound is not None]
        granted = self._after(name, roles, children)
        logging = gateway_logging(
            name,
            args.logging,
            account=account,
            children=children,
            api=self.api,
            stage_name=args.stage.name,
            role=args.role,
            tags=args.tags,
        )
        served = served_hash(args.api, document)
        self.deployment = deployment(
            name, api=self.api, served=served, account=account, children=children, depends_on=granted
        )
        self.stage = stage(
            name,
            args.stage,
            api=self.api,
            deployment=self.deployment,
            logging=logging,
            account=account,
            children=children,
            tags=args.tags,
            deletion_protection=args.deletion_protection,
            depends_on=granted,
        )
        first = args.routes[0]
        function = self.functions[first.function]
        source = None
        if args.permission.invocation == "permission":
            route = (first.method, first.path)
            grant = grants(args.permission.scope, args.stage.name, [route], test_invoke=False)[0]
            source = source_arn(function, grant, api_id=self.api.id, api_account=account.id)
        self._conclude(
            account=account,
            api_id=self.api.id,
            stage_name=self.stage.stage_name,
            stage_path=pulumi.Output.concat("/", self.stage.stage_name),
            function=function,
            source_arn=source,
        )

    def _role(self, name: str, args: CrossAccountApiArgs, children: Children) -> InvokeRole | None:
        if args.permission.invocation == "permission":
            return None
        functions = [self.functions[function] for function in _invocations(name, args).routed]
        return invoke_role(name, functions, args=args.role, account=args.account, children=children, tags=args.tags)

    def _authorizers(self, name: str, args: CrossAccountApiArgs, children: Children) -> list[BoundAuthorizer]:
        return [
            bind_authorizer(
                name,
                label,
                authorizer,
                self.functions[authorizer.function],
                args=args.role,
                account=args.account,
                children=children,
                tags=args.tags,
            )
            for label, authorizer in args.authorizers.items()
        ]

    def _permissions(self, invocations: Invocations, role: InvokeRole | None) -> list[InvokePermission]:
        """Every statement that the functions' policies need, including those in accounts without a provider."""
        api_id, api_account = self.api.id, invocations.account.id
        permissions = []
        for name in invocations.routed:
            function = self.functions[name]
            if role is not None:
                permissions.append(role.permission(function))
                continue
            permissions += service_permissions(
                function, invocations.grants(name), api_id=api_id, api_account=api_account
            )
        return permissions + authorizer_permissions(self.authorizers, api_id=api_id, api_account=api_account)

    def _after(self, name: str, roles: Sequence[InvokeRole], children: Children) -> list[pulumi.Resource]:
        """The resources that the stage must wait for.

        Permissions come after the API, which gives IAM time to propagate a new role.
        """
        policies: list[pulumi.Resource] = [role.policy for role in roles]
        return [*policies, *self._grant(name, children, depends_on=[*policies, self.api] if policies else [])]


def children_of(name: str, args: CrossAccountApiArgs) -> Known:
    """All children of the component itself; a function's children are adjusted in its own arguments. Pure."""
    known = {**REST_API_CHILDREN, **STAGE_CHILDREN, **logging_children(args.logging)}
    if args.permission.invocation == "role":
        known |= invoke_role_children()
    for label, authorizer in args.authorizers.items():
        if authorizer.invocation == "role":
            known |= invoke_role_children(f"{label}-")
    for label in _invocations(name, args).created_permissions():
        known[f"{label}-permission"] = Child(aws.lambda_.Permission, suffix=label)
    return known


def _document(name: str, args: CrossAccountApiArgs) -> ApiDocument:
    return ApiDocument(
        component=name,
        account=args.account,
        api=args.api,
        routes=args.routes,
        authorizers=list(args.authorizers),
        authorization=args.authorization,
        cors_origin=args.cors_origin,
    )


def _invocations(name: str, args: CrossAccountApiArgs) -> Invocations:
    return Invocations(
        component=name,
        account=args.account,
        functions=args.functions,
        routes=args.routes,
        authorizers=args.authorizers,
        permission=args.permission,
        stage_name=args.stage.name,
        role=args.role,
    )


def _slow_functions(args: CrossAccountApiArgs) -> list[str]:
    """A warning for each function whose timeout is longer than its routes wait."""
    waits = [(route.function, str(route), route.timeout_ms or REST_INTEGRATION_MS) for route in args.routes]
    fix = "lower the function's timeout, or raise the route's timeout_ms"
    return timeout_warnings(args.functions, waits, answer="504", fix=fix)


def _check(name: str, args: CrossAccountApiArgs) -> None:
    """Raises ArgumentError with a line for each error."""
    document, invocations = _document(name, args), _invocations(name, args)
    faults = document.faults() + authorizer_faults(args.authorizers, args.routes) + invocations.faults()
    faults += role_args_faults("role", args.role, args.account)
    if args.logging.gateway_logging == "managed":
        fault = role_fault(logging_role_name(name), "shorten the component's name")
        faults += [fault] if fault else []
    if not faults:
        faults = invocations.statement_faults() + document.size_faults(invocations.invoke_arns())
        faults += adjust_faults(children_of(name, args), args.adjust)
    if faults:
        raise ArgumentError(
            f"CrossAccountApi {name!r} cannot be created:\n" + "\n".join(f"  {fault}" for fault in faults)
        )
