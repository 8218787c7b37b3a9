"""Create the REST APIs, functions and policies for tests of the data plane directly in a World."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_rules.arns import function_arn, invoke_uri
from cross_account_sandbox.apigateway.model.definition import (
    Definition,
    Integration,
    IntegrationResponse,
    Method,
    MethodResponse,
    Resource,
)
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.stage import Deployment, MethodSetting, Stage
from cross_account_sandbox.functions.store import Alias, Function, FunctionVersion, PolicyStatement, QualifierPolicy

if TYPE_CHECKING:
    from cross_account_sandbox.world import World

API_ACCOUNT = "111111111111"
FUNCTION_ACCOUNT = "222222222222"
REGION = "us-east-1"
API_ID = "api1234567"
STAGE = "dev"

#: Returns the request's body as its response, so that one function serves every case of the contract.
ECHO_BODY = """
import json
def handler(event, context):
    return json.loads(event["body"])
"""
#: Returns 200 with the event that it received.
ECHO_EVENT = """
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event)}
"""
HELLO = """
def handler(event, context):
    return {"statusCode": 200, "headers": {"x-custom-header": "my custom header value"}, "body": "hello"}
"""


def add_function(
    world: World,
    code: str = HELLO,
    *,
    name: str = "hello",
    account: str = FUNCTION_ACCOUNT,
    region: str = REGION,
    timeout_s: int = 10,
    runtime: str = "python3.12",
    environment: dict[str, str] | None = None,
) -> Function:
    """Add a Python function of one file, without a policy."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-test-function-"))
    (folder / "index.py").write_text(code)
    arn = function_arn(region=region, account=account, name=name)
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    latest = FunctionVersion(
        account=account,
        region=region,
        function_name=name,
        version="$LATEST",
        arn=arn,
        runtime=runtime,
        handler="index.handler",
        role=f"arn:aws:iam::{account}:role/execution",
        code_dir=str(folder),
        code_sha256=digest,
        code_size=len(code),
        timeout_s=timeout_s,
        environment=environment or {},
    )
    function = Function(name=name, account=account, region=region, arn=arn, latest=latest)
    world.functions(account, region).functions[name] = function
    weakref.finalize(function, shutil.rmtree, folder, ignore_errors=True)
    return function


def add_alias(function: Function, name: str = "live") -> Alias:
    """Publish the function's code as version 1, and add an alias for it."""
    version = copy.copy(function.latest)
    version.version = "1"
    version.arn = f"{function.arn}:1"
    function.versions["1"] = version
    alias = Alias(name=name, arn=f"{function.arn}:{name}", version="1")
    function.aliases[name] = alias
    return alias


def allow(
    function: Function, statement: dict[str, Any], *, qualifier: str | None = None, pinned: dict[str, str] | None = None
) -> None:
    """Add a statement to the policy of this qualifier."""
    present = function.policies.get(qualifier, QualifierPolicy()).statements
    sid = statement.setdefault("Sid", f"statement{len(present)}")
    statement.setdefault("Effect", "Allow")
    statement.setdefault("Action", "lambda:InvokeFunction")
    statement.setdefault("Resource", f"{function.arn}:{qualifier}" if qualifier else function.arn)
    added = PolicyStatement(sid=sid, document=statement, pinned=pinned or {})
    function.policies[qualifier] = QualifierPolicy(statements={**present, sid: added})


def allow_gateway(
    function: Function,
    *,
    tail: str = "*",
    qualifier: str | None = None,
    account: str = API_ACCOUNT,
    api_id: str = API_ID,
    region: str | None = None,
) -> None:
    """Add the console's add-permission statement: the service, with this API as the source and this source account."""
    source = f"arn:aws:execute-api:{region or function.region}:{account}:{api_id}/{tail}"
    condition = {"ArnLike": {"AWS:SourceArn": source}, "StringEquals": {"AWS:SourceAccount": account}}
    allow(function, {"Principal": {"Service": "apigateway.amazonaws.com"}, "Condition": condition}, qualifier=qualifier)


def permitted(sandbox: Any, code: str = HELLO, **changes: Any) -> Function:
    """Add a function that the API can invoke."""
    function = add_function(sandbox.world, code, **changes)
    allow_gateway(function)
    return function


