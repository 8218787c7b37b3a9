"""A REST API in one account whose routes are answered by functions of other accounts: both halves, one component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from aws_rules.grants import grants
from cross_account_api.children import Children
from cross_account_api.function.invoke_permission import InvokePermission, commands, service_permissions, source_arn
from cross_account_api.function.targets import BoundFunction, FunctionTarget, bind
from cross_account_api.rest.api_document import api_document
from cross_account_api.rest.authorizer import BoundAuthorizer, authorizer_permissions, bind_authorizer
from cross_account_api.rest.checks import check, slow_functions
from cross_account_api.rest.cross_account_api_args import CrossAccountApiArgs
from cross_account_api.rest.deployment import deployment
from cross_account_api.rest.gateway_logging import gateway_logging
from cross_account_api.rest.invoke_role import InvokeRole, invoke_role
from cross_account_api.rest.rest_api import RestApiArgs, rest_api, served_hash
from cross_account_api.rest.routes import Route
from cross_account_api.rest.stage import StageArgs, stage

__all__ = ["CrossAccountApi", "CrossAccountApiArgs"]


class CrossAccountApi(pulumi.ComponentResource):
    """The API, its stage and its logs in `args.api_account`; functions and permissions in theirs.

    Raises ArgumentError before anything is created: colliding routes, a route that the document lacks, two
    partitions, the API's account given for a function, statements that cannot fit.
    """

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: CrossAccountApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check(name, args)
        super().__init__("cross-account-api:index:CrossAccountApi", name, None, opts)
        for text in slow_functions(args):
            pulumi.log.warn(text, self)
        account = args.api_account
        children = Children(parent=self)

        self.functions = _functions(name, args, parent=self)
        role = self._role(name, args, children)
        self.authorizers = self._authorizers(name, args, children)
        document = api_document(name, args, self.functions, role, self.authorizers)
        api_args = _api_args(name, args, document)
        self.api = rest_api(name, api_args, account=account, children=children)
        self.permissions = _permissions(args, self.functions, role, self.api.id)
        self.permissions += authorizer_permissions(self.authorizers, api_id=self.api.id, api_account=account.id)
        roles = [bound for bound in (role, *(each.role for each in self.authorizers)) if bound is not None]
        granted = self._grant(name, roles, children)
        logging = gateway_logging(
            name,
            args.logging,
            account=account,
            children=children,
            api=self.api,
            stage_name=args.stage_name,
            tags=args.tags,
        )
        self.deployment = deployment(
            name, api=self.api, served=served_hash(api_args), account=account, children=children, depends_on=granted
        )
        self.stage = stage(
            name,
            StageArgs(
                name=args.stage_name,
                tracing=args.tracing,
                throttling_rate_limit=args.throttling_rate_limit,
                throttling_burst_limit=args.throttling_burst_limit,
                deletion_protection=args.deletion_protection,
                tags=args.tags,
            ),
            api=self.api,
            deployment=self.deployment,
            logging=logging,
            account=account,
            children=children,
            depends_on=granted,
        )
        self.outputs = self._outputs(args)
        self.register_outputs(self.outputs)

    def _role(self, name: str, args: CrossAccountApiArgs, children: Children) -> InvokeRole | None:
        if args.invocation == "permission":
            return None
        functions = list(self.functions.values())
        return invoke_role(name, functions, account=args.api_account, children=children, tags=args.tags)

    def _authorizers(self, name: str, args: CrossAccountApiArgs, children: Children) -> list[BoundAuthorizer]:
        """Each authorizer, and its function once however many authorizers share it."""
        known = dict(self.functions)
        for authorizer in args.authorizers:
            if authorizer.function not in known:
                known[authorizer.function] = bind(authorizer.function, component=name, parent=self)
        return [
            bind_authorizer(
                name, each, known[each.function], account=args.api_account, children=children, tags=args.tags
            )
            for each in args.authorizers
        ]

    def _grant(self, name: str, roles: Sequence[InvokeRole], children: Children) -> list[pulumi.Resource]:
        """Make the statements in the accounts that can be reached; answer what a stage must wait for.

        After the API, which gives a new role time to be known in the other account.
        """
        policies: list[pulumi.Resource] = [role.policy for role in roles]
        first = [*policies, self.api] if policies else []
        made = [
            permission.create(f"{name}-{permission.label}", children, depends_on=first)
            for permission in self.permissions
            if permission.function.account is not None
        ]
        return [*policies, *made]

    def _outputs(self, args: CrossAccountApiArgs) -> dict[str, pulumi.Output[str]]:
        """The fixed outputs, for the first route's function; `sourceArn` is absent in role mode."""
        account = args.api_account
        function = self.functions[args.routes[0].function]
        outputs = {
            "url": pulumi.Output.concat(account.api_endpoint(self.api.id), "/", self.stage.stage_name),
            "apiId": self.api.id,
            "apiExecutionArn": account.execution_arn(self.api.id),
            "stageName": self.stage.stage_name,
            "functionName": function.name,
            "functionArn": function.arn,
            "integrationUri": function.uri,
            "addPermissionCommand": commands(self.permissions, endpoint=account.endpoint),
        }
        if args.invocation == "permission":
            route = (args.routes[0].method, args.routes[0].path)
            grant = grants(args.permission_scope, args.stage_name, [route], test_invoke=False)[0]
            outputs["sourceArn"] = source_arn(function, grant, api_id=self.api.id, api_account=account.id)
        return outputs


def _functions(name: str, args: CrossAccountApiArgs, *, parent: pulumi.Resource) -> dict[FunctionTarget, BoundFunction]:
    """Each function once, however many routes it takes."""
    targets = dict.fromkeys(route.function for route in args.routes)
    return {target: bind(target, component=name, parent=parent) for target in targets}


def _api_args(name: str, args: CrossAccountApiArgs, document: pulumi.Output[str]) -> RestApiArgs:
    return RestApiArgs(
        title=args.title or name,
        description=args.description,
        document=document,
        endpoint_type=args.endpoint_type,
        binary_types=args.binary_types,
        minimum_compression_size=args.minimum_compression_size,
        disable_default_endpoint=args.disable_default_endpoint,
        vpc_endpoint_ids=args.vpc_endpoint_ids,
        deletion_protection=args.deletion_protection,
        tags=args.tags,
    )


def _permissions(
    args: CrossAccountApiArgs,
    functions: Mapping[FunctionTarget, BoundFunction],
    role: InvokeRole | None,
    api_id: pulumi.Output[str],
) -> list[InvokePermission]:
    """Every statement that the functions' policies need, in reach or not."""
    if role is not None:
        return [role.permission(function) for function in functions.values()]
    return [
        permission
        for target, function in functions.items()
        for permission in service_permissions(
            function,
            grants(
                args.permission_scope, args.stage_name, routes_of(args.routes, target), test_invoke=args.test_invoke
            ),
            api_id=api_id,
            api_account=args.api_account.id,
        )
    ]


def routes_of(routes: Sequence[Route], target: FunctionTarget) -> list[tuple[str, str]]:
    """The (method, path) pairs that one function takes."""
    return [(route.method, route.path) for route in routes if route.function is target]
