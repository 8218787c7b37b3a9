"""Hops specific to HTTP APIs: automatic deployments, and only access logs."""
