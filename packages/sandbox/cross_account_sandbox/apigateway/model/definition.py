"""The part of a REST API that a deployment freezes: resources, methods, and what they refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class IntegrationResponse:
    """Maps a backend response to a method response.

    given_empty  API names of the maps that the caller set to `{}`, because responses show them
    """

    status_code: str
    selection_pattern: str | None = None
    response_parameters: dict[str, str] = field(default_factory=dict)
    response_templates: dict[str, str] = field(default_factory=dict)
    content_handling: str | None = None
    given_empty: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Integration:
    """The backend of a method. `type` is AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK; times are milliseconds.

    response_transfer_mode  BUFFERED, STREAM, or None if the caller did not set it (treated as BUFFERED)
    """

    type: str
    http_method: str | None = None
    uri: str | None = None
    credentials: str | None = None
    connection_type: str = "INTERNET"
    connection_id: str | None = None
    request_parameters: dict[str, str] = field(default_factory=dict)
    request_templates: dict[str, str] = field(default_factory=dict)
    passthrough_behavior: str = "WHEN_NO_MATCH"
    content_handling: str | None = None
    timeout_ms: int = 29_000
    cache_namespace: str | None = None
    cache_key_parameters: list[str] = field(default_factory=list)
    tls_config: dict[str, Any] | None = None
    response_transfer_mode: str | None = None
    responses: dict[str, IntegrationResponse] = field(default_factory=dict)
    given_empty: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class MethodResponse:
    """A response that a method declares."""

    status_code: str
    response_parameters: dict[str, bool] = field(default_factory=dict)
    response_models: dict[str, str] = field(default_factory=dict)
    given_empty: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Method:
    """An HTTP method of a resource; `http_method` can be ANY."""

    http_method: str
    authorization_type: str = "NONE"
    authorizer_id: str | None = None
    authorization_scopes: list[str] = field(default_factory=list)
    api_key_required: bool = False
    operation_name: str | None = None
    request_validator_id: str | None = None
    request_parameters: dict[str, bool] = field(default_factory=dict)
    request_models: dict[str, str] = field(default_factory=dict)
    responses: dict[str, MethodResponse] = field(default_factory=dict)
    integration: Integration | None = None
    given_empty: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Resource:
    """A node of the path tree. The root has the path `/` and no parent."""

    id: str
    parent_id: str | None
    path_part: str | None
    path: str
    methods: dict[str, Method] = field(default_factory=dict)


@dataclass(kw_only=True)
class Model:
    """A named JSON schema. `schema` is the stored text (draft 4)."""

    id: str
    name: str
    content_type: str = "application/json"
    schema: str = "{}"
    description: str | None = None


@dataclass(kw_only=True)
class RequestValidator:
    """Defines which parts of a request are validated before the integration is called."""

    id: str
    name: str
    validate_body: bool = False
    validate_parameters: bool = False


@dataclass(kw_only=True)
class Authorizer:
    """TOKEN, REQUEST or COGNITO_USER_POOLS; `ttl_s` is None if the caller did not set it (treated as 300)."""

    id: str
    name: str
    type: str
    uri: str | None = None
    credentials: str | None = None
    identity_source: str | None = None
    identity_validation: str | None = None
    ttl_s: int | None = None
    provider_arns: list[str] = field(default_factory=list)
    auth_type: str | None = None


@dataclass(kw_only=True)
class GatewayResponse:
    """The API's own response to one type of error. Without a `status_code`, the type's default applies."""

    response_type: str
    status_code: str | None = None
    response_parameters: dict[str, str] = field(default_factory=dict)
    response_templates: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class DocumentationPart:
    """A documentation part; `properties` is JSON text."""

    id: str
    location: dict[str, str]
    properties: str


@dataclass(kw_only=True)
class Definition:
    """Everything in a REST API that a deployment freezes.

    policy_pins  unique IDs of the roles and users that the policy names, as of when it was saved
    """

    resources: dict[str, Resource] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    validators: dict[str, RequestValidator] = field(default_factory=dict)
    authorizers: dict[str, Authorizer] = field(default_factory=dict)
    gateway_responses: dict[str, GatewayResponse] = field(default_factory=dict)
    binary_media_types: list[str] = field(default_factory=list)
    policy: str | None = None
    policy_pins: dict[str, str] = field(default_factory=dict)
    minimum_compression_size: int | None = None
    api_key_source: str = "HEADER"
    endpoint_types: list[str] = field(default_factory=lambda: ["EDGE"])
    vpc_endpoint_ids: list[str] = field(default_factory=list)

    def resource_at(self, path: str) -> Resource | None:
        """Return the resource with exactly this path, including path variables such as `{id}`."""
        return next((resource for resource in self.resources.values() if resource.path == path), None)
