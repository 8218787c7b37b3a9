"""A REST API whose resource policy names a role in another account; see docs/patterns/resource-policy.md."""

from pathlib import Path

import pulumi
import pulumi_aws as aws
from pydantic import Field

from aws_rules import policies
from cross_account_api import (
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    GatewayLoggingArgs,
    RestApiArgs,
    Route,
    StageArgs,
    account_provider,
)
from cross_account_api.caller.caller_role import call_policy
from cross_account_api.config import AccountSettings, TwoAccounts, load
from cross_account_api.rest.resource_policies import callers_policy

STAGE = "dev"
ALLOWED = [("GET", "/orders"), ("GET", "/orders/{id}")]


class ResourcePolicySettings(TwoAccounts):
    """Namespace `resource-policy`."""

    caller_account: AccountSettings = Field(description="account that calls the API")


settings = load(ResourcePolicySettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
caller_account = account_provider("caller-account", settings.caller_account, endpoint=settings.endpoint)

# The role with which a job in the caller's account runs. Created first: a policy cannot name a role that does not
# exist.
caller = aws.iam.Role(
    "caller",
    assume_role_policy=policies.rendered(policies.trust({"Service": policies.LAMBDA})),
    opts=pulumi.ResourceOptions(provider=caller_account.provider),
)
hello = FunctionArgs(account=function_account, code=Path(__file__).parent / "hello", runtime="python")
api = CrossAccountApi(
    "orders",
    CrossAccountApiArgs(
        account=api_account,
        stage=StageArgs(name=STAGE),
        functions={"hello": hello},
        routes=[
            Route(method="GET", path="/orders", function="hello"),
            Route(method="GET", path="/orders/{id}", function="hello"),
            Route(method="POST", path="/orders", function="hello"),
        ],
        authorization="AWS_IAM",
        api=RestApiArgs(resource_policy=caller.arn.apply(lambda arn: callers_policy([arn], STAGE, ALLOWED))),
        logging=GatewayLoggingArgs(gateway_logging="managed"),
    ),
)
# The other half: across accounts, the caller's own policy must also allow the call.
aws.iam.RolePolicy(
    "caller-policy",
    role=caller.name,
    policy=api.api_execution_arn.apply(lambda arn: policies.rendered(call_policy(arn, STAGE, ALLOWED))),
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
pulumi.export("callerName", caller.name)
