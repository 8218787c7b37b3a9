"""An HTTP API in one account and its function in another; see docs/patterns/http-api.md."""

from pathlib import Path

import pulumi
import pulumi_aws as aws
from pydantic import Field

from aws_rules import policies
from cross_account_api import (
    CallerRole,
    CallerRoleArgs,
    FunctionArgs,
    HttpApi,
    HttpApiArgs,
    HttpRoute,
    JwtAuthorizer,
    account_provider,
)
from cross_account_api.config import AccountSettings, TwoAccounts, load


class HttpApiSettings(TwoAccounts):
    """Namespace `http-api`."""

    caller_account: AccountSettings = Field(description="account that calls GET /signed")
    issuer: str = Field(description="issuer of the tokens for GET /orders")
    audience: str = Field(description="audience that a token must name")


settings = load(HttpApiSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
caller_account = account_provider("caller-account", settings.caller_account, endpoint=settings.endpoint)

hello = FunctionArgs(account=function_account, code=Path(__file__).parent / "hello", runtime="python")
api = HttpApi(
    "orders",
    HttpApiArgs(
        account=api_account,
        functions={"hello": hello},
        routes=[
            HttpRoute(key="GET /hello", function="hello"),
            HttpRoute(key="GET /hello/{name}", function="hello"),
            HttpRoute(key="GET /orders", function="hello", authorizer="jwt", scopes=["orders:read"]),
            HttpRoute(key="GET /signed", function="hello", authorization="AWS_IAM"),
        ],
        authorizers={"jwt": JwtAuthorizer(issuer=settings.issuer, audience=[settings.audience])},
    ),
)
# The caller's own role, with which a function or a job in that account runs. It can assume only this one role.
caller = aws.iam.Role(
    "caller",
    assume_role_policy=policies.rendered(policies.trust({"Service": policies.LAMBDA})),
    opts=pulumi.ResourceOptions(provider=caller_account.provider),
)
signed = CallerRole(
    "signed-caller",
    CallerRoleArgs(
        api_account=api_account,
        api_execution_arn=api.api_execution_arn,
        stage_name=api.stage_name,
        routes=[("GET", "/signed")],
        trusted_role_arn=caller.arn,
    ),
)
aws.iam.RolePolicy(
    "caller-policy",
    role=caller.name,
    policy=signed.arn.apply(lambda arn: policies.rendered(policies.document(policies.allow("sts:AssumeRole", arn)))),
    opts=pulumi.ResourceOptions(provider=caller_account.provider),
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
pulumi.export("callerArn", caller.arn)
pulumi.export("callerRoleArn", signed.arn)
