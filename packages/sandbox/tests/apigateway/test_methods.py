"""Methods and integrations created call by call, as by the console and Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import INVOKE

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Refusal = tuple[int, str, str]


@pytest.fixture
def api(gateway: Any) -> Json:
    made: Json = gateway.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]})
    return made


@pytest.fixture
def method(gateway: Any, api: Json) -> Json:
    """GET on the root, with a method response and without an integration."""
    names = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**names, authorizationType="NONE", requestParameters={"method.request.querystring.q": False})
    gateway.put_method_response(**names, statusCode="200", responseParameters={"method.response.header.x-count": True})
    return names


def test_a_method_is_shown_with_integration_and_responses(gateway: Any, method: Json) -> None:
    gateway.put_integration(
        **method,
        type="HTTP",
        integrationHttpMethod="GET",
        uri="https://backend.example/",
        requestParameters={"integration.request.querystring.q": "method.request.querystring.q"},
    )
    gateway.put_integration_response(
        **method, statusCode="200", responseParameters={"method.response.header.x-count": "'1'"}
    )
    got = gateway.get_method(**method)
    del got["ResponseMetadata"]
    assert got == {
        "httpMethod": "GET",
        "authorizationType": "NONE",
        "apiKeyRequired": False,
        "requestParameters": {"method.request.querystring.q": False},
        "methodResponses": {
            "200": {"statusCode": "200", "responseParameters": {"method.response.header.x-count": True}}
        },
        "methodIntegration": {
            "type": "HTTP",
            "httpMethod": "GET",
            "uri": "https://backend.example/",
            "connectionType": "INTERNET",
            "requestParameters": {"integration.request.querystring.q": "method.request.querystring.q"},
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29_000,
            "cacheNamespace": method["resourceId"],
            "cacheKeyParameters": [],
            "integrationResponses": {
                "200": {"statusCode": "200", "responseParameters": {"method.response.header.x-count": "'1'"}}
            },
        },
    }


def test_methods_are_updated_by_patches(gateway: Any, method: Json, refusal: Callable[..., Refusal]) -> None:
    def patch(*operations: tuple[str, str, str | None]) -> list[Json]:
        return [
            {"op": verb, "path": path} | ({} if value is None else {"value": value}) for verb, path, value in operations
        ]

    changed = gateway.update_method(
        **method,
        patchOperations=patch(
            ("replace", "/authorizationType", "AWS_IAM"),
            ("replace", "/apiKeyRequired", "true"),
            ("replace", "/operationName", "Get"),
            ("add", "/requestModels/application~1json", "Empty"),
            ("add", "/requestParameters/method.request.header.h", "true"),
            ("remove", "/requestParameters/method.request.querystring.q", None),
        ),
    )
    assert (changed["authorizationType"], changed["apiKeyRequired"], changed["operationName"]) == (
        "AWS_IAM",
        True,
        "Get",
    )
    assert changed["requestModels"] == {"application/json": "Empty"}
    assert changed["requestParameters"] == {"method.request.header.h": True}
    wrong = patch(("replace", "/authorizationType", "CUSTOM"))
    assert refusal(gateway.update_method, **method, patchOperations=wrong)[2] == (
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
        "requires a valid authorizer."
    )
    assert refusal(gateway.update_method, **method, patchOperations=patch(("replace", "/httpMethod", "x")))[2] == (
        "Invalid patch path /httpMethod"
    )


def test_integrations_are_updated_by_patches(gateway: Any, method: Json, refusal: Callable[..., Refusal]) -> None:
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=INVOKE)
    uri = INVOKE.replace(":live/", ":blue/")
    changed = gateway.update_integration(
        **method,
        patchOperations=[
            {"op": "replace", "path": "/uri", "value": uri},
            {"op": "replace", "path": "/timeoutInMillis", "value": "1000"},
            {"op": "replace", "path": "/credentials", "value": "arn:aws:iam::111111111111:role/caller"},
            {"op": "add", "path": "/requestTemplates/application~1json", "value": "{}"},
        ],
    )
    assert (changed["uri"], changed["timeoutInMillis"]) == (uri, 1000)
    assert changed["credentials"] == "arn:aws:iam::111111111111:role/caller"
    assert changed["requestTemplates"] == {"application/json": "{}"}
    removed = gateway.update_integration(
        **method, patchOperations=[{"op": "replace", "path": "/credentials", "value": ""}]
    )
    assert "credentials" not in removed
    too_long = [{"op": "replace", "path": "/timeoutInMillis", "value": "29001"}]
    assert refusal(gateway.update_integration, **method, patchOperations=too_long)[2] == (
        "Timeout should be between 50 ms and 29000 ms"
    )
    assert gateway.get_integration(**method)["timeoutInMillis"] == 1000


@pytest.mark.parametrize(
    ("integration", "refused"),
    [
        (
            {
                "type": "AWS_PROXY",
                "integrationHttpMethod": "POST",
                "uri": INVOKE.replace("eu-west-1:lambda:path", "us-east-1:lambda:path"),
            },
            (400, "BadRequestException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"),
        ),
        (
            {"type": "AWS_PROXY", "uri": INVOKE},
            (400, "BadRequestException", "Enumeration value for HttpMethod must be non-empty"),
        ),
        (
            {
                "type": "AWS_PROXY",
                "integrationHttpMethod": "POST",
                "uri": INVOKE,
                "credentials": "arn:aws:iam::222222222222:role/theirs",
            },
            (403, "AccessDeniedException", "Cross-account pass role is not allowed."),
        ),
        (
            {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": "ftp://x"},
            (400, "BadRequestException", "Invalid HTTP endpoint specified for URI"),
        ),
    ],
)
def test_integrations_that_aws_refuses(
    gateway: Any, method: Json, refusal: Callable[..., Refusal], integration: Json, refused: Refusal
) -> None:
    assert refusal(gateway.put_integration, **method, **integration) == refused


@pytest.mark.parametrize("credentials", ["arn:aws:iam::*:user/*", "arn:aws:iam::111111111111:role/path/caller"])
def test_the_callers_identity_and_an_own_role_are_credentials(gateway: Any, method: Json, credentials: str) -> None:
    put = gateway.put_integration(
        **method, type="AWS_PROXY", integrationHttpMethod="POST", uri=INVOKE, credentials=credentials
    )
    assert put["credentials"] == credentials


def test_stage_variables_in_the_uri_are_not_looked_into(gateway: Any, method: Json) -> None:
    uri = INVOKE.replace("hello:live", "${stageVariables.function}")
    put = gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    assert put["uri"] == uri


def test_a_second_method_or_response_of_the_same_name_is_a_conflict(
    gateway: Any, method: Json, refusal: Callable[..., Refusal]
) -> None:
    assert refusal(gateway.put_method, **method, authorizationType="NONE") == (
        409,
        "ConflictException",
        "Method already exists for this resource",
    )
    assert refusal(gateway.put_method_response, **method, statusCode="200") == (
        409,
        "ConflictException",
        "Response already exists",
    )


def test_methods_that_name_what_is_not_there(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    names = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "POST"}
    for more, message in (
        ({"requestValidatorId": "none"}, "Invalid Request Validator identifier specified"),
        ({"requestModels": {"application/json": "none"}}, "Invalid model identifier specified: none"),
        (
            {"requestParameters": {"method.request.header.a": True, "method.request.querystring.a": True}},
            "Parameter names must be unique across querystring, header and path",
        ),
        (
            {"httpMethod": "TRACE"},
            "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
        ),
    ):
        assert refusal(gateway.put_method, **{**names, "authorizationType": "NONE", **more}) == (
            400,
            "BadRequestException",
            message,
        )


def test_what_is_not_there_is_named_in_awss_words(gateway: Any, method: Json, refusal: Callable[..., Refusal]) -> None:
    elsewhere = {**method, "resourceId": "none"}
    assert refusal(gateway.get_method, **elsewhere)[2] == "Invalid Resource identifier specified"
    assert refusal(gateway.get_method, **{**method, "httpMethod": "PUT"})[2] == "Invalid Method identifier specified"
    assert refusal(gateway.get_integration, **method)[2] == "Invalid Integration identifier specified"
    assert refusal(gateway.put_integration_response, **method, statusCode="200") == (
        404,
        "NotFoundException",
        "No integration defined for method",
    )
    assert refusal(gateway.get_method_response, **method, statusCode="404")[2] == (
        "Invalid Response status code specified"
    )
    assert refusal(gateway.get_method_response, **method, statusCode="wrong") == (
        400,
        "ValidationException",
        (
            "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [1-5]\d\d"
        ),
    )


def test_integration_responses_are_put_patched_and_deleted(gateway: Any, method: Json) -> None:
    gateway.put_integration(**method, type="MOCK")
    gateway.put_integration_response(**method, statusCode="200", selectionPattern="2..")
    gateway.update_integration_response(
        **method,
        statusCode="200",
        patchOperations=[
            {"op": "replace", "path": "/selectionPattern", "value": "ok"},
            {"op": "add", "path": "/responseTemplates/application~1json", "value": "{}"},
        ],
    )
    got = gateway.get_integration_response(**method, statusCode="200")
    assert (got["selectionPattern"], got["responseTemplates"]) == ("ok", {"application/json": "{}"})
    gateway.delete_integration_response(**method, statusCode="200")
    assert "integrationResponses" not in gateway.get_integration(**method)


def test_method_responses_are_patched(gateway: Any, method: Json, refusal: Callable[..., Refusal]) -> None:
    changed = gateway.update_method_response(
        **method,
        statusCode="200",
        patchOperations=[
            {"op": "add", "path": "/responseModels/application~1json", "value": "Empty"},
            {"op": "remove", "path": "/responseParameters/method.response.header.x-count"},
        ],
    )
    assert changed["responseModels"] == {"application/json": "Empty"}
    assert "responseParameters" not in changed
    missing = [{"op": "remove", "path": "/responseParameters/method.response.header.x-count"}]
    assert refusal(gateway.update_method_response, **method, statusCode="200", patchOperations=missing) == (
        404,
        "NotFoundException",
        "Invalid parameter name specified",
    )
    unknown = [{"op": "wrong", "path": "/x"}, {"op": "worse", "path": "/x"}]
    assert refusal(gateway.update_method_response, **method, statusCode="200", patchOperations=unknown)[:2] == (
        400,
        "ValidationException",
    )
