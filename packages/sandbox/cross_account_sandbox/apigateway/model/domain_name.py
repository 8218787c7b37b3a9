"""Custom domains and their base path mappings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class BasePathMapping:
    """Maps a path of a custom domain to a stage; `base_path` is `(none)` for the empty path."""

    base_path: str
    api_id: str
    stage: str | None = None


@dataclass(kw_only=True)
class DomainName:
    """A custom domain: a public one has a unique name, a private one a name and an ID."""

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
