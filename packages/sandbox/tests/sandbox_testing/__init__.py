"""Helpers of the sandbox's tests, which the doctor's tests and the project's use too."""
