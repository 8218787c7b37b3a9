"""Settings and fixtures for all tests."""

import tests.hypothesis_profiles  # noqa: F401 - importing it chooses the profile
