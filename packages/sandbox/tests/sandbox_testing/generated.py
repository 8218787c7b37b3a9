"""Generated OpenAPI documents that API Gateway can import."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sandbox_testing.documents import INVOKE

Json = dict[str, Any]

_words = st.sampled_from(["pets", "dogs", "v1", "a-b", "x.y", "orders"])
_model_names = st.sampled_from(["Pet", "Pets", "Order", "Empty", "Error2"])
_media_types = st.sampled_from(["application/json", "text/plain", "application/x-thing+json"])
_header_names = st.sampled_from(["X-One", "x-two", "Content-Type", "Access-Control-Allow-Origin"])
_verbs = st.sampled_from(["get", "put", "post", "delete", "patch", "options", "head", "x-amazon-apigateway-any-method"])
_texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
_codes = st.sampled_from(["200", "201", "204", "400", "404", "500"])
_requirements: st.SearchStrategy[list[dict[str, list[str]]]] = st.sampled_from(
    [[], [{"tokens": []}], [{"sigv4": []}], [{"sigv4": []}, {"api_key": []}]]
)
_kinds = st.sampled_from(["DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "UNAUTHORIZED", "BAD_REQUEST_BODY"])


def schemas(names: list[str]) -> st.SearchStrategy[Json]:
    """A JSON schema of one or two levels, which can refer to the models with these names."""
    leaf: st.SearchStrategy[Json] = st.sampled_from(
        [{"type": "string"}, {"type": "integer"}, {"type": "string", "enum": ["a", "b"]}]
    )
    if names:
        leaf |= st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in names])
    properties = st.dictionaries(st.sampled_from(["id", "name", "example"]), leaf, max_size=3)
    return st.builds(lambda found: {"type": "object", "properties": found}, properties) | st.builds(
        lambda item: {"type": "array", "items": item}, leaf
    )


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """A complete document, with the extensions."""
    names = draw(st.lists(_model_names, unique=True, max_size=4))
    validators = draw(st.lists(st.sampled_from(["all", "body"]), unique=True))
    paths = {path: draw(path_items(names, validators)) for path in draw(st.lists(_paths(), unique=True, max_size=5))}
    whole: Json = {
        "openapi": "3.0.1",
        "info": {"title": draw(_texts.filter(bool)), "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {name: draw(schemas(names)) for name in names},
            "securitySchemes": {
                "tokens": _authorizer("token", identitySource="method.request.header.X-Token"),
                "sigv4": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                },
                "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            },
        },
        "x-amazon-apigateway-request-validators": {
            name: {"validateRequestBody": True, "validateRequestParameters": name == "all"} for name in validators
        },
        "x-amazon-apigateway-gateway-responses": draw(
            st.dictionaries(_kinds, st.fixed_dictionaries({"statusCode": _codes}), max_size=3)
        ),
        "x-amazon-apigateway-binary-media-types": draw(st.lists(_media_types, unique=True)),
        "x-amazon-apigateway-api-key-source": draw(st.sampled_from(["HEADER", "AUTHORIZER"])),
    }
    size = draw(st.none() | st.integers(min_value=0, max_value=10_485_760))
    if size is not None:
        whole["x-amazon-apigateway-minimum-compression-size"] = size
    return whole


@st.composite
def _paths(draw: st.DrawFn) -> str:
    parts = draw(st.lists(_words, max_size=2))
    # Each depth has one name for its path variable, because siblings must not have different names.
    if draw(st.booleans()):
        parts.append(f"{{id{len(parts)}}}")
    return "/" + "/".join(parts)


@st.composite
def path_items(draw: st.DrawFn, names: list[str], validators: list[str]) -> Json:
    """A path item with some operations."""
    verbs = draw(st.lists(_verbs, unique=True, min_size=1, max_size=3))
    return {verb: draw(operations(names, validators)) for verb in verbs}


@st.composite
def operations(draw: st.DrawFn, names: list[str], validators: list[str]) -> Json:
    """An operation with every field that an import reads."""
    codes = draw(st.lists(_codes, unique=True, min_size=1, max_size=3))
    headers = draw(st.lists(_header_names, unique=True, max_size=2))
    parameters = [
        {"name": name, "in": place, "required": draw(st.booleans()), "schema": {"type": "string"}}
        for place, name in draw(
            st.lists(
                st.sampled_from([("query", "q"), ("query", "page"), ("header", "x-trace")]), unique=True, max_size=3
            )
        )
    ]
    operation: Json = {
        "parameters": parameters,
        "responses": {code: draw(_responses(names, headers)) for code in codes},
        "security": draw(_requirements),
        "x-amazon-apigateway-integration": draw(_integrations(codes, headers, parameters)),
    }
    if draw(st.booleans()):
        operation["operationId"] = draw(st.sampled_from(["GetIt", "Other"]))
    if draw(st.booleans()):
        operation["requestBody"] = {"content": draw(_content(names))}
    validated = draw(st.booleans())
    if validators and validated:
        operation["x-amazon-apigateway-request-validator"] = draw(st.sampled_from(validators))
    return operation


@st.composite
def _responses(draw: st.DrawFn, names: list[str], headers: list[str]) -> Json:
    return {
        "description": "an answer",
        "headers": {name: {"schema": {"type": "string"}} for name in headers},
        "content": draw(_content(names)),
    }


def _content(names: list[str]) -> st.SearchStrategy[Json]:
    return st.dictionaries(_media_types, st.fixed_dictionaries({"schema": schemas(names)}), max_size=2)


@st.composite
def _integrations(draw: st.DrawFn, codes: list[str], headers: list[str], parameters: list[Json]) -> Json:
    kind = draw(st.sampled_from(["mock", "http", "http_proxy", "aws_proxy"]))
    integration: Json = {
        "type": kind,
        "timeoutInMillis": draw(st.integers(min_value=50, max_value=29_000)),
        "passthroughBehavior": draw(st.sampled_from(["when_no_match", "when_no_templates", "never"])),
        "requestTemplates": draw(st.dictionaries(_media_types, _texts, max_size=2)),
        "requestParameters": {
            f"integration.request.header.x-{parameter['name']}": f"method.request.{place}.{parameter['name']}"
            for parameter in parameters
            for place in [{"query": "querystring", "header": "header"}[parameter["in"]]]
        },
        "responses": {
            pattern: {
                "statusCode": code,
                "responseParameters": {f"method.response.header.{name}": "'x'" for name in headers},
                "responseTemplates": draw(st.dictionaries(_media_types, _texts, max_size=1)),
            }
            for pattern, code in zip(["default", "4\\d{2}", ".*Error.*"], codes, strict=False)
        },
    }
    if kind == "aws_proxy":
        integration |= {"httpMethod": "POST", "uri": INVOKE}
    elif kind != "mock":
        integration |= {"httpMethod": draw(st.sampled_from(["GET", "ANY"])), "uri": "https://backend.example/x"}
    return integration


def _authorizer(kind: str, **more: Any) -> Json:
    return {
        "type": "apiKey",
        "name": "X-Token",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": kind, "authorizerUri": INVOKE, **more},
    }
