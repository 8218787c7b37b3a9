"""The package's provider for YAML programs, started in a fraction of its time: for fork_server.py."""

from __future__ import annotations

import sys


def prepare() -> None:
    """Import what the provider imports, and the AWS resources of its components."""
    import pulumi_aws.apigateway
    import pulumi_aws.cloudwatch
    import pulumi_aws.iam
    import pulumi_aws.lambda_

    from cross_account_api.package import server  # noqa: F401 - imported for the providers

    aws = pulumi_aws
    # The SDK imports the module of a resource when it is first used.
    _ = (aws.apigateway.Stage, aws.cloudwatch.LogGroup, aws.iam.Role, aws.lambda_.Function)


def run(arguments: list[str]) -> int:
    """Be the provider of the engine at this address."""
    from cross_account_api.package.server import main

    sys.argv = ["pulumi-resource-cross-account-api", *arguments]
    main()
    return 0
