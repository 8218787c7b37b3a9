"""Fixtures of these tests."""

from sandbox_testing.http_apis import api

__all__ = ["api"]
