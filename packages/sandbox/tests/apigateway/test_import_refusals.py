"""Documents that API Gateway refuses to import, and its error messages."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox_testing.documents import INVOKE, document, everything, mock, petstore, proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Refusal = tuple[int, str, str]


def refused_import(gateway: Any, refusal: Callable[..., Refusal], body: bytes, **params: Any) -> str:
    before = gateway.get_rest_apis()["items"]
    status, code, message = refusal(gateway.import_rest_api, body=body, **params)
    assert (status, code) == (400, "BadRequestException")
    assert gateway.get_rest_apis()["items"] == before
    return message


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (
            proxy(INVOKE.replace("apigateway:eu-west-1", "apigateway:us-east-1")),
            "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
        ),
        (proxy("arn:aws:apigateway:eu-west-1:lambda:nonsense"), "AWS ARN for integration must contain path or action"),
        (proxy("https://example.com"), "Invalid ARN specified in the request"),
        (
            proxy("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/hello/invocations"),
            "Invalid function ARN or invalid uri",
        ),
        (
            proxy("arn:aws:apigateway:us-east-1:sqs:path/q"),
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
        ),
        (mock(type="http", uri="http://example.com"), "Enumeration value for HttpMethod must be non-empty"),
        (mock(type="http", uri="nowhere", httpMethod="GET"), "Invalid HTTP endpoint specified for URI"),
        (mock(timeoutInMillis=49), "Timeout should be between 50 ms and 29000 ms"),
        (mock(timeoutInMillis=29_001), "Timeout should be between 50 ms and 29000 ms"),
        (
            proxy(credentials="arn:aws:iam::222222222222:role/theirs"),
            "Cross-account pass role is not allowed.",
        ),
        (
            mock(requestParameters={"integration.request.header.x": "method.request.header.y"}),
            (
                "Invalid mapping expression specified: Validation Result: warnings : [], "
                "errors : [Invalid mapping expression parameter specified: method.request.header.y]"
            ),
        ),
    ],
)
def test_a_wrong_integration_refuses_the_import_and_names_method_and_path(
    gateway: Any, refusal: Callable[..., Refusal], operation: dict[str, Any], reason: str
) -> None:
    message = refused_import(gateway, refusal, document({"/things": {"get": operation}}))
    assert message == (
        "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/things': " + reason
    )


def test_all_errors_of_a_document_are_listed(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    wrong = proxy("https://example.com")
    message = refused_import(gateway, refusal, document({"/a": {"get": wrong}, "/b": {"post": wrong}}))
    assert message.split("\n\t")[1:] == [
        "Unable to put integration on 'GET' for resource at path '/a': Invalid ARN specified in the request",
        "Unable to put integration on 'POST' for resource at path '/b': Invalid ARN specified in the request",
    ]


def test_model_names_are_alphanumeric(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    components = {"schemas": {"New_Pet": {"type": "object"}}}
    message = refused_import(gateway, refusal, document({"/": {"get": mock()}}, components=components))
    assert "Model name must be alphanumeric: New_Pet" in message


def test_a_reference_to_a_model_that_is_not_there_is_an_error(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    broken = petstore()
    del broken["components"]["schemas"]["Pet"]
    assert "Pet" in refused_import(gateway, refusal, json.dumps(broken).encode())


def test_a_mapped_response_header_must_be_declared(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    responses = {"default": {"statusCode": "200", "responseParameters": {"method.response.header.x": "'1'"}}}
    message = refused_import(gateway, refusal, document({"/": {"get": mock(responses=responses)}}))
    assert message.endswith(
        "Unable to put integration response on 'GET' for resource at path '/': Invalid mapping expression specified: "
        "Validation Result: warnings : [], "
        "errors : [Invalid mapping expression parameter specified: method.response.header.x]"
    )


def test_an_api_holds_300_resources(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    fitting = {f"/r{number}": {"get": mock()} for number in range(299)}
    gateway.import_rest_api(body=document(fitting))
    message = refused_import(gateway, refusal, document({**fitting, "/more": {"get": mock()}}))
    assert message == (
        "Errors found during import:\n\tUnable to create resource at path '/more': Maximum number of Resources for "
        "this API has been reached. Please contact AWS if you need additional Resources."
    )


def test_siblings_have_at_most_one_path_variable(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    message = refused_import(gateway, refusal, document({"/a/{x}": {"get": mock()}, "/a/{y}": {"get": mock()}}))
    assert message.endswith("A sibling ({x}) of this resource already has a variable path part -- only one is allowed")


def test_a_document_has_six_megabytes(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    body = document({"/": {"get": mock()}}, **{"x-filler": "x" * (6 * 1024 * 1024)})
    assert "6291456" in refused_import(gateway, refusal, body)


@pytest.mark.parametrize("body", [b"{", b"- a list", b"\xff\xfe", b'{"openapi": "3.1.0"}', b'{"info": {}}'])
def test_what_is_no_openapi_document_is_refused(gateway: Any, refusal: Callable[..., Refusal], body: bytes) -> None:
    refused_import(gateway, refusal, body)


def test_warnings_refuse_only_where_asked(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    cookie = {"name": "c", "in": "cookie", "schema": {"type": "string"}}
    body = document({"/": {"get": {**mock(), "parameters": [cookie]}}})
    warned = gateway.import_rest_api(body=body)
    assert warned["warnings"] == ["Parameter 'c' in 'cookie' is not supported on 'GET' for resource at path '/'"]
    message = refused_import(gateway, refusal, body, failOnWarnings=True)
    assert message == "Warnings found during import:\n\t" + warned["warnings"][0]


def test_a_policy_with_a_principal_that_does_not_exist_is_refused(
    gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:role/nobody"},
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    body = document({"/": {"get": mock()}}, **{"x-amazon-apigateway-policy": policy})
    assert "Invalid policy document" in refused_import(gateway, refusal, body)


def test_a_refused_overwrite_leaves_the_api_as_it_was(
    gateway: Any, refusal: Callable[..., Refusal], methods: Callable[[str], dict[str, Any]]
) -> None:
    api = gateway.import_rest_api(body=document({"/kept": {"get": mock()}}))
    wrong = document({"/new": {"get": proxy("https://example.com")}})
    refusal(gateway.put_rest_api, restApiId=api["id"], mode="overwrite", body=wrong)
    assert list(methods(api["id"])) == ["GET /kept"]


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every location in a document."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        yield from places(value, (*path, key))


def test_a_mangled_document_is_imported_or_refused_but_never_breaks_the_service(gateway: Any) -> None:
    whole = everything()
    anywhere = [place for place in places(whole) if place]
    wrong: list[Any] = [None, True, -1, 1.5, "", "x", [], ["a"], [None], {}, {"a": "b"}, {"a": None}, {"$ref": "#/no"}]

    def status_of(document: dict[str, Any]) -> int:
        try:
            api = gateway.import_rest_api(body=json.dumps(document).encode())
            gateway.create_deployment(restApiId=api["id"], stageName="dev")
            gateway.get_export(restApiId=api["id"], stageName="dev", exportType="swagger")
            gateway.delete_rest_api(restApiId=api["id"])
        except ClientError as refused:
            status: int = refused.response["ResponseMetadata"]["HTTPStatusCode"]
            return status
        return 200

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(anywhere), st.sampled_from(wrong))
    def check(place: tuple[Any, ...], value: Any) -> None:
        mangled = copy.deepcopy(whole)
        node = mangled
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = value
        assert status_of(mangled) < 500

    check()


def test_a_place_of_the_wrong_shape_is_named(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    body = document({"/pets": {"get": {"x-amazon-apigateway-integration": "aws_proxy"}}})
    message = refused_import(gateway, refusal, body)
    assert message == (
        "Invalid OpenAPI input. paths → /pets → get → x-amazon-apigateway-integration: "
        "'aws_proxy' is not of type 'object'"
    )


def test_the_target_of_a_reference_is_checked_as_what_it_is_used_for(
    gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    whole = json.loads(document({"/pets": {"get": {"x-amazon-apigateway-integration": {"$ref": "#/x-parts/one"}}}}))
    whole["x-parts"] = {"one": {"$ref": "#/x-parts/other"}, "other": {"type": "aws_proxy", "uri": 1}}
    message = refused_import(gateway, refusal, json.dumps(whole).encode())
    assert message.endswith("1 is not of type 'string'")
