"""The function's half: the statement in its policy that allows API Gateway, or its role, to invoke it."""

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

#: Matches every authorizer of an API in a SourceArn. An authorizer in a REST API's document has no ID in the state
#: (terraform-provider-aws#28145), so the statement cannot name it.
AUTHORIZERS = Grant(label="authorizers", tail="authorizers/*")
#: Earlier versions of this component derived each statement's ID from its content. Such a statement is kept, because
#: the engine ignores changes of these inputs. If the engine replaces the statement for another reason, it uses the
#: program's inputs, and the new statement gets its own ID.
_WAY_OF_IDENTIFYING = ("statementId", "statementIdPrefix")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class InvokePermission:
    """A statement that this program creates, or that the function's owner adds by hand.

    principal  apigateway.amazonaws.com, or the ARN of the role that API Gateway assumes
    unique_id  of that role: AWS stores a role principal by it, so the statement is replaced together with the role
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
        """Create the statement in the function's account, for the qualifier that the integration names.

        The provider generates the ID in the call that creates the statement. With an ID that the program computes, a
        run after one that was killed during AddPermission would use the same ID, and the provider would retry the
        conflict for five minutes and fail.
        """
        account = self.function.account
        if account is None:
            raise ValueError(
                f"function {self.function.label!r} is known only by its ARN: its owner must create the permission"
            )
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
        """The statement's ID in the owner's command; the same statement always has the same command."""
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
        """The command by which the function's owner adds the same statement, in the sandbox at `endpoint` if given."""
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
    """The output `addPermissionCommand`: one command per line."""
    return pulumi.Output.all(*(each.command(endpoint=endpoint) for each in permissions)).apply("\n".join)


def service_permissions(
    function: BoundFunction, grants: Sequence[Grant], *, api_id: pulumi.Output[str], api_account: str
) -> list[InvokePermission]:
    """The statements that allow API Gateway itself to invoke, only from this API's methods."""
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
