"""Fixtures for these tests."""

from sandbox_testing.resources import login

__all__ = ["login"]
