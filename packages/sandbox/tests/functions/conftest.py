"""Fixtures of these tests."""

from sandbox_testing.functions import functions, lambda_in

__all__ = ["functions", "lambda_in"]
