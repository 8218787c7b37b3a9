"""Operations of the Lambda API, one concept per file; `cross_account_sandbox.functions.service` lists them."""
