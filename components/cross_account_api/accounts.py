"""An AWS account that a program deploys to, and the explicit provider that reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pulumi
import pulumi_aws as aws

from aws_rules import arns
from aws_rules.account_login import role_fault, role_in
from cross_account_api.errors import ArgumentError

#: Every service that the components and the examples call; a provider for a sandbox needs an endpoint for each.
SANDBOX_SERVICES = (
    "acm",
    "apigateway",
    "apigatewayv2",
    "cloudwatch",
    "ec2",
    "iam",
    "lambda_",
    "logs",
    "ram",
    "route53",
    "s3",
    "sts",
)
#: The role that the operator of a sandbox assumes in every account (it need not exist).
SANDBOX_ROLE = "sandbox-operator"


class AccountDescription(Protocol):
    """What `account_provider` needs to know about an account; `config.AccountSettings` implements it."""

    @property
    def id(self) -> str:
        """12 digits."""

    @property
    def region(self) -> str:
        """The Region of this account's half."""

    @property
    def profile(self) -> str | None:
        """Profile of the AWS CLI to log in with."""

    @property
    def role_arn(self) -> str | None:
        """Role to assume for the deployment."""

    @property
    def external_id(self) -> pulumi.Input[str] | None:
        """ExternalId that the role's trust policy requires."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Account:
    """An account and Region, and the provider that creates everything in it.

    `endpoint` is the URL of the sandbox that holds the account, None on AWS.
    ID and Region are plain text, so ARNs, policy sizes and mistakes are known before anything is created.
    """

    id: str
    region: str
    provider: aws.Provider
    endpoint: str | None = None

    def __post_init__(self) -> None:
        """Raises ArgumentError for an ID that is not 12 digits, and for text that cannot be a Region's name."""
        if not arns.is_account_id(self.id):
            raise ArgumentError(f"Account: id {self.id!r} is not an account ID: it must be text of exactly 12 digits")
        if not arns.is_region(self.region):
            raise ArgumentError(
                f"Account {self.id}: region {self.region!r} is not the name of an AWS Region such as eu-west-1"
            )

    @property
    def partition(self) -> str:
        """The partition that the Region belongs to."""
        return arns.partition_of_region(self.region)

    def function_arn(self, name: pulumi.Output[str]) -> pulumi.Output[str]:
        """The ARN of a function in this account and Region: known in a preview, before the function exists."""
        return name.apply(lambda known: arns.function_arn(region=self.region, account=self.id, name=known))

    def execution_arn(self, api_id: pulumi.Output[str]) -> pulumi.Output[str]:
        """The execution ARN of an API of this account, without a stage."""
        return api_id.apply(
            lambda known: arns.api_execution_arn(
                partition=self.partition, region=self.region, account=self.id, api_id=known
            )
        )

    def api_endpoint(self, api_id: pulumi.Output[str]) -> pulumi.Output[str]:
        """The default endpoint of an API of this account: https://{api}.execute-api.{region}.amazonaws.com."""
        return pulumi.Output.concat("https://", api_id, f".execute-api.{self.region}.{arns.dns_suffix(self.partition)}")

    def __str__(self) -> str:
        return f"{self.id} ({self.region})"


def account_provider(
    name: str,
    description: AccountDescription,
    *,
    endpoint: str | None = None,
    region: str | None = None,
    opts: pulumi.ResourceOptions | None = None,
) -> Account:
    """Create the account's explicit provider, which refuses to work in any other account.

    `endpoint` is the URL of a sandbox. `region` overrides the description's, for a second Region of one account. Raises
    ArgumentError for an invalid account ID or Region, a role that cannot log in to the account, and an external ID
    without a role.
    """
    chosen = region or description.region
    partition = arns.partition_of_region(chosen) if arns.is_region(chosen) else "aws"
    role = description.role_arn
    if role is None and description.external_id is not None:
        raise ArgumentError(
            f"Account {description.id}: external_id is sent only when a role is assumed: give role_arn as well"
        )
    if role is not None and (fault := role_fault(role, account=description.id, partition=partition)):
        right = role_in(role, account=description.id, partition=partition)
        raise ArgumentError(f"Account {description.id}: role_arn {role!r} {fault}: use a role such as {right}")
    if endpoint is not None and role is None:
        role = arns.role_arn(partition=partition, account=description.id, name=SANDBOX_ROLE)
    assume_roles = None
    if role is not None:
        session = aws.ProviderAssumeRoleArgs(role_arn=role, external_id=description.external_id, session_name="pulumi")
        assume_roles = [session]
    if endpoint is None:
        provider = aws.Provider(
            name,
            region=chosen,
            profile=description.profile,
            allowed_account_ids=[description.id],
            assume_roles=assume_roles,
            opts=opts,
        )
    else:
        # The only options that AWS does not need. The account lookup stays on (skip_requesting_account_id), because
        # allowed_account_ids always fails without it. Two retries, not 25: retrying does not help when a local service
        # refuses.
        provider = aws.Provider(
            name,
            region=chosen,
            access_key="test",
            secret_key="test",  # noqa: S106  the sandbox's operator, not a secret
            allowed_account_ids=[description.id],
            assume_roles=assume_roles,
            endpoints=[aws.ProviderEndpointArgs(**dict.fromkeys(SANDBOX_SERVICES, endpoint))],
            skip_credentials_validation=True,
            skip_metadata_api_check=True,
            skip_requesting_account_id=False,
            s3_use_path_style=True,
            max_retries=2,
            opts=opts,
        )
    return Account(id=description.id, region=chosen, provider=provider, endpoint=endpoint)
