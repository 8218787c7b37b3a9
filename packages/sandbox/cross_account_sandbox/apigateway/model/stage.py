"""Deployments, and the stages under which they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.clock import utc_now


@dataclass(kw_only=True)
class Deployment:
    """A snapshot of the definition (a deep copy), which stages point to."""

    id: str
    definition: Definition
    description: str | None = None
    created: datetime = field(default_factory=utc_now)


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

    cache_enabled, cache_size  kept and shown; no answer is cached, so every request is served again
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
        """The settings in force for a method: its own, else those of `*/*`, else the defaults."""
        own = path.lstrip("/").replace("~", "~0").replace("/", "~1")
        for key in (f"{own}/{verb}", f"~1{own}/{verb}", "*/*"):
            if key in self.method_settings:
                return self.method_settings[key]
        return MethodSetting()
