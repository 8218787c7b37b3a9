"""The parts of a cross-account API: Pulumi components, and the pure rules they are made from.

Import a part from the module that holds it (`cross_account_api.rest.cross_account_api`, `aws_rules.arns`).
This package imports nothing itself, so that the pure modules (`arns`, `policies`, `petstore`,
`iam`) stay usable where neither pulumi nor boto3 is loaded.
"""