def lambda_proxy(function: Function | str, **changes: Any) -> Integration:
    """An AWS_PROXY integration with a function or with the given ARN."""
    arn = function if isinstance(function, str) else function.arn
    return Integration(type="AWS_PROXY", http_method="POST", uri=invoke_uri(arn), **changes)


def mock(status: int = 200, *, template: str | None = None, **response: Any) -> Integration:
    """A MOCK integration that returns this status."""
    request = template if template is not None else json.dumps({"statusCode": status})
    return Integration(
        type="MOCK",
        request_templates={"application/json": request},
        responses={"default": IntegrationResponse(status_code=str(status), **response)},
    )


def method(verb: str, integration: Integration, **changes: Any) -> Method:
    """A method that declares every response to which its integration maps."""
    declared = {
        item.status_code: MethodResponse(status_code=item.status_code) for item in integration.responses.values()
    }
    return Method(http_method=verb, integration=integration, responses=declared, **changes)


@dataclass(kw_only=True)
class Api:
    """A REST API under construction; `deploy` creates a snapshot and points the stage to it."""

    world: World
    api: RestApi
    counter: int = field(default=0)

    @property
    def definition(self) -> Definition:
        """The API's current definition, with undeployed changes."""
        return self.api.definition

    @property
    def stage(self) -> Stage:
        """The stage `dev`."""
        return self.api.stages[STAGE]

    def route(self, path: str, verb: str, integration: Integration, **changes: Any) -> Method:
        """Add a method and the resources that its path needs."""
        parent = self.definition.resource_at("/")
        assert parent is not None
        resource: Resource = parent
        built = ""
        for part in [segment for segment in path.split("/") if segment]:
            built += f"/{part}"
            found = self.definition.resource_at(built)
            if found is None:
                self.counter += 1
                found = Resource(id=f"res{self.counter:03}", parent_id=resource.id, path_part=part, path=built)
                self.definition.resources[found.id] = found
            resource = found
        made = method(verb, integration, **changes)
        resource.methods[verb] = made
        return made

    def deploy(self, stage: str = STAGE) -> Stage:
        """Deploy the current definition to the stage."""
        self.counter += 1
        deployment = Deployment(id=f"dep{self.counter:03}", definition=copy.deepcopy(self.definition))
        self.api.deployments[deployment.id] = deployment
        if stage in self.api.stages:
            self.api.stages[stage].deployment_id = deployment.id
        else:
            self.api.stages[stage] = Stage(name=stage, deployment_id=deployment.id)
        return self.api.stages[stage]

    def log_at(self, level: str = "INFO", *, data_trace: bool = False) -> None:
        """Turn on the stage's execution logs, and set the account's CloudWatch role."""
        store = self.world.apigateway(self.api.account, self.api.region)
        store.cloudwatch_role_arn = f"arn:aws:iam::{self.api.account}:role/gateway-logs"
        self.stage.method_settings["*/*"] = MethodSetting(logging_level=level, data_trace=data_trace)

    def url(self, path: str = "/", *, stage: str = STAGE) -> str:
        """The address of a path on AWS."""
        return f"https://{self.api.id}.execute-api.{self.api.region}.amazonaws.com/{stage}{path}"


def add_api(
    world: World,
    *,
    api_id: str = API_ID,
    account: str = API_ACCOUNT,
    region: str = REGION,
    endpoint_type: str = "REGIONAL",
) -> Api:
    """Add an API that contains only its root resource."""
    definition = Definition(
        resources={"root": Resource(id="root", parent_id=None, path_part=None, path="/")},
        endpoint_types=[endpoint_type],
    )
    api = RestApi(
        id=api_id, account=account, region=region, name="test", root_resource_id="root", definition=definition
    )
    world.apigateway(account, region).rest_apis[api_id] = api
    return Api(world=world, api=api)


def log_messages(sandbox: Any, *, account: str, group: str) -> list[str]:
    """Every message of a log group, in order; empty if the group does not exist."""
    logs = sandbox.client("logs", account=account)
    if not any(item["logGroupName"] == group for item in logs.describe_log_groups()["logGroups"]):
        return []
    return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]


def own_log_lines(sandbox: Any, reply: Any) -> list[str]:
    """The lines of the stage's execution log for this response, without its request ID."""
    prefix = f"({reply.header('x-amzn-RequestId')}) "
    lines = log_messages(sandbox, account=API_ACCOUNT, group=f"API-Gateway-Execution-Logs_{API_ID}/{STAGE}")
    return [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]
