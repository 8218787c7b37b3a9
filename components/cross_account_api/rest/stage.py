"""The stage: the name under which a deployment is served, its logs, its traces and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from cross_account_api.accounts import Account
from cross_account_api.children import Children
from cross_account_api.rest.gateway_logging import ACCESS_LOG_FORMAT, GatewayLogging


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StageArgs:
    """How a stage serves.

    throttling_rate_limit   requests a second, steady, for all callers together
    throttling_burst_limit  requests at once
    deletion_protection     Pulumi refuses to delete the stage and its settings. What a stage depends on goes after it:
                            protected, it keeps a refused destroy from taking anything that answers requests
    """

    name: str
    tracing: bool = True
    throttling_rate_limit: float = 1000
    throttling_burst_limit: int = 500
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


def stage(
    name: str,
    args: StageArgs,
    *,
    api: aws.apigateway.RestApi,
    deployment: aws.apigateway.Deployment,
    logging: GatewayLogging,
    account: Account,
    children: Children,
    depends_on: Sequence[pulumi.Resource] = (),
) -> aws.apigateway.Stage:
    """The stage, after its log groups and after `depends_on`: what must be there before a request arrives.

    A new deployment moves it in place; a new name makes a new stage first.
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
        tags=dict(args.tags),
        opts=children.options(
            account, depends_on=[*logging.dependencies, *depends_on], protect=args.deletion_protection
        ),
    )
    aws.apigateway.MethodSettings(
        f"{name}-stage-settings",
        rest_api=api.id,
        stage_name=result.stage_name,
        method_path="*/*",
        settings=aws.apigateway.MethodSettingsSettingsArgs(
            logging_level=logging.level,
            # Full requests and answers in the log would hold credentials.
            data_trace_enabled=False,
            metrics_enabled=False,
            throttling_rate_limit=args.throttling_rate_limit,
            throttling_burst_limit=args.throttling_burst_limit,
        ),
        opts=children.options(account, protect=args.deletion_protection),
    )
    return result
