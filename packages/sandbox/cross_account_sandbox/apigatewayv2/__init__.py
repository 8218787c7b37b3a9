"""API Gateway HTTP APIs (v2): definitions and the control plane."""
