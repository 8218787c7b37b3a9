"""OpenAPI documents for the tests: the console's PetStore in both versions, and building blocks for others."""

from __future__ import annotations

import copy
import json
from typing import Any

Json = dict[str, Any]

FUNCTION = "arn:aws:lambda:eu-west-1:222222222222:function:hello:live"
INVOKE = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
BACKEND = "http://petstore-demo-endpoint.execute-api.com/petstore"
_ORIGIN = "Access-Control-Allow-Origin"
_CORS = ("Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")


def document(paths: Json, **more: Any) -> bytes:
    """An OpenAPI 3.0 document; `more` keys with underscores become extensions (`x_amazon_…`)."""
    extra = {key.replace("_", "-") if key.startswith("x_") else key: value for key, value in more.items()}
    whole = {"openapi": "3.0.1", "info": {"title": "test", "version": "1"}, "paths": paths, **extra}
    return json.dumps(whole).encode()


def mock(status: str = "200", **integration: Any) -> Json:
    """An operation with a mock integration."""
    return {
        "responses": {status: {"description": "a"}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": {"statusCode": status}},
            **integration,
        },
    }


def proxy(uri: str = INVOKE, **integration: Any) -> Json:
    """An operation with a Lambda proxy integration."""
    return {
        "responses": {},
        "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri, **integration},
    }


def petstore() -> Json:
    """The console's example API as OpenAPI 3.0, with descriptions written for these tests."""
    return copy.deepcopy(
        {
            "openapi": "3.0.1",
            "info": {"title": "PetStore", "description": "An API over HTTP backends", "version": "0.0.1"},
            "paths": {
                "/": {
                    "get": {
                        "tags": ["pets"],
                        "description": "A page about the API",
                        "responses": {
                            "200": {
                                "description": "Successful operation",
                                "headers": {"Content-Type": _header("Media type")},
                            }
                        },
                        "x-amazon-apigateway-integration": {
                            "type": "mock",
                            "passthroughBehavior": "when_no_match",
                            "requestTemplates": {"application/json": '{"statusCode": 200}'},
                            "responses": {
                                "default": {
                                    "statusCode": "200",
                                    "responseParameters": {"method.response.header.Content-Type": "'text/html'"},
                                    "responseTemplates": {"text/html": "<h1>$context.stage</h1>"},
                                }
                            },
                        },
                    }
                },
                "/pets": {
                    "get": {
                        "summary": "All pets",
                        "parameters": [_query("type"), _query("page")],
                        "responses": {"200": _answer("Pets")},
                        "x-amazon-apigateway-integration": _http(
                            "GET",
                            f"{BACKEND}/pets",
                            {
                                "integration.request.querystring.page": "method.request.querystring.page",
                                "integration.request.querystring.type": "method.request.querystring.type",
                            },
                        ),
                    },
                    "post": {
                        "operationId": "CreatePet",
                        "requestBody": {
                            "required": True,
                            "content": {"application/json": {"schema": _reference("NewPet")}},
                        },
                        "responses": {"200": _answer("NewPetResponse")},
                        "x-amazon-apigateway-integration": _http("POST", f"{BACKEND}/pets"),
                    },
                    "options": _preflight("'POST,GET,OPTIONS'"),
                },
                "/pets/{petId}": {
                    "parameters": [{"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "get": {
                        "operationId": "GetPet",
                        "responses": {"200": _answer("Pet")},
                        "x-amazon-apigateway-integration": _http(
                            "GET",
                            f"{BACKEND}/pets/{{petId}}",
                            {"integration.request.path.petId": "method.request.path.petId"},
                        ),
                    },
                    "options": _preflight("'GET,OPTIONS'"),
                },
            },
            "components": {
                "schemas": {
                    "Pets": {"type": "array", "items": _reference("Pet")},
                    "Pet": {
                        "type": "object",
                        "properties": {
                            "id": {"type": "integer"},
                            "type": {"type": "string"},
                            "price": {"type": "number"},
                        },
                    },
                    "NewPet": {
                        "type": "object",
                        "properties": {"type": _reference("PetType"), "price": {"type": "number"}},
                    },
                    "NewPetResponse": {
                        "type": "object",
                        "properties": {"pet": _reference("Pet"), "message": {"type": "string"}},
                    },
                    "PetType": {"type": "string", "enum": ["dog", "cat", "fish", "bird", "gecko"]},
                    "Empty": {"type": "object"},
                }
            },
            "x-amazon-apigateway-documentation": {
                "version": "v2.1",
                "createdDate": "2016-11-17T07:03:59Z",
                "documentationParts": [
                    {"location": {"type": "API"}, "properties": {"info": {"description": "Pets over HTTP"}}},
                    {
                        "location": {"type": "METHOD", "path": "/pets", "method": "GET"},
                        "properties": {"summary": "All pets", "tags": ["pets"]},
                    },
                ],
            },
        }
    )


def everything() -> Json:
    """PetStore with every extension added."""
    whole = petstore()
    whole["components"]["securitySchemes"] = {
        "tokens": {
            "type": "apiKey",
            "name": "X-Token",
            "in": "header",
            "x-amazon-apigateway-authtype": "oauth2",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": INVOKE},
        },
        "requests": {
            "type": "apiKey",
            "name": "Unused",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "request",
                "authorizerUri": INVOKE,
                "identitySource": "method.request.header.a,method.request.querystring.b",
                "authorizerResultTtlInSeconds": 0,
            },
        },
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
    }
    whole["paths"]["/token"] = {"get": {**mock(), "security": [{"tokens": []}, {"api_key": []}]}}
    whole["paths"]["/request"] = {"get": {**mock(), "security": [{"requests": []}]}}
    whole["paths"]["/signed/{proxy+}"] = {
        "x-amazon-apigateway-any-method": {
            **proxy(timeoutInMillis=100, credentials="arn:aws:iam::111111111111:role/caller"),
            "security": [{"sigv4": []}],
            "x-amazon-apigateway-request-validator": "all",
        }
    }
    return {
        **whole,
        "x-amazon-apigateway-request-validators": {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-gateway-responses": {
            "DEFAULT_5XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}},
            "THROTTLED": {"statusCode": "503", "responseTemplates": {"application/json": "{}"}},
        },
        "x-amazon-apigateway-policy": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
            ],
        },
        "x-amazon-apigateway-binary-media-types": ["image/png"],
        "x-amazon-apigateway-minimum-compression-size": 1024,
        "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    }


