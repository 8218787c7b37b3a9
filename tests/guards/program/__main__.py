"""One function of another account, and an API for each case of the file that the setting `cases` names."""

import json
from pathlib import Path

import pulumi
from pydantic import Field

from cross_account_api.accounts import Account, account_provider
from cross_account_api.function.function import Function, FunctionArgs
from cross_account_api.function.targets import ExistingFunction
from cross_account_api.rest.cross_account_api import CrossAccountApi
from settings import TwoAccounts, load
from tests.guards.cases import Case

HERE = Path(__file__).parent


class GuardSettings(TwoAccounts):
    """Namespace `guards`."""

    cases: str = Field(description="path of a JSON file with a list of cases")


def _function(name: str, account: Account) -> ExistingFunction:
    made = Function(name, FunctionArgs(account=account, code=HERE / name, runtime="python"))
    return ExistingFunction(name=name, arn=made.invoke_arn, account=account)


settings = load(GuardSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
hello, decides = _function("hello", function_account), _function("decides", function_account)
for number, case in enumerate(json.loads(Path(settings.cases).read_text())):
    api = CrossAccountApi(f"api-{number}", Case(**case).args(api_account, hello, decides))
    pulumi.export(f"api-{number}", api.outputs["apiId"])
