"""The function's half of the bargain: the statement of its policy that lets API Gateway, or its role, invoke it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import arns, policies
from aws_rules.grants import Grant
from cross_account_api.children import Children
from cross_account_api.function.targets import BoundFunction

#: What stands for every authorizer of an API in a SourceArn. An authorizer of a REST API's document has no id in the
#: state (terraform-provider-aws#28145), so the statement cannot name it.
AUTHORIZERS = Grant(label="authorizers", tail="authorizers/*")
#: Earlier versions of this component gave each statement an id that was derived from its content. Such a statement
#: stays as it is: the engine ignores a change of these inputs. When it replaces the statement for another reason, it
#: takes the program's inputs as they are, and the new statement gets its own id.
_WAY_OF_IDENTIFYING = ("statementId", "statementIdPrefix")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class InvokePermission:
    """One statement, written by this program, or the function's owner by hand.

    principal  apigateway.amazonaws.com, or the ARN of the role that API Gateway assumes
    unique_id  of that role: AWS pins a role principal to it, so the statement goes when the role does
    """

    label: str
    function: BoundFunction
    principal: pulumi.Input[str]
    unique_id: pulumi.Input[str | None] = None
    source_arn: pulumi.Output[str] | None = None
    source_account: str | None = None

    def create(
        self, name: str, children: Children, *, depends_on: Sequence[pulumi.Resource] = ()
    ) -> aws.lambda_.Permission:
        """The statement, in the function's account, on the qualifier that the integration names.

        The provider makes its id in the call that creates it. An id that the program knows would be the same in the run
        after one that was killed during AddPermission: the provider would retry the conflict for five minutes and fail.
        """
        account = self.function.account
        if account is None:
            raise ValueError(f"function {self.function.label!r} is known by ARN alone: its owner makes the permission")
        by_role = self.unique_id is not None
        return aws.lambda_.Permission(
            name,
            statement_id_prefix=pulumi.Output.from_input(self.unique_id).apply(policies.statement_id_prefix),
            action=policies.INVOKE,
            function=self.function.name,
            qualifier=self.function.qualifier,
            principal=self.principal,
            source_arn=self.source_arn,
            source_account=self.source_account,
            opts=children.options(
                account, depends_on=depends_on, ignore_changes=() if by_role else _WAY_OF_IDENTIFYING
            ),
        )

    @property
    def statement_id(self) -> pulumi.Output[str]:
        """What the function's owner calls the statement: the command stays the same for the same statement."""
        content = (
            self.function.arn,
            self.function.qualifier,
            self.principal,
            self.unique_id,
            self.source_arn,
            self.source_account,
        )
        return pulumi.Output.all(*content).apply(lambda parts: policies.statement_id(*parts))

    def command(self, *, endpoint: str | None) -> pulumi.Output[str]:
        """What the owner of the function's account would run for the same statement, in the sandbox at `endpoint`."""
        fields = {
            "--function-name": self.function.name,
            "--qualifier": self.function.qualifier,
            "--statement-id": self.statement_id,
            "--action": policies.INVOKE,
            "--principal": self.principal,
            "--source-arn": self.source_arn,
            "--source-account": self.source_account,
            "--region": self.function.region,
            "--endpoint-url": endpoint,
        }
        return pulumi.Output.all(**fields).apply(
            lambda values: shlex.join(
                [
                    "aws",
                    "lambda",
                    "add-permission",
                    *(word for flag in fields if (value := values[flag]) for word in (flag, value)),
                ]
            )
        )


def commands(permissions: Sequence[InvokePermission], *, endpoint: str | None) -> pulumi.Output[str]:
    """The output `addPermissionCommand`: one command a line."""
    return pulumi.Output.all(*(each.command(endpoint=endpoint) for each in permissions)).apply("\n".join)


def service_permissions(
    function: BoundFunction, grants: Sequence[Grant], *, api_id: pulumi.Output[str], api_account: str
) -> list[InvokePermission]:
    """The statements for API Gateway itself, which may invoke from this API's methods only."""
    return [
        InvokePermission(
            label=f"{function.label}-{grant.label}",
            function=function,
            principal=policies.API_GATEWAY,
            source_arn=source_arn(function, grant, api_id=api_id, api_account=api_account),
            source_account=api_account,
        )
        for grant in grants
    ]


def source_arn(
    function: BoundFunction, grant: Grant, *, api_id: pulumi.Output[str], api_account: str
) -> pulumi.Output[str]:
    """The aws:SourceArn of a statement; its Region is the function's."""
    return pulumi.Output.all(function.region, api_id).apply(
        lambda parts: arns.source_arn(
            function_region=parts[0], api_account=api_account, api_id=parts[1], tail=grant.tail
        )
    )