def petstore_swagger() -> Json:
    """The same API in the console's format, Swagger 2.0."""
    modern = petstore()
    text = json.dumps(modern["components"]["schemas"]).replace("#/components/schemas/", "#/definitions/")
    paths: Json = {}
    for path, item in modern["paths"].items():
        shared = [_flat(parameter) for parameter in item.pop("parameters", [])]
        paths[path] = {verb: _swagger_operation(operation, shared) for verb, operation in item.items()}
    return {
        "swagger": "2.0",
        "info": modern["info"],
        "schemes": ["https"],
        "paths": paths,
        "definitions": json.loads(text),
        "x-amazon-apigateway-documentation": modern["x-amazon-apigateway-documentation"],
    }


def _swagger_operation(operation: Json, shared: list[Json]) -> Json:
    answer = {key: value for key, value in operation.items() if key not in ("requestBody", "responses", "parameters")}
    parameters = [*shared, *(_flat(parameter) for parameter in operation.get("parameters", []))]
    if "requestBody" in operation:
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema = {"$ref": f"#/definitions/{name}"}
        parameters.append({"in": "body", "name": name, "required": True, "schema": schema})
        answer["consumes"] = ["application/json"]
    answer["parameters"] = parameters
    answer["responses"] = {}
    for code, response in operation["responses"].items():
        flat: Json = {"description": response["description"]}
        if "headers" in response:
            flat["headers"] = {name: {"type": "string"} for name in response["headers"]}
        if "content" in response:
            name = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            flat["schema"] = {"$ref": f"#/definitions/{name}"}
            answer["produces"] = ["application/json"]
        answer["responses"][code] = flat
    return answer


def _flat(parameter: Json) -> Json:
    return {**{key: value for key, value in parameter.items() if key != "schema"}, "type": "string"}


def _header(description: str) -> Json:
    return {"description": description, "schema": {"type": "string"}}


def _query(name: str) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(model: str) -> Json:
    return {
        "description": "Successful operation",
        "headers": {_ORIGIN: _header("Origins")},
        "content": {"application/json": {"schema": _reference(model)}},
    }


def _http(verb: str, uri: str, parameters: Json | None = None) -> Json:
    return {
        "type": "http",
        "httpMethod": verb,
        "uri": uri,
        "passthroughBehavior": "when_no_match",
        **({"requestParameters": parameters} if parameters else {}),
        "responses": {
            "default": {"statusCode": "200", "responseParameters": {f"method.response.header.{_ORIGIN}": "'*'"}}
        },
    }


def _preflight(verbs: str) -> Json:
    values = dict(zip(_CORS, ("'*'", verbs, "'Content-Type,X-Amz-Date,Authorization,X-Api-Key'"), strict=True))
    return {
        "responses": {
            "200": {
                "description": "Successful operation",
                "headers": {name: _header(name) for name in _CORS},
                "content": {"application/json": {"schema": _reference("Empty")}},
            }
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "passthroughBehavior": "when_no_match",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": {f"method.response.header.{name}": value for name, value in values.items()},
                }
            },
        },
    }
