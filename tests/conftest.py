"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How fast examples are generated says what else this machine does, nothing about the code.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
