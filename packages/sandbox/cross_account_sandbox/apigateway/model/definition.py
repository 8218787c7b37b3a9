"""What a deployment freezes of a REST API: its resources and methods, and what they refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class IntegrationResponse:
    """How one backend answer becomes one method response.

    given_empty  the maps that were given as `{}`, by the API's member names: answers show them
    """

    status_code: str
    selection_pattern: str | None = None
    response_parameters: dict[str, str] = field(default_factory=dict)
    response_templates: dict[str, str] = field(default_factory=dict)
    content_handling: str | None = None
    given_empty: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Integration:
    """What a method calls. `type` is AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK; times are milliseconds.

    response_transfer_mode  None where nobody said (BUFFERED then), or BUFFERED, or STREAM
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
    """An answer that a method declares."""

    status_code: str
    response_parameters: dict[str, bool] = field(default_factory=dict)
    response_models: dict[str, str] = field(default_factory=dict)
    given_empty: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Method:
    """A verb on a resource; `http_method` may be ANY."""

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
    """A node of the path tree. The root has no parent and the path `/`."""

    id: str
    parent_id: str | None
    path_part: str | None
    path: str
    methods: dict[str, Method] = field(default_factory=dict)


@dataclass(kw_only=True)
class Model:
    """A JSON schema by name. `schema` is the text as stored (draft 4)."""

    id: str
    name: str
    content_type: str = "application/json"
    schema: str = "{}"
    description: str | None = None


@dataclass(kw_only=True)
class RequestValidator:
    """Which parts of a request are checked before the integration."""

    id: str
    name: str
    validate_body: bool = False
    validate_parameters: bool = False


@dataclass(kw_only=True)
class Authorizer:
    """TOKEN, REQUEST or COGNITO_USER_POOLS; `ttl_s` is None where the caller set none (300 then)."""

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
    """The API's own answer for one kind of failure. `status_code` None: the default of that kind."""

    response_type: str
    status_code: str | None = None
    response_parameters: dict[str, str] = field(default_factory=dict)
    response_templates: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class DocumentationPart:
    """A piece of documentation; `properties` is a JSON text."""

    id: str
    location: dict[str, str]
    properties: str


@dataclass(kw_only=True)
class Definition:
    """All of a REST API that a deployment freezes.

    policy_pins  the unique ids, when the policy was saved, of the roles and users that it names
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
        """The resource of exactly this path, `{names}` and all."""
        return next((resource for resource in self.resources.values() if resource.path == path), None)
