"""Two accounts for the tests of the page: a REST API in one, its function in the other, and the permission."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox_testing.build import (
    API_ID,
    STAGE,
    Api,
    add_alias,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    mock,
)

if TYPE_CHECKING:
    from cross_account_sandbox.functions.store import Function
    from sandbox_testing.server import SandboxUnderTest

CODE = """
import json
def handler(event, context):
    print("got", event["path"], event.get("body"))
    return {"statusCode": 200, "body": json.dumps({"echo": event.get("body"), "path": event["path"]})}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
MAY_INVOKE = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "CallsTheApi", "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}],
}


@dataclass(kw_only=True)
class TwoAccounts:
    """GET and POST / call the function; GET /mock calls none, GET /signed is AWS_IAM, GET /denied has no permission."""

    sandbox: SandboxUnderTest
    api: Api
    function: Function

    def get(self, path: str = "/", method: str = "GET", body: str | None = None, **headers: str) -> str:
        """Send a request, and return the ID of its trace."""
        reply = self.sandbox.request(method, self.api.url(path), headers=headers, body=body)
        return reply.header("x-amzn-RequestId") or ""

    def view(self, request_id: str) -> str:
        """The URL of a request's view."""
        return f"{self.sandbox.endpoint}/_sandbox/requests/{quote(request_id)}"


def two_accounts(sandbox: SandboxUnderTest, code: str = CODE) -> TwoAccounts:
    """Create the API, its function and the permission."""
    function = add_function(sandbox.world, code)
    add_alias(function)
    for tail in (f"{STAGE}/GET/", f"{STAGE}/POST/", f"{STAGE}/GET/signed"):
        allow_gateway(function, tail=tail, qualifier="live")
    api = add_api(sandbox.world)
    live = f"{function.arn}:live"
    api.route("/", "GET", lambda_proxy(live))
    api.route("/", "POST", lambda_proxy(live))
    api.route("/signed", "GET", lambda_proxy(live), authorization_type="AWS_IAM")
    api.route("/denied", "GET", lambda_proxy(live))
    api.route("/mock", "GET", mock(200))
    api.deploy()
    api.log_at()
    iam = sandbox.client("iam", account=api.api.account)
    for name in ("caller", "stranger"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="caller", PolicyName="calls", PolicyDocument=json.dumps(MAY_INVOKE))
    assert api.api.id == API_ID
    return TwoAccounts(sandbox=sandbox, api=api, function=function)
