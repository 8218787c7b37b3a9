"""The rules of the policy pack as pure functions; `policies/__main__.py` registers them with Pulumi."""
