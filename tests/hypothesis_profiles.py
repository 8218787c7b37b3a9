"""Which generated examples a test sees; importing this module chooses."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# How fast examples are generated says what else this machine does, nothing about the code.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Continuous integration says yes or no to a commit: the same commit gets the same examples, and the same answer.
settings.register_profile("ci", settings.get_profile("project"), derandomize=True)
# Looks for what a hundred random examples miss: `make test PYTEST_ARGS=--hypothesis-profile=explore`.
settings.register_profile("explore", settings.get_profile("project"), max_examples=3000)
settings.load_profile("ci" if os.environ.get("CI") else "project")
