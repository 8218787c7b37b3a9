"""The doctor's time for an API with 300 routes in the sandbox, in a new process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from aws_rules.arns import invoke_uri
from cross_account_sandbox.server import RunningSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[1]
_API, _FUNCTION, _REGION = "111111111111", "222222222222", "us-east-1"
_ROUTES, _ROUNDS = 300, 3


def report() -> Iterator[tuple[str, str]]:
    """Report the best of three runs, and the number of calls per run."""
    with RunningSandbox(port=0) as sandbox:
        api_id = _deploy(sandbox.endpoint)
        runs = [_check(sandbox.endpoint, api_id) for _ in range(_ROUNDS)]
    seconds, verdict = min(runs, key=lambda run: run[0])
    yield f"{_ROUTES} routes", f"{seconds:.2f} s, {sum(verdict['calls'].values())} calls, healthy: {verdict['healthy']}"


def _client(endpoint: str, service: str, account: str = _API) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    if account != _API:
        sts = _client(endpoint, "sts")
        role = f"arn:aws:iam::{account}:role/sandbox-operator"
        given = sts.assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
        keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
    return boto3.client(service, region_name=_REGION, endpoint_url=endpoint, **keys)  # type: ignore[call-overload]


def _deploy(endpoint: str) -> str:
    iam, lambda_ = _client(endpoint, "iam", _FUNCTION), _client(endpoint, "lambda", _FUNCTION)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName="bench", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return {'statusCode': 200, 'body': 'ok'}\n")
    function = lambda_.create_function(
        FunctionName="bench",
        Role=role,
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": invoke_uri(function)}
    operation = {"get": {"responses": {}, "x-amazon-apigateway-integration": integration}}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "bench", "version": "1"},
        "paths": {"/": operation, **{f"/items{number}": operation for number in range(1, _ROUTES)}},
    }
    gateway = _client(endpoint, "apigateway")
    api_id: str = gateway.import_rest_api(body=json.dumps(document).encode())["id"]
    gateway.create_deployment(restApiId=api_id, stageName="dev")
    lambda_.add_permission(
        FunctionName="bench",
        StatementId="bench",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{_REGION}:{_API}:{api_id}/dev/*",
        SourceAccount=_API,
    )
    return api_id


def _check(endpoint: str, api_id: str) -> tuple[float, dict[str, Any]]:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    command = [
        sys.executable,
        "-m",
        "cross_account_doctor",
        "check",
        "--api-id",
        api_id,
        "--stage",
        "dev",
        "--region",
        _REGION,
    ]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "--endpoint-url", endpoint, "--json"],
        cwd=_ROOT,
        env={**os.environ, **keys},
        capture_output=True,
        text=True,
        check=False,
    )
    return time.perf_counter() - started, json.loads(done.stdout)
