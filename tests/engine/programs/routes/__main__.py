"""One function with the routes that the settings name."""

import pulumi

from cross_account_api import (
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    GatewayLoggingArgs,
    RestApiArgs,
    Route,
    account_provider,
)
from cross_account_api.config import TwoAccounts, load


class RouteSettings(TwoAccounts):
    """The paths with GET routes to the function, its code, the component's name, and the name of its parent."""

    paths: list[str]
    code: str
    name: str = "pets"
    team: str | None = None


settings = load(RouteSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
echo = FunctionArgs(account=function_account, code=settings.code, runtime="python")

parent = pulumi.ComponentResource("tests:index:Team", settings.team) if settings.team else None
# With these, a stack from before the component was moved or renamed keeps its resources.
aliases = [pulumi.Alias(name="pets", parent=pulumi.ROOT_STACK_RESOURCE)]
api = CrossAccountApi(
    settings.name,
    CrossAccountApiArgs(
        account=api_account,
        functions={"echo": echo},
        routes=[Route(method="GET", path=path, function="echo") for path in settings.paths],
        api=RestApiArgs(title="pets"),
        logging=GatewayLoggingArgs(gateway_logging="off"),
    ),
    pulumi.ResourceOptions(parent=parent, aliases=aliases),
)
pulumi.export("url", api.url)
pulumi.export("apiId", api.api_id)
pulumi.export("apiExecutionArn", api.api_execution_arn)
pulumi.export("stageName", api.stage_name)
pulumi.export("functionName", api.function_name)
pulumi.export("functionArn", api.function_arn)
pulumi.export("integrationUri", api.integration_uri)
pulumi.export("sourceArn", api.source_arn)
pulumi.export("addPermissionCommand", api.add_permission_command)
