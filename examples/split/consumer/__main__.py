"""A third team: reads the API's URL from its stack, and calls it from a function; see docs/patterns/split.md."""

from pathlib import Path

import pulumi
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from components.accounts import account_provider
from components.function import Function, FunctionArgs
from components.other_stack import OtherStack
from settings import AccountSettings, load


class ConsumerSettings(BaseModel):
    """Namespace `split-consumer`."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    consumer_account: AccountSettings = Field(description="account of the caller")
    api_stack: str = Field(description="the API's stack, organization/project/stack")
    endpoint: str | None = Field(default=None, description="URL of a sandbox; absent on AWS")


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
