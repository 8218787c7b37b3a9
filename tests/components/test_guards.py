"""Authorization that the arguments require, in documents that require another; tests/guards generates such cases."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api import RestApiArgs
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.routes import Route
from cross_account_api.testing import record
from tests.components.builders import API, FUNCTION, account, api, made, new_function, outputs
from tests.components.test_refusals import refusal

INFO = {"title": "t", "version": "1"}
ANY = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
MOCK = {INTEGRATION: {"type": "mock"}}
ALL_METHODS = "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'"
SIGV4 = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
OWN = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authorizer": {"type": "token"}}
KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}
OAUTH = {"type": "oauth2", "flows": {}}


def openapi(operation: dict[str, Any], schemes: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """An OpenAPI 3.0 document of GET /pets."""
    paths = {"/pets": {"get": operation}}
    return {
        "openapi": "3.0.1",
        "info": INFO,
        "paths": paths,
        "components": {"securitySchemes": schemes or {}},
    } | members


def swagger(operation: dict[str, Any], schemes: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """A Swagger 2.0 document of GET /pets."""
    paths = {"/pets": {"get": operation}}
    return {"swagger": "2.0", "info": INFO, "paths": paths, "securityDefinitions": schemes or {}} | members


def signed(document: dict[str, Any], *routes: tuple[str, str], **changes: Any) -> dict[str, Any]:
    """The document as the component writes it under AWS_IAM."""
    routes = routes or (("GET", "/pets"),)
    return made(*routes, document=document, authorization="AWS_IAM", **changes).one("RestApi").document()


def gated(document: dict[str, Any] | None, method: str = "GET", path: str = "/pets", *, name: str = "gate") -> Any:
    """A program: one route with an authorizer."""

    def program() -> dict[str, Any]:
        where = account(FUNCTION)
        args = CrossAccountApiArgs(
            account=account(API),
            functions={"hello": new_function(where), "decides": new_function(where)},
            routes=[Route(method=method, path=path, function="hello", authorizer=name)],
            authorizers={name: LambdaAuthorizer(function="decides")},
            api=RestApiArgs(document=document),
        )
        return outputs(CrossAccountApi("shop", args))

    return program


@pytest.mark.parametrize(
    ("schemes", "members"),
    [
        ({"who": OAUTH}, {"security": [{"who": ["read"]}]}),
        ({"who": {"type": "http", "scheme": "bearer"}}, {"security": [{"who": []}]}),
        ({"who": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"}}, {"security": [{"who": []}]}),
        ({"who": {"type": "apiKey", "name": "api_key", "in": "header"}}, {"security": [{"who": []}]}),
        ({"who": SIGV4}, {"security": [{"who": []}]}),
        ({}, {"security": []}),
        ({}, {"security": None}),
        ({}, {"security": [{"undefined": []}]}),
        ({}, {"x-amazon-apigateway-auth": {"type": "NONE"}}),
        ({}, {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}),
    ],
    ids=[
        "oauth2",
        "bearer",
        "openIdConnect",
        "other key",
        "own sigv4",
        "empty",
        "null",
        "undefined",
        "auth NONE",
        "auth IAM",
    ],
)
@pytest.mark.parametrize("form", [openapi, swagger])
def test_aws_iam_takes_the_place_of_what_api_gateway_does_not_enforce(form: Any, schemes: Any, members: Any) -> None:
    document = signed(form(members, schemes))

    schemes = document.get("securityDefinitions") or document["components"]["securitySchemes"]
    operation = document["paths"]["/pets"]["get"]
    assert operation["security"] == [{"sigv4": []}]
    assert "x-amazon-apigateway-auth" not in operation
    assert schemes["sigv4"] == SIGV4


@pytest.mark.parametrize("form", [openapi, swagger])
def test_an_authorizer_is_written_where_the_document_has_its_schemes(form: Any) -> None:
    document = record(gated(form({"security": []}))).one("RestApi").document()

    assert document["paths"]["/pets"]["get"]["security"] == [{"gate": []}]
    schemes = document.get("securityDefinitions") or document["components"]["securitySchemes"]
    assert schemes["gate"]["x-amazon-apigateway-authorizer"]["type"] == "token"


def test_an_api_key_stays_beside_the_guard() -> None:
    document = openapi({"security": [{"who": [], "key": []}]}, {"who": OAUTH, "key": KEY})

    assert signed(document)["paths"]["/pets"]["get"]["security"] == [{"sigv4": []}, {"key": []}]
    behind = record(gated(document)).one("RestApi").document()["paths"]["/pets"]["get"]
    assert behind["security"] == [{"gate": []}, {"key": []}]


def test_another_scheme_called_sigv4_keeps_its_name() -> None:
    document = signed(openapi({"security": [{"sigv4": []}]}, {"sigv4": KEY}))

    assert document["components"]["securitySchemes"] == {"sigv4": KEY, "sigv4_": SIGV4}
    assert document["paths"]["/pets"]["get"]["security"] == [{"sigv4_": []}, {"sigv4": []}]


def test_operations_behind_a_reference_are_guarded_under_each_of_their_paths() -> None:
    shared: dict[str, Any] = {"get": {"security": []}}
    document = openapi({}) | {
        "x-shared": shared,
        "paths": {path: {"$ref": "#/x-shared"} for path in ("/pets", "/cats")},
    }

    paths = signed(document, ("GET", "/pets"), ("GET", "/cats"))["paths"]
    assert [paths[path]["get"]["security"] for path in ("/pets", "/cats")] == [[{"sigv4": []}], [{"sigv4": []}]]
    assert shared == {"get": {"security": []}}


@pytest.mark.parametrize(
    ("integration", "routed", "guarded"),
    [("mock", False, False), ("http_proxy", False, True), ("mock", True, True)],
)
def test_an_options_operation_is_a_preflight_only_if_a_mock_answers_it(
    integration: str, routed: bool, guarded: bool
) -> None:
    document = openapi({})
    document["paths"]["/pets"]["options"] = {INTEGRATION: {"type": integration}}
    routes = [("GET", "/pets"), *([("OPTIONS", "/pets")] if routed else [])]

    assert ("security" in signed(document, *routes)["paths"]["/pets"]["options"]) == guarded


@pytest.mark.parametrize(
    ("document", "names"),
    [
        (openapi({"security": [{"own": []}]}, {"own": OWN}), "AWS_IAM is requested for GET /pets"),
        (swagger({"security": [{"own": []}]}, {"own": OWN}), "AWS_IAM is requested for GET /pets"),
        (openapi({}, {"own": OWN}, security=[{"own": []}]), "AWS_IAM is requested for GET /pets"),
        (openapi({"security": [{"who": [], "own": []}]}, {"own": OWN, "who": SIGV4}), "authorizer 'own'"),
        (openapi({}) | {"paths": {"/pets": {"get": {}}, "/x": {"$ref": "other.yaml"}}}, "path /x: the document has no"),
        (openapi({}) | {"paths": {"/pets": {"get": {}}, "/pets/": {"get": {}}}}, "paths /pets and /pets/"),
        (openapi({}) | {"swagger": "2.0"}, "has both `swagger` and `openapi`"),
    ],
    ids=["operation", "swagger", "root", "conflicting", "other file", "same resource", "two versions"],
)
def test_a_document_before_which_aws_iam_would_not_hold_is_refused(document: dict[str, Any], names: str) -> None:
    assert names in refusal(api(("GET", "/pets"), document=document, authorization="AWS_IAM"))


@pytest.mark.parametrize(
    ("operation", "schemes", "told"),
    [
        (
            {"security": [{"own": []}]},
            {"own": OWN},
            "authorizer 'gate' is requested for GET /pets, but the document guards",
        ),
        ({"security": [{"who": []}]}, {"who": SIGV4}, "guards that with AWS_IAM"),
        ({"x-amazon-apigateway-auth": {"type": "aws_iam"}}, {}, "guards that with AWS_IAM"),
        ({}, {"gate": KEY}, "authorizer 'gate': the document has a security scheme of this name"),
        ({}, {"gate": OWN}, "authorizer 'gate': the document has a security scheme of this name"),
    ],
)
def test_a_document_before_which_an_authorizer_would_not_hold_is_refused(
    operation: dict[str, Any], schemes: dict[str, Any], told: str
) -> None:
    assert told in refusal(gated(openapi(operation, schemes)))


def test_an_authorizer_with_the_name_of_a_scheme_does_not_join_another_guard_of_an_operation_without_a_route() -> None:
    document = openapi({}, {"gate": OAUTH})
    document["paths"]["/pets"]["head"] = {
        INTEGRATION: {"type": "mock"},
        "security": [{"gate": []}],
        "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
    }

    assert "authorizer 'gate' is requested for HEAD /pets, but the document guards that with AWS_IAM" in refusal(
        gated(document)
    )


def test_a_scheme_that_promises_a_guard_can_be_made_one_by_an_authorizer_of_its_name() -> None:
    document = openapi({"security": [{"who": []}]}, {"who": OAUTH})
    written = record(gated(document, name="who")).one("RestApi").document()

    assert "x-amazon-apigateway-authorizer" in written["components"]["securitySchemes"]["who"]
    assert written["paths"]["/pets"]["get"]["security"] == [{"who": []}]


@pytest.mark.parametrize("given", [None, openapi({}) | {"paths": {"/{proxy+}": {ANY: {}}}}], ids=["none", "document"])
@pytest.mark.parametrize("guard", ["AWS_IAM", "authorizer"])
def test_a_guarded_any_leaves_the_preflight_to_a_mock(given: dict[str, Any] | None, guard: str) -> None:
    route = ("ANY", "/{proxy+}")
    if guard == "AWS_IAM":
        recording = made(route, document=given, authorization="AWS_IAM")
    else:
        recording = record(gated(given, *route))

    item = recording.one("RestApi").document()["paths"]["/{proxy+}"]
    values = item["options"][INTEGRATION]["responses"]["default"]["responseParameters"]
    assert item[ANY]["security"] == [{"sigv4" if guard == "AWS_IAM" else "gate": []}]
    assert item["options"]["security"] == []
    assert values["method.response.header.Access-Control-Allow-Methods"] == ALL_METHODS
    assert "X-Amz-Content-Sha256" in values["method.response.header.Access-Control-Allow-Headers"]
    # The permission still covers every method.
    assert "a1b2c3d4e5/dev/*/*" in [each.inputs["sourceArn"].rpartition(":")[2] for each in recording.all("Permission")]


@pytest.mark.parametrize("changes", [{}, {"authorization": "AWS_IAM", "cors_origin": None}], ids=["open", "no cors"])
def test_any_takes_options_itself_when_it_is_open_or_there_is_no_cors(changes: dict[str, Any]) -> None:
    assert set(made(("ANY", "/{proxy+}"), **changes).one("RestApi").document()["paths"]["/{proxy+}"]) == {ANY}


def test_additions_to_a_swagger_document_have_its_format() -> None:
    given = swagger({}) | {"paths": {"/{proxy+}": {ANY: {}}}}
    document = signed(given, ("ANY", "/{proxy+}"), disable_default_endpoint=True)

    options = document["paths"]["/{proxy+}"]["options"]
    assert options["parameters"] == [{"name": "proxy", "in": "path", "required": True, "type": "string"}]
    assert set(map(str, options["responses"]["200"]["headers"].values())) == {"{'type': 'string'}"}
    assert document["x-amazon-apigateway-endpoint-configuration"] == {"disableExecuteApiEndpoint": True}
    assert {"components", "servers"} & set(document) == set()
