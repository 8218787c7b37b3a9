"""Fixtures for these tests."""

from sandbox_testing.deploying import project, up

__all__ = ["project", "up"]
