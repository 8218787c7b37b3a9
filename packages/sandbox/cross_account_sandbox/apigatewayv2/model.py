"""The data model of HTTP APIs: the editable definition, and the snapshots that stages serve.

Field names are the API's member names in snake case (`cross_account_sandbox.apigatewayv2.members` translates them);
keys of maps and structures keep AWS's spelling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cross_account_sandbox.clock import utc_now


@dataclass(kw_only=True)
class HttpIntegration:
    """The backend of a route. Times are in milliseconds."""

    integration_id: str
    integration_type: str
    integration_method: str | None = None
    integration_uri: str | None = None
    integration_subtype: str | None = None
    payload_format_version: str = "1.0"
    credentials_arn: str | None = None
    connection_type: str = "INTERNET"
    connection_id: str | None = None
    description: str | None = None
    request_parameters: dict[str, str] = field(default_factory=dict)
    response_parameters: dict[str, dict[str, str]] = field(default_factory=dict)
    timeout_in_millis: int = 30_000
    tls_config: dict[str, Any] | None = None
    api_gateway_managed: bool = False


@dataclass(kw_only=True)
class HttpRoute:
    """A route key (`GET /pets/{id}`, `ANY /{proxy+}`, `$default`) and its target."""

    route_id: str
    route_key: str
    target: str | None = None
    authorization_type: str = "NONE"
    authorizer_id: str | None = None
    authorization_scopes: list[str] = field(default_factory=list)
    api_key_required: bool = False
    operation_name: str | None = None
    api_gateway_managed: bool = False

    @property
    def integration_id(self) -> str | None:
        """The ID of the integration in the target `integrations/ID`."""
        return self.target.removeprefix("integrations/") if self.target else None


@dataclass(kw_only=True)
class HttpAuthorizer:
    """JWT (an issuer's tokens) or REQUEST (a function); the TTL is in seconds, 0 disables the cache."""

    authorizer_id: str
    authorizer_type: str
    name: str
    identity_source: list[str] = field(default_factory=list)
    jwt_configuration: dict[str, Any] = field(default_factory=dict)
    authorizer_uri: str | None = None
    authorizer_credentials_arn: str | None = None
    authorizer_payload_format_version: str | None = None
    authorizer_result_ttl_in_seconds: int | None = None
    enable_simple_responses: bool = False


@dataclass(frozen=True, kw_only=True)
class HttpSnapshot:
    """The content of a deployment: routes, their integrations and authorizers, and CORS."""

    routes: dict[str, HttpRoute]
    integrations: dict[str, HttpIntegration]
    authorizers: dict[str, HttpAuthorizer]
    cors_configuration: dict[str, Any] | None
    disable_execute_api_endpoint: bool = False


@dataclass(kw_only=True)
class HttpDeployment:
    """A snapshot with an ID."""

    deployment_id: str
    snapshot: HttpSnapshot
    description: str | None = None
    auto_deployed: bool = False
    deployment_status: str = "DEPLOYED"
    created_date: datetime = field(default_factory=utc_now)


@dataclass(kw_only=True)
class HttpStage:
    """A stage. `$default` is served at the root of the host, other stages under their name."""

    stage_name: str
    auto_deploy: bool = False
    deployment_id: str | None = None
    description: str | None = None
    client_certificate_id: str | None = None
    access_log_settings: dict[str, str] | None = None
    default_route_settings: dict[str, Any] = field(default_factory=lambda: {"DetailedMetricsEnabled": False})
    route_settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    stage_variables: dict[str, str] = field(default_factory=dict)
    last_deployment_status_message: str | None = None
    api_gateway_managed: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    created_date: datetime = field(default_factory=utc_now)
    last_updated_date: datetime = field(default_factory=utc_now)


@dataclass(kw_only=True)
class HttpApi:
    """An HTTP API of one account and Region."""

    api_id: str
    account: str
    region: str
    name: str
    protocol_type: str = "HTTP"
    description: str | None = None
    version: str | None = None
    cors_configuration: dict[str, Any] | None = None
    disable_execute_api_endpoint: bool = False
    disable_schema_validation: bool | None = None
    route_selection_expression: str = "$request.method $request.path"
    api_key_selection_expression: str = "$request.header.x-api-key"
    ip_address_type: str = "ipv4"
    api_endpoint: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    created_date: datetime = field(default_factory=utc_now)
    routes: dict[str, HttpRoute] = field(default_factory=dict)
    integrations: dict[str, HttpIntegration] = field(default_factory=dict)
    authorizers: dict[str, HttpAuthorizer] = field(default_factory=dict)
    deployments: dict[str, HttpDeployment] = field(default_factory=dict)
    stages: dict[str, HttpStage] = field(default_factory=dict)

    def served(self, stage: str) -> HttpSnapshot | None:
        """Return the snapshot that a stage serves, never the editable definition."""
        found = self.stages.get(stage)
        deployment = self.deployments.get(found.deployment_id or "") if found else None
        return deployment.snapshot if deployment else None


@dataclass(kw_only=True)
class HttpApiStore:
    """The HTTP APIs of one account and Region. Custom domains are in the v1 store, which v1 and v2 share."""

    account: str
    region: str
    apis: dict[str, HttpApi] = field(default_factory=dict)
