"""Fixtures for these tests."""

from sandbox_testing.deploying import loaded, project, up

__all__ = ["loaded", "project", "up"]
