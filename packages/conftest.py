"""What holds for every test."""

import tests.hypothesis_profiles  # noqa: F401 - importing it chooses the profile
from tests.garbage import pytest_collection_finish

__all__ = ["pytest_collection_finish"]
