"""A third team: reads the API's URL from its stack and calls it from a function; see docs/patterns/split.md."""

from pathlib import Path

import pulumi
from pydantic import Field

from cross_account_api import (
    Function,
    FunctionArgs,
    OtherStack,
    account_provider,
)
from cross_account_api.config import AccountSettings, Program, load


class ConsumerSettings(Program):
    """Namespace `split-consumer`."""

    consumer_account: AccountSettings = Field(description="account of the caller")
    api_stack: str = Field(description="the API's stack, organization/project/stack")


settings = load(ConsumerSettings)
account = account_provider("consumer-account", settings.consumer_account, endpoint=settings.endpoint)
url = OtherStack(settings.api_stack).text("url")

caller = Function(
    "caller",
    FunctionArgs(
        account=account, code=Path(__file__).parent / "caller", runtime="python", environment={"API_URL": url}
    ),
)
pulumi.export("callerName", caller.name)
pulumi.export("apiUrl", url)
