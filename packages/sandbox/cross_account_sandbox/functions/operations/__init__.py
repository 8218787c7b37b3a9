"""The operations of Lambda's API, one concept a file; `cross_account_sandbox.functions.service` lists them."""
