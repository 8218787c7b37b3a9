"""The operations of Lambda's API, one concept a file; `sandbox.functions.service` lists them."""
