"""What holds for every test."""

import tests.hypothesis_profiles  # noqa: F401 - importing it chooses the profile
