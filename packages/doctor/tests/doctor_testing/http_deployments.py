"""The same deployment with an HTTP API instead of the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_rules.arns import invoke_uri, source_arn
from aws_rules.grants import route_tail
from doctor_testing.deployments import Deployment

if TYPE_CHECKING:
    from sandbox_testing.server import Reply

#: Payload formats 2.0 and 1.0 have the path in different places.
HELLO_2_0 = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"path": event["rawPath"]})}
"""


class HttpDeployment(Deployment):
    """One HTTP API and one function. A route is (method, path), or (`$default`, "")."""

    def __init__(self, sandbox: Any, *, api_account: str, function_account: str) -> None:
        super().__init__(sandbox, api_account=api_account, function_account=function_account)
        self.source = HELLO_2_0
        self.auto_deploy = True
        self.integration_id = ""
        self.plain_arn = False
        self.route_ids: dict[str, str] = {}

    @property
    def gateway(self) -> Any:
        """API Gateway v2 in the API's account."""
        return self.sandbox.client("apigatewayv2", self.api_account, self.region)

    def make_api(self, **more: Any) -> None:
        """Create an API with a stage and one integration that its routes share."""
        self.api_id = self.gateway.create_api(Name="pets", ProtocolType="HTTP", **more)["ApiId"]
        self.integration_id = self.gateway.create_integration(
            ApiId=self.api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=self.arn if self.plain_arn else invoke_uri(self.arn),
            PayloadFormatVersion="2.0",
            **({"CredentialsArn": self.credentials} if self.credentials else {}),
        )["IntegrationId"]
        self.gateway.create_stage(ApiId=self.api_id, StageName=self.stage, AutoDeploy=self.auto_deploy)

    def add_route(self, method: str, path: str, *, uri: str | None = None, **more: Any) -> None:
        """Create a route to the integration; it is live immediately if the stage deploys automatically."""
        assert uri is None
        key = f"{method} {path}".strip()
        made = self.gateway.create_route(
            ApiId=self.api_id, RouteKey=key, Target=f"integrations/{self.integration_id}", **more
        )
        self.route_ids[key] = made["RouteId"]

    def deploy(self) -> None:
        """Deploy the API as it is now to the stage."""
        if not self.auto_deploy:
            self.gateway.create_deployment(ApiId=self.api_id, StageName=self.stage)

    def source_arn(self, method: str = "GET", path: str = "/", *, stage: str | None = None, **more: str) -> str:
        """The SourceArn of a route's statement."""
        values = {"function_region": self.function_region, "api_account": self.api_account, "api_id": self.api_id}
        return source_arn(**(values | more), tail=route_tail(stage or self.stage, f"{method} {path}".strip()))

    def change_integration(self, **members: Any) -> None:
        """Change the integration without a manual deployment."""
        self.gateway.update_integration(ApiId=self.api_id, IntegrationId=self.integration_id, **members)

    def set_variable(self, name: str, value: str) -> None:
        """Set a variable of the stage."""
        self.gateway.update_stage(ApiId=self.api_id, StageName=self.stage, StageVariables={name: value})

    def point_to(self, uri: str) -> None:
        """Point every route to this URI, and deploy."""
        self.change_integration(IntegrationUri=uri)
        self.deploy()

    def get(self, path: str = "/", *, method: str = "GET", **headers: str) -> Reply:
        """Send a GET request as a client; returns the response."""
        host = f"{self.api_id}.execute-api.{self.region}.amazonaws.com"
        stage = "" if self.stage == "$default" else f"/{self.stage}"
        return self.sandbox.request(method, f"https://{host}{stage}{path}", headers=headers)
