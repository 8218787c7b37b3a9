"""One function behind as many routes as the settings name."""

import pulumi

from cross_account_api.accounts import account_provider
from cross_account_api.config import TwoAccounts, load
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route


class RouteSettings(TwoAccounts):
    """The paths that the function takes by GET, its code; the component's name, and that of a parent around it."""

    paths: list[str]
    code: str
    name: str = "pets"
    team: str | None = None


settings = load(RouteSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
arguments = FunctionArgs(account=function_account, code=settings.code, runtime="python")
echo = NewFunction(name="echo", args=arguments)

parent = pulumi.ComponentResource("tests:index:Team", settings.team) if settings.team else None
# A stack made before the component moved or was renamed keeps its resources by these.
aliases = [pulumi.Alias(name="pets", parent=pulumi.ROOT_STACK_RESOURCE)]
api = CrossAccountApi(
    settings.name,
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[Route(method="GET", path=path, function=echo) for path in settings.paths],
        logging=GatewayLoggingArgs(gateway_logging="off"),
        title="pets",
    ),
    pulumi.ResourceOptions(parent=parent, aliases=aliases),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
