"""One function in another account, and an API for each case in the file of the setting `cases`."""

import json
from pathlib import Path

import pulumi
from pydantic import Field

from cross_account_api.accounts import Account, account_provider
from cross_account_api.config import TwoAccounts, load
from cross_account_api.function.function import Function, FunctionArgs
from cross_account_api.function.targets import ExistingFunction
from cross_account_api.http.http_api import HttpApi
from cross_account_api.rest.cross_account_api import CrossAccountApi
from tests.guards.cases import Case
from tests.guards.http_cases import HttpCase

HERE = Path(__file__).parent


class GuardSettings(TwoAccounts):
    """Namespace `guards`."""

    cases: str = Field(description="path of a JSON file with cases of REST APIs and HTTP APIs")
    issuer: str = Field(description="issuer of the tokens for HTTP APIs")


def _function(name: str, account: Account) -> ExistingFunction:
    made = Function(name, FunctionArgs(account=account, code=HERE / name, runtime="python"))
    return ExistingFunction(arn=made.invoke_arn, account=account)


settings = load(GuardSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
hello, decides = _function("hello", function_account), _function("decides", function_account)
cases = json.loads(Path(settings.cases).read_text())
for number, case in enumerate(cases["rest"]):
    rest = CrossAccountApi(f"rest-{number}", Case(**case).args(api_account, hello, decides))
    pulumi.export(f"rest-{number}", rest.api_id)
for number, case in enumerate(cases["http"]):
    http = HttpApi(f"http-{number}", HttpCase(**case).args(api_account, hello, decides, settings.issuer))
    pulumi.export(f"http-{number}", http.api_id)
