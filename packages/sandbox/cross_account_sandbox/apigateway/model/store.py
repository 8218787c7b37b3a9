"""The store of API Gateway v1 for one account and Region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox.apigateway.model.domain_name import DomainName
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.usage_plan import ApiKey, UsagePlan


@dataclass(kw_only=True)
class ApiGatewayStore:
    """All API Gateway v1 resources of one account and Region."""

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
