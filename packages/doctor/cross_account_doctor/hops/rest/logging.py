"""Logging: whether the next failure would be logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aws_rules import policies
from aws_rules.arns import Arn, ArnError
from cross_account_doctor import decisions
from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.rest_commands import patch
from cross_account_doctor.rest_survey import RestSurvey

_EVERY_METHOD = "*/*"
_MANAGED = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def logs(survey: RestSurvey) -> bool:
    """True if any method of the stage has a log level."""
    settings: dict[str, Any] = survey.stage.get("methodSettings") or {}
    return any((setting.get("loggingLevel") or "OFF") != "OFF" for setting in settings.values())


def check(survey: RestSurvey) -> Iterator[Finding | Note]:
    """The stage's log level, and the account's role, without which nothing is written."""
    settings: dict[str, Any] = survey.stage.get("methodSettings") or {}
    levels = {key: str(setting.get("loggingLevel") or "OFF") for key, setting in settings.items()}
    role_arn = survey.gateway_account.get("cloudwatchRoleArn")
    if not logs(survey):
        command = survey.commands.update_stage({"*/*/logging/loglevel": "ERROR"})
        hint = "" if role_arn else " (the account needs a CloudWatch role first)"
        yield Note(
            hop=HopName.LOGGING,
            text=f"execution logging is off, so failures are not logged{hint}; to turn it on: {command}",
        )
        return
    where = {"levels": levels, "cloudwatchRoleArn": role_arn}
    if not role_arn:
        yield Finding(
            hop=HopName.LOGGING,
            cause=(
                f"the stage has logging on ({levels.get(_EVERY_METHOD, 'some methods')}), but API Gateway has no "
                f"CloudWatch role in account {survey.account}, {survey.region}: nothing is logged"
            ),
            evidence=where,
            mend=Mend(commands=tuple(_make_role(survey)), setting="with this program: gatewayLogging: managed"),
        )
        return
    yield from _check_role(survey, str(role_arn), where)


def _check_role(survey: RestSurvey, role_arn: str, where: dict[str, Any]) -> Iterator[Finding]:
    try:
        Arn.parse(role_arn)
    except ArnError:
        return
    role = survey.role(role_arn)
    if role is None:
        yield Finding(
            hop=HopName.LOGGING,
            cause=(
                f"the stage has logging on, but API Gateway's CloudWatch role {role_arn} does not exist: nothing is "
                "logged"
            ),
            evidence=where,
            mend=Mend(commands=tuple(_make_role(survey)), setting="with this program: gatewayLogging: managed"),
        )
    elif not decisions.trusts_gateway(survey, role).allowed:
        words = ("--role-name", role.name, "--policy-document", _trust())
        yield Finding(
            hop=HopName.LOGGING,
            cause=f"API Gateway's CloudWatch role {role_arn} does not trust {policies.API_GATEWAY}: nothing is logged",
            evidence=where | {"trust": role.trust},
            mend=Mend(commands=(survey.commands.iam(survey.account, "update-assume-role-policy", *words),)),
        )
    elif not (decision := decisions.may_log(survey, role)).allowed:
        words = ("--role-name", role.name, "--policy-arn", _managed(survey))
        yield Finding(
            hop=HopName.LOGGING,
            cause=(
                f"API Gateway's CloudWatch role {role_arn} is not allowed to write the stage's log: {decision.reason}"
            ),
            evidence=where | decision.evidence,
            mend=Mend(
                commands=()
                if decision.explicit_deny
                else (survey.commands.iam(survey.account, "attach-role-policy", *words),),
                setting="first remove the deny from the role's policies or boundary" if decision.explicit_deny else "",
            ),
        )


def _make_role(survey: RestSurvey) -> Iterator[str]:
    name = "api-gateway-logs"
    role = f"arn:{survey.partition}:iam::{survey.account}:role/{name}"
    iam = survey.commands.iam
    yield iam(survey.account, "create-role", "--role-name", name, "--assume-role-policy-document", _trust())
    yield iam(survey.account, "attach-role-policy", "--role-name", name, "--policy-arn", _managed(survey))
    yield survey.commands.aws(
        survey.account,
        survey.region,
        *("apigateway", "update-account", "--patch-operations", patch({"cloudwatchRoleArn": role})),
    )


def _managed(survey: RestSurvey) -> str:
    return f"arn:{survey.partition}:iam::aws:policy/{_MANAGED}"


def _trust() -> str:
    return policies.rendered(policies.trust({"Service": policies.API_GATEWAY}))
