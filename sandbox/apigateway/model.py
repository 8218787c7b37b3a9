"""What API Gateway knows of a REST API: the definition as edited, and the snapshots that stages serve."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(kw_only=True)
class IntegrationResponse:
    """How one backend answer becomes one method response."""

    status_code: str
    selection_pattern: str | None = None
    response_parameters: dict[str, str] = field(default_factory=dict)
    response_templates: dict[str, str] = field(default_factory=dict)
    content_handling: str | None = None


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


@dataclass(kw_only=True)
class MethodResponse:
    """An answer that a method declares."""

    status_code: str
    response_parameters: dict[str, bool] = field(default_factory=dict)
    response_models: dict[str, str] = field(default_factory=dict)


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


@dataclass(kw_only=True)
class Deployment:
    """A snapshot of the definition (a deep copy), which stages point to."""

    id: str
    definition: Definition
    description: str | None = None
    created: datetime = field(default_factory=_now)


@dataclass(kw_only=True)
class MethodSetting:
    """Settings of `*/*` or of one method of a stage; rates are requests a second, -1 means none set.

    stated  the attributes that a caller set: answers show AWS's account-wide figures for the others
    """

    logging_level: str = "OFF"
    data_trace: bool = False
    metrics: bool = False
    throttling_rate: float = -1.0
    throttling_burst: int = -1
    caching: bool = False
    cache_ttl_s: int = 300
    cache_encrypted: bool = False
    require_cache_authorization: bool = True
    unauthorized_cache_control: str = "SUCCEED_WITH_RESPONSE_HEADER"
    stated: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class Stage:
    """A name under which one deployment answers. `method_settings` keys: `*/*` or `resource~1path/VERB`.

    cache_generation  grows with each flush: what was cached under an older number is gone
    """

    name: str
    deployment_id: str
    description: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    access_log_arn: str | None = None
    access_log_format: str | None = None
    method_settings: dict[str, MethodSetting] = field(default_factory=dict)
    tracing: bool = False
    cache_enabled: bool = False
    cache_size: str | None = None
    client_certificate_id: str | None = None
    documentation_version: str | None = None
    web_acl_arn: str | None = None
    cache_generation: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=_now)
    updated: datetime = field(default_factory=_now)

    def setting(self, path: str, verb: str) -> MethodSetting:
        """The settings in force for a method: its own, else those of `*/*`, else the defaults."""
        own = path.lstrip("/").replace("~", "~0").replace("/", "~1")
        for key in (f"{own}/{verb}", f"~1{own}/{verb}", "*/*"):
            if key in self.method_settings:
                return self.method_settings[key]
        return MethodSetting()


@dataclass(kw_only=True)
class RestApi:
    """A REST API of one account and Region.

    disable_execute_api_endpoint  what was set last
    default_endpoint_closed       what is in force: it follows when any stage is made or changed (developer
                                  guide, updating-api)
    """

    id: str
    account: str
    region: str
    name: str
    root_resource_id: str
    description: str | None = None
    version: str | None = None
    definition: Definition = field(default_factory=Definition)
    disable_execute_api_endpoint: bool = False
    default_endpoint_closed: bool = False
    ip_address_type: str = "ipv4"
    security_policy: str | None = None
    endpoint_access_mode: str | None = None
    deployments: dict[str, Deployment] = field(default_factory=dict)
    stages: dict[str, Stage] = field(default_factory=dict)
    documentation_parts: dict[str, DocumentationPart] = field(default_factory=dict)
    documentation_versions: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=_now)

    def stages_changed(self) -> None:
        """Put into force what waits for a change of any stage."""
        self.default_endpoint_closed = self.disable_execute_api_endpoint

    def served(self, stage: str) -> Definition | None:
        """The snapshot that a stage serves: never the definition as edited."""
        found = self.stages.get(stage)
        return self.deployments[found.deployment_id].definition if found else None


@dataclass(kw_only=True)
class ApiKey:
    """A key callers send in `x-api-key`."""

    id: str
    name: str
    value: str
    enabled: bool = True
    description: str | None = None
    customer_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=_now)
    updated: datetime = field(default_factory=_now)


@dataclass(kw_only=True)
class UsagePlan:
    """Rate (requests a second), burst and quota (requests a DAY, WEEK or MONTH) for keys on stages."""

    id: str
    name: str
    description: str | None = None
    api_stages: list[dict[str, Any]] = field(default_factory=list)
    rate: float | None = None
    burst: int | None = None
    quota_limit: int | None = None
    quota_offset: int = 0
    quota_period: str | None = None
    key_ids: list[str] = field(default_factory=list)
    product_code: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class BasePathMapping:
    """A path of a custom domain that leads to a stage; `base_path` is `(none)` for the empty one."""

    base_path: str
    api_id: str
    stage: str | None = None


@dataclass(kw_only=True)
class DomainName:
    """A custom domain, public (by name) or private (by name and id)."""

    name: str
    domain_id: str | None = None
    endpoint_types: list[str] = field(default_factory=lambda: ["EDGE"])
    certificate_arn: str | None = None
    regional_certificate_arn: str | None = None
    security_policy: str | None = None
    policy: str | None = None
    mappings: dict[str, BasePathMapping] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class ApiGatewayStore:
    """Everything of API Gateway v1 in one account and Region."""

    account: str
    region: str
    rest_apis: dict[str, RestApi] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    usage_plans: dict[str, UsagePlan] = field(default_factory=dict)
    domain_names: dict[str, DomainName] = field(default_factory=dict)
    client_certificates: dict[str, dict[str, Any]] = field(default_factory=dict)
    vpc_links: dict[str, dict[str, Any]] = field(default_factory=dict)
    domain_access: dict[str, dict[str, Any]] = field(default_factory=dict)
    cloudwatch_role_arn: str | None = None
