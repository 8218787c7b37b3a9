"""Custom domains, and which of their paths leads to which stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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
