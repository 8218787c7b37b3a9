"""An API in the API account that publishes an issuer's configuration and public key."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
from pydantic import Field

from cross_account_api import account_provider
from cross_account_api.config import AccountSettings, Program, load

STAGE = "prove"


class IssuerSettings(Program):
    """Namespace `prove-issuer`."""

    api_account: AccountSettings = Field(description="account of the API, {id, region, profile?}")
    modulus: str = Field(description="modulus of the public key, in the format of a JSON Web Key")


settings = load(IssuerSettings)
account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
in_account = pulumi.ResourceOptions(provider=account.provider)

OWN_URL = "https://$context.domainName/$context.stage"
KEY = {"kty": "RSA", "n": settings.modulus, "e": "AQAB", "kid": "one", "use": "sig", "alg": "RS256"}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "/.well-known/openid-configuration": {"issuer": OWN_URL, "jwks_uri": f"{OWN_URL}/keys"},
    "/keys": {"keys": [KEY]},
}


def published(document: dict[str, Any]) -> dict[str, Any]:
    """An operation that returns this document, without a backend."""
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {
            "default": {"statusCode": "200", "responseTemplates": {"application/json": json.dumps(document)}}
        },
    }
    return {
        "responses": {"200": {"description": "the document"}},
        "x-amazon-apigateway-integration": integration,
    }


body = {
    "openapi": "3.0.1",
    "info": {"title": "prove-issuer", "version": "1"},
    "paths": {path: {"get": published(document)} for path, document in DOCUMENTS.items()},
}
api = aws.apigateway.RestApi(
    "issuer",
    body=json.dumps(body),
    endpoint_configuration={"types": "REGIONAL"},
    tags=settings.tags,
    opts=in_account,
)
deployment = aws.apigateway.Deployment("issuer", rest_api=api.id, opts=in_account)
stage = aws.apigateway.Stage(
    "issuer", rest_api=api.id, deployment=deployment.id, stage_name=STAGE, tags=settings.tags, opts=in_account
)
pulumi.export("issuer", stage.invoke_url)
pulumi.export("issuerApiId", api.id)
