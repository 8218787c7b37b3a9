"""Helpers for the sandbox's tests, also used by the tests of the doctor and the project."""
