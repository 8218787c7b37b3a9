"""Explains why a cross-account call fails, and how to fix it."""
