"""The snapshot of an API that a stage serves."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from cross_account_api.accounts import Account
from cross_account_api.children import Children


def deployment(
    name: str,
    *,
    api: aws.apigateway.RestApi,
    served: pulumi.Input[str],
    account: Account,
    children: Children,
    depends_on: Sequence[pulumi.Resource] = (),
) -> aws.apigateway.Deployment:
    """A deployment that is made anew whenever `served`, the hash of what a stage serves, changes.

    The new one is there before the old one goes: AWS refuses to delete a deployment that a stage still points to.
    """
    return aws.apigateway.Deployment(
        f"{name}-deployment",
        rest_api=api.id,
        triggers={"served": served},
        opts=children.options(account, depends_on=depends_on),
    )
