"""The rules of the policy pack, as pure functions; `policies/__main__.py` gives them to Pulumi."""
