"""A cross-account API that is created step by step, with a hook for each step that can go wrong."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from aws_rules.arns import function_arn, invoke_uri, method_tail, source_arn

if TYPE_CHECKING:
    from sandbox_testing.server import Reply, SandboxUnderTest

HELLO = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"path": event["path"]})}
"""
TRUST_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
TRUST_GATEWAY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def archive(source: str) -> bytes:
    """A deployment package with one file, in Python or CommonJS."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("app.js" if "exports." in source else "app.py", source)
    return buffer.getvalue()


class Deployment:
    """One REST API and one function. Set attributes before `make`; the methods break the deployment afterwards."""

    def __init__(self, sandbox: SandboxUnderTest, *, api_account: str, function_account: str) -> None:
        self.sandbox = sandbox
        self.api_account = api_account
        self.function_account = function_account
        self.region = "us-east-1"
        self.function_region = "us-east-1"
        self.stage = "dev"
        self.name = "hello"
        self.alias: str | None = "live"
        self.source = HELLO
        self.runtime = "python3.11"
        self.timeout_s = 3
        self.log_format = "Text"
        self.routes = [("GET", "/"), ("GET", "/pets/{petId}")]
        self.credentials: str | None = None
        self.api_id = ""
        self.root_id = ""
        self.resources: dict[str, str] = {}

    # ── creating ─────────────────────────────────────────────────────────────────────────────────────────────

    def make(self) -> Deployment:
        """Create everything in the order that works."""
        self.make_function()
        self.make_api()
        for method, path in self.routes:
            self.add_route(method, path)
        self.deploy()
        for method, path in self.routes:
            self.permit(method, path)
        return self

    @property
    def gateway(self) -> Any:
        """API Gateway in the API's account."""
        return self.sandbox.client("apigateway", self.api_account, self.region)

    @property
    def functions(self) -> Any:
        """Lambda in the function's account."""
        return self.sandbox.client("lambda", self.function_account, self.function_region)

    def iam(self, account: str) -> Any:
        """IAM of an account."""
        return self.sandbox.client("iam", account)

    @property
    def arn(self) -> str:
        """The function's ARN with its alias."""
        return self.arn_of(self.name, self.alias)

    def arn_of(self, name: str, alias: str | None = None) -> str:
        """The ARN of any function in the function's account and Region."""
        return function_arn(region=self.function_region, account=self.function_account, name=name, qualifier=alias)

    def make_function(self, name: str | None = None, *, alias: bool = True, source: str | None = None) -> None:
        """Create a function with its role, a published version and an alias."""
        called = name or self.name
        role = f"{called}-role"
        iam = self.iam(self.function_account)
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))
        self.functions.create_function(
            FunctionName=called,
            Runtime=self.runtime,
            Role=f"arn:aws:iam::{self.function_account}:role/{role}",
            Handler="app.handler",
            Timeout=self.timeout_s,
            LoggingConfig={"LogFormat": self.log_format},
            Code={"ZipFile": archive(source or self.source)},
        )
        if self.alias and alias:
            version = self.functions.publish_version(FunctionName=called)["Version"]
            self.functions.create_alias(FunctionName=called, Name=self.alias, FunctionVersion=version)

    def make_api(self, **more: Any) -> None:
        """Create an API without methods."""
        api = self.gateway.create_rest_api(name="petstore", endpointConfiguration={"types": ["REGIONAL"]}, **more)
        self.api_id = api["id"]
        self.root_id = self.gateway.get_resources(restApiId=self.api_id)["items"][0]["id"]
        self.resources = {"/": self.root_id}

    def resource(self, path: str) -> str:
        """The ID of a path's resource; creates it and its parents if necessary."""
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            made = self.gateway.create_resource(
                restApiId=self.api_id, parentId=self.resource(parent or "/"), pathPart=part
            )
            self.resources[path] = made["id"]
        return self.resources[path]

    def add_route(self, method: str, path: str, *, uri: str | None = None, **method_more: Any) -> None:
        """Create a method and its proxy integration, without deploying them."""
        where = {"restApiId": self.api_id, "resourceId": self.resource(path), "httpMethod": method}
        self.gateway.put_method(**where, **({"authorizationType": "NONE"} | method_more))
        self.gateway.put_integration(
            **where,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=uri or invoke_uri(self.arn),
            **({"credentials": self.credentials} if self.credentials else {}),
        )

    def deploy(self) -> None:
        """Deploy the API as it is now to the stage."""
        self.gateway.create_deployment(restApiId=self.api_id, stageName=self.stage)

    def permit(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        qualifier: str | None = "",
        source: str | None = None,
        account: str | None = None,
        name: str | None = None,
        principal: str = "apigateway.amazonaws.com",
    ) -> None:
        """Add the statement for a route, or one that differs from it."""
        chosen = self.alias if qualifier == "" else qualifier
        self.functions.add_permission(
            FunctionName=name or self.name,
            **({"Qualifier": chosen} if chosen else {}),
            StatementId=f"s{abs(hash((method, path, source)))}",
            Action="lambda:InvokeFunction",
            Principal=principal,
            SourceArn=source or self.source_arn(method, path),
            **({"SourceAccount": account or self.api_account} if principal.endswith("amazonaws.com") else {}),
        )

    def source_arn(self, method: str = "GET", path: str = "/", *, stage: str | None = None, **more: str) -> str:
        """The SourceArn of a route's statement."""
        values = {"function_region": self.function_region, "api_account": self.api_account, "api_id": self.api_id}
        return source_arn(**(values | more), tail=method_tail(stage=stage or self.stage, method=method, path=path))

    # ── breaking ─────────────────────────────────────────────────────────────────────────────────────────────

    def forget_permissions(self, qualifier: str | None = "", name: str | None = None) -> None:
        """Remove every statement from a qualifier's policy."""
        chosen = self.alias if qualifier == "" else qualifier
        selected = {"FunctionName": name or self.name} | ({"Qualifier": chosen} if chosen else {})
        policy = json.loads(self.functions.get_policy(**selected)["Policy"])
        for statement in policy["Statement"]:
            self.functions.remove_permission(**selected, StatementId=statement["Sid"])

    def patch_integration(self, path: str, value: str | None, *, at: str = "/uri", method: str = "GET") -> None:
        """Change a property of an integration without a deployment."""
        operation = {"op": "remove", "path": at} if value is None else {"op": "replace", "path": at, "value": value}
        self.gateway.update_integration(
            restApiId=self.api_id, resourceId=self.resources[path], httpMethod=method, patchOperations=[operation]
        )

    def set_variable(self, name: str, value: str) -> None:
        """Set a variable of the stage."""
        operation = {"op": "replace", "path": f"/variables/{name}", "value": value}
        self.gateway.update_stage(restApiId=self.api_id, stageName=self.stage, patchOperations=[operation])

    def point_to(self, uri: str) -> None:
        """Point every route to this URI, and deploy."""
        for method, path in self.routes:
            self.patch_integration(path, uri, method=method)
        self.deploy()

    # ── calling ──────────────────────────────────────────────────────────────────────────────────────────────

    def get(self, path: str = "/", *, method: str = "GET", **headers: str) -> Reply:
        """Send a GET request as a client; returns the response."""
        host = f"{self.api_id}.execute-api.{self.region}.amazonaws.com"
        return self.sandbox.request(method, f"https://{host}/{self.stage}{path}", headers=headers)
