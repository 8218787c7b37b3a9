"""What guards an imported document's operations: security schemes, authorizers and validators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox_testing.documents import INVOKE, document, mock

if TYPE_CHECKING:
    from collections.abc import Callable


Json = dict[str, Any]


def test_validators_apply_to_every_operation_unless_it_names_its_own(
    gateway: Any, imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    api = imported(
        document(
            {"/": {"get": mock(), "post": {**mock(), "x-amazon-apigateway-request-validator": "body"}}},
            **{
                "x-amazon-apigateway-request-validators": {
                    "all": {"validateRequestBody": True, "validateRequestParameters": True},
                    "body": {"validateRequestBody": True, "validateRequestParameters": False},
                },
                "x-amazon-apigateway-request-validator": "all",
            },
        )
    )
    names = {one["id"]: one["name"] for one in gateway.get_request_validators(restApiId=api["id"])["items"]}
    found = methods(api["id"])
    assert {key: names[method["requestValidatorId"]] for key, method in found.items()} == {
        "GET /": "all",
        "POST /": "body",
    }


def test_security_schemes_become_authorizers_keys_and_signatures(
    gateway: Any, imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    schemes = {
        "tokens": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "oauth2",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": INVOKE,
                "authorizerResultTtlInSeconds": 60,
                "identityValidationExpression": "^x-[a-z]+",
            },
        },
        "pool": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {
                "type": "cognito_user_pools",
                "providerARNs": ["arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc"],
            },
        },
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
    }
    paths = {
        "/token": {"get": {**mock(), "security": [{"tokens": []}]}},
        "/pool": {"get": {**mock(), "security": [{"pool": ["read"]}]}},
        "/signed": {"get": {**mock(), "security": [{"sigv4": []}, {"api_key": []}]}},
        "/extension": {"get": {**mock(), "x-amazon-apigateway-auth": {"type": "AWS_IAM"}}},
        "/open": {"get": mock()},
    }
    api = imported(document(paths, components={"securitySchemes": schemes}, security=[{"sigv4": []}]))
    authorizers = {one["name"]: one for one in gateway.get_authorizers(restApiId=api["id"])["items"]}
    assert authorizers["tokens"] == {
        "id": authorizers["tokens"]["id"],
        "name": "tokens",
        "type": "TOKEN",
        "authType": "oauth2",
        "authorizerUri": INVOKE,
        "identitySource": "method.request.header.Authorization",
        "identityValidationExpression": "^x-[a-z]+",
        "authorizerResultTtlInSeconds": 60,
    }
    found = methods(api["id"])
    assert found["GET /token"]["authorizerId"] == authorizers["tokens"]["id"]
    assert found["GET /pool"]["authorizationScopes"] == ["read"]
    assert {path: (method["authorizationType"], method["apiKeyRequired"]) for path, method in found.items()} == {
        "GET /token": ("CUSTOM", False),
        "GET /pool": ("COGNITO_USER_POOLS", False),
        "GET /signed": ("AWS_IAM", True),
        "GET /extension": ("AWS_IAM", False),
        # REST APIs ignore a signature requirement at the document's root.
        "GET /open": ("NONE", False),
    }


def test_a_token_authorizer_with_an_empty_identity_source_takes_the_header_of_its_scheme(
    gateway: Any, imported: Callable[..., Json]
) -> None:
    authorizer = {"type": "token", "authorizerUri": INVOKE.replace("eu-west-1", "us-east-1"), "identitySource": ""}
    scheme = {"type": "apiKey", "in": "header", "name": "X-Token", "x-amazon-apigateway-authorizer": authorizer}
    body = document({"/": {"get": mock()}}, components={"securitySchemes": {"token": scheme}})
    made = gateway.get_authorizers(restApiId=imported(body)["id"])["items"][0]
    assert made["identitySource"] == "method.request.header.X-Token"


def test_an_authorizer_of_the_documents_root_guards_every_operation_that_says_nothing(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    scheme = {
        "type": "apiKey",
        "name": "X-Api-Key",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "request",
            "authorizerUri": INVOKE,
            "identitySource": "method.request.header.Custom-Authorization",
        },
    }
    paths = {"/guarded": {"get": mock()}, "/open": {"get": {**mock(), "security": []}}}
    body = document(paths, components={"securitySchemes": {"guard": scheme}}, security=[{"guard": []}])
    found = methods(imported(body)["id"])
    assert {path: (method["authorizationType"], method["apiKeyRequired"]) for path, method in found.items()} == {
        "GET /guarded": ("CUSTOM", False),
        "GET /open": ("NONE", False),
    }
