"""Fixtures for these tests."""

from sandbox_testing.server import sandbox

__all__ = ["sandbox"]
