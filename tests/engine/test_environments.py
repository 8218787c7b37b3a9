"""Two stacks of one checkout side by side in the same two accounts."""

from __future__ import annotations

import json
import urllib.request

import pytest
from pulumi.automation import CommandError

from cross_account_sandbox.server import RunningSandbox
from tests.engine.inventory import client, inventory
from tests.engine.stacks import Engine, Stack

_API_ACCOUNT, _FUNCTION_ACCOUNT = _ACCOUNTS = ("111111111111", "222222222222")


def _stack(engine: Engine, sandbox: RunningSandbox, environment: str) -> Stack:
    stack = engine.stack(endpoint=sandbox.endpoint, name=environment, base=environment)
    stack.settings = {
        "apiAccount": {"id": _API_ACCOUNT, "region": "us-east-1"},
        "functionAccount": {"id": _FUNCTION_ACCOUNT, "region": "us-east-1"},
        "endpoint": sandbox.endpoint,
        "runtime": "python",
        "gatewayLogging": "existing",
        "authorization": "NONE",
        "allowedSourceIps": [],
    }
    return stack


def _message(stack: Stack, sandbox: RunningSandbox) -> str:
    outputs = stack.outputs
    url = f"{sandbox.endpoint}/_aws/execute-api/{outputs['apiId']}/{outputs['stageName']}/?name={stack.name}"
    with urllib.request.urlopen(url) as answer:
        return str(json.load(answer)["message"])


@pytest.fixture(autouse=True, scope="module")
def _logging_role(sandbox: RunningSandbox) -> None:
    """Create the account's CloudWatch role, which both stacks use (`gatewayLogging: existing`)."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    iam = client(sandbox, "iam", _API_ACCOUNT)
    role = iam.create_role(RoleName="gateway-logs", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="gateway-logs",
        PolicyName="write",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
        ),
    )
    client(sandbox, "apigateway", _API_ACCOUNT).update_account(
        patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]
    )


def test_dev_and_prod_live_side_by_side_and_go_one_at_a_time(engine: Engine, sandbox: RunningSandbox) -> None:
    before = inventory(sandbox, _ACCOUNTS)
    dev, prod = _stack(engine, sandbox, "dev"), _stack(engine, sandbox, "prod")
    dev.up()
    prod.up()
    assert _message(dev, sandbox) == "Good day, dev of World."
    assert _message(prod, sandbox) == "Good day, prod of World."
    assert dev.outputs["apiId"] != prod.outputs["apiId"]
    assert dev.outputs["functionName"] != prod.outputs["functionName"]

    dev.destroy()
    assert _message(prod, sandbox) == "Good day, prod of World."

    with pytest.raises(CommandError, match="protect"):
        prod.destroy()
    assert _message(prod, sandbox) == "Good day, prod of World."
    prod.settings |= {"deletionProtection": False, "retainLogs": False}
    prod.up()
    prod.destroy()
    assert inventory(sandbox, _ACCOUNTS) == before


def test_logs_are_kept_after_destroy_if_the_setting_requires_it(engine: Engine, sandbox: RunningSandbox) -> None:
    before = inventory(sandbox, _ACCOUNTS)
    stack = _stack(engine, sandbox, "dev")
    stack.settings |= {"retainLogs": True, "deletionProtection": False}
    stack.up()
    groups = {resource["id"] for resource in stack.resources if resource["type"].endswith(":LogGroup")}
    assert groups

    stack.destroy()

    kept = inventory(sandbox, _ACCOUNTS) - before
    assert {entry.split(" ", 3)[3] for entry in kept} == groups
    assert {entry.split()[2] for entry in kept} == {"LogGroup"}
    for account in _ACCOUNTS:
        logs = client(sandbox, "logs", account)
        for group in logs.describe_log_groups()["logGroups"]:
            if group["logGroupName"] in groups:
                logs.delete_log_group(logGroupName=group["logGroupName"])
