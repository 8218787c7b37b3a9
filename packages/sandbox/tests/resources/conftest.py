"""Fixtures of these tests."""

from sandbox_testing.resources import login

__all__ = ["login"]
