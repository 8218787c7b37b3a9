"""The roles, functions and APIs on which a resource depends, created through the table of handlers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi

from cross_account_sandbox.resources.table import handler

if TYPE_CHECKING:
    from cross_account_sandbox.resources.session import ProviderSession


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
LOGS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}],
}
SHARED = "arn:aws:apigateway:us-east-1:111111111111:/domainnames/inner.example.com+abc123"
CODE = pulumi.AssetArchive({"index.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
DOCUMENT = json.dumps(
    {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "paths": {
            "/": {
                "get": {
                    "responses": {"200": {"description": "ok"}},
                    "x-amazon-apigateway-integration": {
                        "type": "mock",
                        "requestTemplates": {"application/json": '{"statusCode": 200}'},
                        "responses": {"default": {"statusCode": "200"}},
                    },
                }
            }
        },
    }
)


class Scene:
    """Creates the resources on which another resource depends."""

    def __init__(self, session: ProviderSession) -> None:
        self.session = session

    def make(self, token: str, **inputs: Any) -> tuple[str, dict[str, Any]]:
        """Create a resource through its handler."""
        row = handler(token)
        return row.create(self.session, row.check(inputs))

    def role(self) -> str:
        return str(self.make("aws:iam/role:Role", name="around", assumeRolePolicy=json.dumps(TRUST))[1]["arn"])

    def function(self) -> str:
        return self.make(
            "aws:lambda/function:Function",
            name="around",
            role=self.role(),
            code=CODE,
            handler="index.handler",
            runtime="python3.13",
            publish=True,
        )[0]

    def api(self) -> str:
        return self.make("aws:apigateway/restApi:RestApi", name="around", body=DOCUMENT)[0]

    def root(self) -> dict[str, str]:
        """Create an API, and return its root as the parent of a path."""
        identity, made = self.make("aws:apigateway/restApi:RestApi", name="a")
        return {"restApi": identity, "parentId": made["rootResourceId"]}

    def path(self) -> dict[str, str]:
        """Create a path in a new API."""
        root = self.root()
        return {
            "restApi": root["restApi"],
            "resourceId": self.make("aws:apigateway/resource:Resource", **root, pathPart="pets")[0],
        }

    def method(self) -> dict[str, str]:
        """Create a GET method on a path of a new API."""
        place = {**self.path(), "httpMethod": "GET"}
        self.make("aws:apigateway/method:Method", **place, authorization="NONE")
        return place

    def answered(self) -> dict[str, str]:
        """Create a GET method with an integration and a status that it can return."""
        place = self.method()
        self.make("aws:apigateway/integration:Integration", **place, type="MOCK")
        headers = {"method.response.header.x": False}
        self.make("aws:apigateway/methodResponse:MethodResponse", **place, statusCode="200", responseParameters=headers)
        return place

    def deployment(self) -> tuple[str, str]:
        api = self.api()
        return api, self.make("aws:apigateway/deployment:Deployment", restApi=api)[0]

    def stage(self) -> tuple[str, str]:
        api, deployment = self.deployment()
        self.make("aws:apigateway/stage:Stage", restApi=api, deployment=deployment, stageName="dev")
        return api, "dev"

    def logging_role(self) -> str:
        trust = json.loads(json.dumps(TRUST).replace("lambda", "apigateway"))
        arn = self.make("aws:iam/role:Role", name="logging", assumeRolePolicy=json.dumps(trust))[1]["arn"]
        rights = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "logs:CreateLogGroup",
                        "logs:CreateLogStream",
                        "logs:DescribeLogGroups",
                        "logs:DescribeLogStreams",
                        "logs:PutLogEvents",
                        "logs:GetLogEvents",
                        "logs:FilterLogEvents",
                    ],
                    "Resource": "*",
                }
            ],
        }
        self.make("aws:iam/rolePolicy:RolePolicy", name="logs", role="logging", policy=json.dumps(rights))
        return str(arn)

    def certificate(self) -> str:
        return self.make("aws:acm/certificate:Certificate", domainName="*.example.com", validationMethod="DNS")[0]

    def domain(self) -> str:
        return self.make(
            "aws:apigateway/domainName:DomainName",
            domainName="api.example.com",
            regionalCertificateArn=self.certificate(),
            endpointConfiguration={"types": "REGIONAL"},
            securityPolicy="TLS_1_2",
        )[0]

    def http_api(self) -> str:
        return self.make("aws:apigatewayv2/api:Api", name="around", protocolType="HTTP")[0]

    def vpc(self) -> str:
        return self.make("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True)[0]

    def subnet(self, vpc: str) -> str:
        return self.make("aws:ec2/subnet:Subnet", vpcId=vpc, cidrBlock="10.0.1.0/24")[0]

    def group(self, vpc: str) -> str:
        return self.make("aws:ec2/securityGroup:SecurityGroup", name="around", vpcId=vpc)[0]

    def zone(self) -> str:
        return self.make("aws:route53/zone:Zone", name="example.com")[0]

    def share(self) -> str:
        return self.make("aws:ram/resourceShare:ResourceShare", name="around", allowExternalPrincipals=True)[0]
