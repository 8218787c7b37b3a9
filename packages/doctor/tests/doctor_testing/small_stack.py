"""A small stack in both accounts, and every resource that an interrupted run of it can leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_rules import policies
from doctor_testing.deployments import TRUST_LAMBDA, archive
from doctor_testing.stack_state import API_ACCOUNT, FUNCTION_ACCOUNT, TAGS, StackState

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

REST_API, HTTP_API = "aws:apigateway/restApi:RestApi", "aws:apigatewayv2/api:Api"
FUNCTION, ROLE, GROUP = "aws:lambda/function:Function", "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup"
PERMISSION = "aws:lambda/permission:Permission"
OTHERS_TAGS = TAGS | {"stack": "prod"}
PAIRS = [{"Key": key, "Value": value} for key, value in TAGS.items()]
TRUST = json.dumps(TRUST_LAMBDA)


def _in_network(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": PAIRS}]


class Stack:
    """A small stack in both accounts, deployed and recorded in the state."""

    def __init__(self, sandbox: SandboxUnderTest) -> None:
        self.sandbox = sandbox
        self.state = StackState(sandbox.endpoint)
        self.rest = sandbox.client("apigateway", API_ACCOUNT)
        self.http = sandbox.client("apigatewayv2", API_ACCOUNT)
        self.functions = sandbox.client("lambda", FUNCTION_ACCOUNT)
        self.iam = sandbox.client("iam", FUNCTION_ACCOUNT)
        self.api = self.rest.create_rest_api(name="pets-dev", tags=TAGS)["id"]
        self.state.record(API_ACCOUNT, REST_API, self.api, name="pets-dev", tags=TAGS)
        root = self.rest.get_resources(restApiId=self.api)["items"][0]["id"]
        get = {"restApiId": self.api, "resourceId": root, "httpMethod": "GET"}
        self.rest.put_method(**get, authorizationType="NONE")
        self.rest.put_integration(**get, type="MOCK")
        self.role = self.iam.create_role(RoleName="pets-role-0a1b2c3", AssumeRolePolicyDocument=TRUST, Tags=PAIRS)
        self.role_arn = self.role["Role"]["Arn"]
        self.state.record(FUNCTION_ACCOUNT, ROLE, "pets-role-0a1b2c3", name="pets-role-0a1b2c3", arn=self.role_arn)
        self.create_function("pets-0a1b2c3", TAGS)
        self.state.record(FUNCTION_ACCOUNT, FUNCTION, "pets-0a1b2c3", name="pets-0a1b2c3")
        self.permit("invoke-1", self.api)
        self.state.record(FUNCTION_ACCOUNT, PERMISSION, "invoke-1", **self.statement(self.api))

    def create_function(self, name: str, tags: dict[str, str]) -> None:
        self.functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="app.handler",
            Role=self.role_arn,
            Code={"ZipFile": archive("def handler(event, context):\n    return 1\n")},
            Tags=tags,
        )

    def statement(self, api: str) -> dict[str, str]:
        """The inputs of a Permission."""
        return {
            "action": policies.INVOKE,
            "function": "pets-0a1b2c3",
            "principal": policies.API_GATEWAY,
            "sourceAccount": API_ACCOUNT,
            "sourceArn": f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{api}/dev/GET/",
        }

    def permit(self, sid: str, api: str) -> None:
        given = self.statement(api)
        self.functions.add_permission(
            FunctionName=given["function"],
            StatementId=sid,
            Action=given["action"],
            Principal=given["principal"],
            SourceArn=given["sourceArn"],
            SourceAccount=given["sourceAccount"],
        )


# ── each leaves one resource; returns its name in the report and why it belongs to the stack ─────────────────────


def _rest_api(stack: Stack) -> tuple[str, str]:
    identity = stack.rest.create_rest_api(name="pets-dev", tags=TAGS)["id"]
    return f"REST API {identity} (pets-dev)", "it has the stack's tags"


def _rest_api_without_tags(stack: Stack) -> tuple[str, str]:
    identity = stack.rest.create_rest_api(name="pets-dev")["id"]
    return f"REST API {identity} (pets-dev)", "it has the name of a resource of the stack"


def _http_api(stack: Stack) -> tuple[str, str]:
    identity = stack.http.create_api(Name="orders", ProtocolType="HTTP", Tags=TAGS)["ApiId"]
    stack.state.interrupt(API_ACCOUNT, HTTP_API, "orders-api", name="orders")
    return f"HTTP API {identity} (orders)", "its creation was interrupted"


def _stage(stack: Stack) -> tuple[str, str]:
    deployment = stack.rest.create_deployment(restApiId=stack.api)["id"]
    stack.state.record(API_ACCOUNT, "aws:apigateway/deployment:Deployment", deployment, restApi=stack.api)
    stack.rest.create_stage(restApiId=stack.api, stageName="dev", deploymentId=deployment)
    stack.state.interrupt(API_ACCOUNT, "aws:apigateway/stage:Stage", "pets-stage", restApi=stack.api, stageName="dev")
    return f"stage dev of REST API {stack.api}", "its creation was interrupted"


def _deployment(stack: Stack) -> tuple[str, str]:
    identity = stack.rest.create_deployment(restApiId=stack.api)["id"]
    return f"deployment {identity} of REST API {stack.api}", "it is part of a resource of the stack"


def _route(stack: Stack) -> tuple[str, str]:
    api = stack.http.create_api(Name="orders", ProtocolType="HTTP", Tags=TAGS)["ApiId"]
    stack.state.record(API_ACCOUNT, HTTP_API, api, name="orders")
    stack.http.create_route(ApiId=api, RouteKey="GET /orders")
    return f"route GET /orders of HTTP API {api}", "it is part of a resource of the stack"


def _usage_plan(stack: Stack) -> tuple[str, str]:
    identity = stack.rest.create_usage_plan(name="gold", tags=TAGS)["id"]
    stack.state.record(API_ACCOUNT, "aws:apigateway/usagePlan:UsagePlan", "other")
    return f"usage plan {identity} (gold)", "it has the stack's tags"


def _logging_role(stack: Stack) -> tuple[str, str]:
    iam = stack.sandbox.client("iam", API_ACCOUNT)
    trust = TRUST.replace("lambda.amazonaws.com", "apigateway.amazonaws.com")
    arn = iam.create_role(RoleName="logs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="logs", PolicyName="write", PolicyDocument=json.dumps(policies.document(policies.gateway_logger()))
    )
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
    stack.rest.update_account(patchOperations=[operation])
    stack.state.interrupt(API_ACCOUNT, "aws:apigateway/account:Account", "pets-account", cloudwatchRoleArn=arn)
    return f"CloudWatch role of API Gateway {arn}", "its creation was interrupted"


def _function(stack: Stack) -> tuple[str, str]:
    stack.create_function("pets-9f9f9f9", TAGS)
    stack.state.interrupt(FUNCTION_ACCOUNT, FUNCTION, "pets", name="pets-9f9f9f9")
    return "function pets-9f9f9f9", "its creation was interrupted"


def _alias(stack: Stack) -> tuple[str, str]:
    stack.functions.create_alias(FunctionName="pets-0a1b2c3", Name="live", FunctionVersion="$LATEST")
    return "alias live of function pets-0a1b2c3", "it is part of a resource of the stack"


def _repeated_statement(stack: Stack) -> tuple[str, str]:
    stack.permit("invoke-2", stack.api)
    return "permission statement invoke-2 of function pets-0a1b2c3", "it repeats a statement of the stack"


def _statement_for_an_own_api(stack: Stack) -> tuple[str, str]:
    other = stack.rest.create_rest_api(name="second", tags=TAGS)["id"]
    stack.state.record(API_ACCOUNT, REST_API, other, name="second")
    stack.permit("invoke-3", other)
    return "permission statement invoke-3 of function pets-0a1b2c3", "it allows a resource of the stack"


def _role(stack: Stack) -> tuple[str, str]:
    stack.iam.create_role(RoleName="pets-role-7d7d7d7", AssumeRolePolicyDocument=TRUST, Tags=PAIRS)
    document = json.dumps(policies.document(policies.allow("s3:GetObject", "*")))
    stack.iam.put_role_policy(RoleName="pets-role-7d7d7d7", PolicyName="inline", PolicyDocument=document)
    arn = stack.iam.create_policy(PolicyName="managed", PolicyDocument=document)["Policy"]["Arn"]
    stack.iam.attach_role_policy(RoleName="pets-role-7d7d7d7", PolicyArn=arn)
    return "role pets-role-7d7d7d7", "it has the stack's tags"


def _inline_policy(stack: Stack) -> tuple[str, str]:
    document = json.dumps(policies.document(policies.allow("s3:GetObject", "*")))
    stack.iam.put_role_policy(RoleName="pets-role-0a1b2c3", PolicyName="left", PolicyDocument=document)
    return "inline policy left of role pets-role-0a1b2c3", "it is part of a resource of the stack"


def log_group(stack: Stack) -> tuple[str, str]:
    logs = stack.sandbox.client("logs", FUNCTION_ACCOUNT)
    logs.create_log_group(logGroupName="pets-logs-4e4e4e4", tags=TAGS)
    return "log group pets-logs-4e4e4e4", "it has the stack's tags"


def _execution_logs(stack: Stack) -> tuple[str, str]:
    name = f"API-Gateway-Execution-Logs_{stack.api}/dev"
    stack.sandbox.client("logs", API_ACCOUNT).create_log_group(logGroupName=name, tags=TAGS)
    return f"log group {name}", "it has the stack's tags"


def _vpc(stack: Stack) -> tuple[str, str]:
    ec2 = stack.sandbox.client("ec2", API_ACCOUNT)
    identity = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=_in_network("vpc"))["Vpc"]["VpcId"]
    stack.state.record(API_ACCOUNT, "aws:ec2/vpc:Vpc", "vpc-other")
    return f"VPC {identity}", "it has the stack's tags"


def _zone(stack: Stack) -> tuple[str, str]:
    dns = stack.sandbox.client("route53", API_ACCOUNT)
    identity = dns.create_hosted_zone(Name="pets.example.com", CallerReference="1")["HostedZone"]["Id"]
    stack.state.interrupt(API_ACCOUNT, "aws:route53/zone:Zone", "pets-zone", name="pets.example.com")
    # The provider tags a zone in a second call: if the provider is killed before, the zone has no tags.
    return f"hosted zone {identity.rpartition('/')[2]} for pets.example.com", "its creation was interrupted"


def _certificate(stack: Stack) -> tuple[str, str]:
    acm = stack.sandbox.client("acm", API_ACCOUNT)
    arn = acm.request_certificate(DomainName="pets.example.com", ValidationMethod="DNS", Tags=PAIRS)["CertificateArn"]
    stack.state.record(API_ACCOUNT, "aws:acm/certificate:Certificate", "arn:other")
    return f"certificate {arn} for pets.example.com", "it has the stack's tags"


LEAVES = [
    _rest_api,
    _rest_api_without_tags,
    _http_api,
    _stage,
    _deployment,
    _route,
    _usage_plan,
    _logging_role,
    _function,
    _alias,
    _repeated_statement,
    _statement_for_an_own_api,
    _role,
    _inline_policy,
    log_group,
    _execution_logs,
    _vpc,
    _zone,
    _certificate,
]
