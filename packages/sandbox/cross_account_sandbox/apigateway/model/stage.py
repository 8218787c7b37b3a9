"""Deployments, and the stages that serve them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.clock import utc_now


@dataclass(kw_only=True)
class Deployment:
    """A snapshot (deep copy) of the definition, to which stages point."""

    id: str
    definition: Definition
    description: str | None = None
    created: datetime = field(default_factory=utc_now)


@dataclass(kw_only=True)
class MethodSetting:
    """Settings of `*/*` or of one method of a stage. Rates are in requests per second; -1 means not set.

    stated  the attributes that a caller set: responses show AWS's account-level values for the others
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
    """A named stage that serves one deployment. Keys of `method_settings`: `*/*` or `resource~1path/VERB`.

    cache_enabled, cache_size  stored and shown; the sandbox caches no responses, so every request reaches the
                               integration
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
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=utc_now)
    updated: datetime = field(default_factory=utc_now)

    def setting(self, path: str, verb: str) -> MethodSetting:
        """Return the effective settings of a method: its own, else those of `*/*`, else the defaults."""
        own = path.lstrip("/").replace("~", "~0").replace("/", "~1")
        for key in (f"{own}/{verb}", f"~1{own}/{verb}", "*/*"):
            if key in self.method_settings:
                return self.method_settings[key]
        return MethodSetting()
