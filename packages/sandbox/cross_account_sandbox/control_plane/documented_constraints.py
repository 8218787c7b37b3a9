"""Parameter checks that AWS makes in addition to botocore's models, or words differently.

Names are botocore's: `service.Shape`.
"""

from __future__ import annotations

#: Allowed values in the order of AWS's messages (recorded since 2024; newer values come last).
ENUM_ORDER: dict[str, tuple[str, ...]] = {
    "apigateway.AuthorizerType": ("TOKEN", "REQUEST", "COGNITO_USER_POOLS", "JWT"),
    "apigateway.DocumentationPartType": (
        "RESPONSE_BODY", "RESPONSE", "METHOD", "MODEL", "AUTHORIZER", "RESPONSE_HEADER", "RESOURCE", "PATH_PARAMETER",
        "REQUEST_BODY", "QUERY_PARAMETER", "API", "REQUEST_HEADER",
    ),
    "apigateway.EndpointType": ("PRIVATE", "EDGE", "REGIONAL"),
    "apigateway.GatewayResponseType": (
        "REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "AUTHORIZER_CONFIGURATION_ERROR", "MISSING_AUTHENTICATION_TOKEN",
        "BAD_REQUEST_BODY", "INVALID_SIGNATURE", "INVALID_API_KEY", "BAD_REQUEST_PARAMETERS", "AUTHORIZER_FAILURE",
        "UNAUTHORIZED", "INTEGRATION_TIMEOUT", "ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "WAF_FILTERED",
        "QUOTA_EXCEEDED", "THROTTLED", "API_CONFIGURATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", "INTEGRATION_FAILURE",
        "EXPIRED_TOKEN",
    ),
    "apigateway.IntegrationType": ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"),
    "apigateway.Op": ("add", "remove", "move", "test", "replace", "copy"),
}  # fmt: skip

#: The largest length or value, if the model has none or a different one.
LONGEST: dict[str, int] = {
    # The limits of functions on Lambda's own compute (developer guide, "Lambda quotas"); the model has the limits of
    # other kinds.
    "lambda.MemorySize": 10_240,
    "lambda.Timeout": 900,
}

#: What the service itself checks later, with its own messages.
UNCHECKED = frozenset(
    {
        # "Value … at 'runtime' failed to satisfy constraint: … or be a valid ARN", an InvalidParameterValueException.
        "lambda.Runtime",
    }
)

#: Services that list null among the constraints of items (recorded for Lambda; API Gateway and ACM do not).
NULL_IS_CHECKED_IN = frozenset({"lambda"})
