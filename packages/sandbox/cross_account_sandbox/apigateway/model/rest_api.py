"""A REST API: its editable definition, and the snapshots that its stages serve."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aws_rules.arns import partition_of_region
from cross_account_sandbox.apigateway.model.definition import Definition, DocumentationPart
from cross_account_sandbox.apigateway.model.stage import Deployment, Stage
from cross_account_sandbox.clock import utc_now


@dataclass(kw_only=True)
class RestApi:
    """A REST API of one account and Region.

    disable_execute_api_endpoint  the last value that was set
    default_endpoint_closed       the value in effect: it is updated when any stage is created or changed (developer
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
    created: datetime = field(default_factory=utc_now)

    def stages_changed(self) -> None:
        """Apply settings that take effect when any stage changes."""
        self.default_endpoint_closed = self.disable_execute_api_endpoint

    def stage_arn(self, stage: str) -> str:
        """Return a stage's ARN, which AWS WAF and tags use. It contains no account."""
        return f"arn:{partition_of_region(self.region)}:apigateway:{self.region}::/restapis/{self.id}/stages/{stage}"

    def served(self, stage: str) -> Definition | None:
        """Return the snapshot that a stage serves, never the editable definition."""
        found = self.stages.get(stage)
        return self.deployments[found.deployment_id].definition if found else None
