"""One function shared by APIs in two accounts, one API before two functions; see docs/patterns/many-accounts.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api import (
    Account,
    CrossAccountApi,
    CrossAccountApiArgs,
    ExistingFunction,
    Function,
    FunctionArgs,
    GatewayLoggingArgs,
    PermissionArgs,
    Route,
    account_provider,
)
from cross_account_api.config import AccountSettings, TwoAccounts, load


class ManyAccountsSettings(TwoAccounts):
    """Namespace `many-accounts`: two accounts of APIs, two of functions."""

    second_api_account: AccountSettings = Field(description="another account with an API")
    second_function_account: AccountSettings = Field(description="another account with a function")
    invocation: Literal["permission", "role"] = Field("permission", description="how the APIs may invoke")


settings = load(ManyAccountsSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
second_api_account = account_provider("second-api-account", settings.second_api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
second_function_account = account_provider(
    "second-function-account", settings.second_function_account, endpoint=settings.endpoint
)


def greeter(name: str, account: Account) -> ExistingFunction:
    """A greeter in an account, as a target for several APIs."""
    function = Function(
        name,
        FunctionArgs(
            account=account, code=Path(__file__).parent / "greeter", runtime="python", handler="index.handler"
        ),
    )
    return ExistingFunction(arn=function.invoke_arn, account=account)


def api(name: str, account: Account, functions: dict[str, ExistingFunction], routes: list[Route]) -> CrossAccountApi:
    """An API in one of the accounts."""
    return CrossAccountApi(
        name,
        CrossAccountApiArgs(
            account=account,
            functions=functions,
            routes=routes,
            permission=PermissionArgs(invocation=settings.invocation),
            logging=GatewayLoggingArgs(gateway_logging="managed"),
        ),
    )


shared = greeter("shared", function_account)
remote = greeter("remote", second_function_account)

first = api(
    "first",
    api_account,
    {"shared": shared, "remote": remote},
    [Route(method="GET", path="/shared", function="shared"), Route(method="GET", path="/remote", function="remote")],
)
second = api("second", second_api_account, {"shared": shared}, [Route(method="GET", path="/shared", function="shared")])

pulumi.export("url", first.url)
pulumi.export("apiId", first.api_id)
pulumi.export("apiExecutionArn", first.api_execution_arn)
pulumi.export("stageName", first.stage_name)
pulumi.export("secondUrl", second.url)
pulumi.export("secondApiId", second.api_id)
