"""A deployment of the API, and the stage that serves it: its name, logs, traces and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from cross_account_api.accounts import Account
from cross_account_api.children import Child, Children, Known
from cross_account_api.rest.gateway_logging import ACCESS_LOG_FORMAT, GatewayLogging
from cross_account_api.throttling import Throttling


@dataclass(frozen=True, kw_only=True, slots=True)
class StageArgs:
    """The stage of a REST API.

    name        the first part of every path
    tracing     X-Ray traces
    throttling  of each method
    """

    name: str = "dev"
    tracing: bool = True
    throttling: Throttling = field(default_factory=Throttling)


STAGE_CHILDREN: Known = {
    "deployment": Child(aws.apigateway.Deployment),
    "stage": Child(aws.apigateway.Stage),
    "stage-settings": Child(aws.apigateway.MethodSettings),
}


def deployment(
    name: str,
    *,
    api: aws.apigateway.RestApi,
    served: pulumi.Input[str],
    account: Account,
    children: Children,
    depends_on: Sequence[pulumi.Resource] = (),
) -> aws.apigateway.Deployment:
    """A deployment that is replaced whenever `served`, the hash of what a stage serves, changes.

    The new deployment is created before the old one is deleted, because AWS refuses to delete a deployment that a stage
    still points to.
    """
    return aws.apigateway.Deployment(
        f"{name}-deployment",
        rest_api=api.id,
        triggers={"served": served},
        opts=children.options(account, depends_on=depends_on),
    )


def stage(  # noqa: PLR0913  a stage is where everything comes together
    name: str,
    args: StageArgs,
    *,
    api: aws.apigateway.RestApi,
    deployment: aws.apigateway.Deployment,
    logging: GatewayLogging,
    account: Account,
    children: Children,
    tags: Mapping[str, str],
    deletion_protection: bool,
    depends_on: Sequence[pulumi.Resource] = (),
) -> aws.apigateway.Stage:
    """The stage, created after its log groups and after `depends_on`, the resources that a request needs.

    A new deployment updates it in place; a new name creates a new stage first. With `deletion_protection`, Pulumi
    refuses to delete it and its settings. Because Pulumi deletes the resources that a stage depends on after it, a
    refused destroy deletes nothing that answers requests.
    """
    access_log = None
    if logging.access_log is not None:
        access_log = aws.apigateway.StageAccessLogSettingsArgs(
            destination_arn=logging.access_log.arn, format=ACCESS_LOG_FORMAT
        )
    result = aws.apigateway.Stage(
        f"{name}-stage",
        rest_api=api.id,
        deployment=deployment.id,
        stage_name=args.name,
        access_log_settings=access_log,
        xray_tracing_enabled=args.tracing,
        tags=dict(tags),
        opts=children.options(account, depends_on=[*logging.dependencies, *depends_on], protect=deletion_protection),
    )
    aws.apigateway.MethodSettings(
        f"{name}-stage-settings",
        rest_api=api.id,
        stage_name=result.stage_name,
        method_path="*/*",
        settings=aws.apigateway.MethodSettingsSettingsArgs(
            logging_level=logging.level,
            # A log of full requests and responses would contain credentials.
            data_trace_enabled=False,
            metrics_enabled=False,
            throttling_rate_limit=args.throttling.rate_limit,
            throttling_burst_limit=args.throttling.burst_limit,
        ),
        opts=children.options(account, protect=deletion_protection),
    )
    return result
