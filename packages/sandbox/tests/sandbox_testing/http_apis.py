"""HTTP APIs in one account and functions in another, deployed through the AWS APIs."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox_testing.server import Reply, SandboxUnderTest

API_ACCOUNT = "111111111111"
FUNCTION_ACCOUNT = "222222222222"
ECHO = "def handler(event, context):\n    return event\n"


def zipped(source: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("app.py", source)
    return archive.getvalue()


@dataclass(kw_only=True)
class Deployment:
    """An HTTP API with one stage, which deploys automatically."""

    sandbox: SandboxUnderTest
    api_id: str
    stage: str
    v2: Any
    integrations: dict[str, str] = field(default_factory=dict)

    def function(
        self, name: str, source: str, *, region: str = "us-east-1", allow: str | None = "*", **more: Any
    ) -> str:
        """Create a Python function in the other account that this API can invoke from routes that match `allow`."""
        iam = self.sandbox.client("iam", account=FUNCTION_ACCOUNT)
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
        role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        functions = self.sandbox.client("lambda", account=FUNCTION_ACCOUNT, region=region)
        arn: str = functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": zipped(source)},
            **more,
        )["FunctionArn"]
        if allow is not None:
            functions.add_permission(
                FunctionName=name,
                StatementId="api",
                Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                SourceArn=f"arn:aws:execute-api:{region}:{API_ACCOUNT}:{self.api_id}/{allow}",
                SourceAccount=API_ACCOUNT,
            )
        return arn

    def route(self, key: str, function: str, *, version: str = "2.0", **members: Any) -> str:
        """Create a route to a function, and return the route's ID."""
        integration = self.v2.create_integration(
            ApiId=self.api_id, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion=version
        )["IntegrationId"]
        self.integrations[key] = integration
        made: str = self.v2.create_route(
            ApiId=self.api_id, RouteKey=key, Target=f"integrations/{integration}", **members
        )["RouteId"]
        return made

    def call(self, method: str, path: str, **request: Any) -> Reply:
        """Send a request to the API's own host and its stage."""
        prefix = "" if self.stage == "$default" else f"/{self.stage}"
        return self.sandbox.request(
            method, f"https://{self.api_id}.execute-api.us-east-1.amazonaws.com{prefix}{path}", **request
        )

    @property
    def why(self) -> str:
        """The hop that decided the last request, and its reason."""
        trace = self.sandbox.world.traces.last()
        assert trace is not None
        assert trace.deciding is not None
        return f"{trace.deciding.name}: {trace.deciding.summary}"


@pytest.fixture
def api(sandbox: SandboxUnderTest) -> Deployment:
    """Create an HTTP API with a `$default` stage."""
    return deploy(sandbox, "$default")


def deploy(sandbox: SandboxUnderTest, stage: str, **members: Any) -> Deployment:
    v2 = sandbox.client("apigatewayv2")
    api_id = v2.create_api(Name="pets", ProtocolType="HTTP", **members)["ApiId"]
    v2.create_stage(ApiId=api_id, StageName=stage, AutoDeploy=True)
    return Deployment(sandbox=sandbox, api_id=api_id, stage=stage, v2=v2)
