"""The Hypothesis profiles; importing this module selects one."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The time to generate examples depends on the machine's load, not on the code.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# In CI, the same commit gets the same examples, and so the same result.
settings.register_profile("ci", settings.get_profile("project"), derandomize=True)
# Finds what a hundred random examples miss: `make test PYTEST_ARGS=--hypothesis-profile=explore`.
settings.register_profile("explore", settings.get_profile("project"), max_examples=3000)
settings.load_profile("ci" if os.environ.get("CI") else "project")
