"""Helpers of the doctor's tests."""
