"""What REST and HTTP APIs have in common: functions in other accounts, permissions for them, and outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from cross_account_api.accounts import Account
from cross_account_api.children import Children
from cross_account_api.function.invoke_permission import InvokePermission, commands
from cross_account_api.function.targets import BoundFunction, FunctionTarget, bind


class LambdaApi(pulumi.ComponentResource):
    """An API in one account whose routes invoke functions in other accounts: `CrossAccountApi` or `HttpApi`.

    url                     base URL with the stage, without a trailing slash
    api_execution_arn       without a stage
    function_name           of the first route's function, as are the next three
    function_arn            without qualifier
    integration_uri         the whole invoke URI, with the qualifier if an alias is used
    source_arn              SourceArn that the function's policy must contain for the first route; None in role mode
    add_permission_command  the commands that the owners of the functions' accounts would run, one per line
    functions               every function by its name in the arguments
    permissions             every statement that the functions' policies need, including those that their owners must
                            add
    """

    url: pulumi.Output[str]
    api_id: pulumi.Output[str]
    api_execution_arn: pulumi.Output[str]
    stage_name: pulumi.Output[str]
    function_name: pulumi.Output[str]
    function_arn: pulumi.Output[str]
    integration_uri: pulumi.Output[str]
    source_arn: pulumi.Output[str] | None
    add_permission_command: pulumi.Output[str]
    functions: Mapping[str, BoundFunction]
    permissions: Sequence[InvokePermission]

    def _bind(self, component: str, functions: Mapping[str, FunctionTarget]) -> dict[str, BoundFunction]:
        """Create the functions with code, each once, however many routes it answers."""
        return {name: bind(name, target, component=component, parent=self) for name, target in functions.items()}

    def _grant(
        self, component: str, children: Children, *, depends_on: Sequence[pulumi.Resource] = ()
    ) -> list[pulumi.Resource]:
        """Create the statements in the accounts that have a provider; the stage must wait for them."""
        return [
            permission.create(f"{component}-{permission.label}", children, depends_on=depends_on)
            for permission in self.permissions
            if permission.function.account is not None
        ]

    def _conclude(
        self,
        *,
        account: Account,
        api_id: pulumi.Output[str],
        stage_name: pulumi.Output[str],
        stage_path: pulumi.Input[str],
        function: BoundFunction,
        source_arn: pulumi.Output[str] | None,
    ) -> None:
        """Set the outputs; `function` is the first route's."""
        self.url = pulumi.Output.concat(account.api_endpoint(api_id), stage_path)
        self.api_id = api_id
        self.api_execution_arn = account.execution_arn(api_id)
        self.stage_name = stage_name
        self.function_name = function.name
        self.function_arn = function.arn
        self.integration_uri = function.uri
        self.source_arn = source_arn
        self.add_permission_command = commands(self.permissions, endpoint=account.endpoint)
        outputs = {
            "url": self.url,
            "apiId": self.api_id,
            "apiExecutionArn": self.api_execution_arn,
            "stageName": self.stage_name,
            "functionName": self.function_name,
            "functionArn": self.function_arn,
            "integrationUri": self.integration_uri,
            "addPermissionCommand": self.add_permission_command,
        }
        self.register_outputs(outputs if source_arn is None else {**outputs, "sourceArn": source_arn})
