"""API Gateway REST APIs (v1): definitions, deployment snapshots and the control plane."""
