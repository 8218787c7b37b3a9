"""Rules about stages and log groups: access logs, retention time, throttling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cross_account_policies.resources import UNKNOWN, Resource

_REST, _HTTP = "aws:apigateway/stage:Stage", "aws:apigatewayv2/stage:Stage"
_LIMITS = ("throttlingRateLimit", "throttlingBurstLimit")


def access_logs(resource: Resource) -> Iterator[str]:
    """Only the access log shows why a cross-account call answered 500."""
    if resource.type not in (_REST, _HTTP):
        return
    settings = resource.properties.get("accessLogSettings")
    if settings is not UNKNOWN and not (isinstance(settings, Mapping) and settings.get("destinationArn")):
        yield (
            f"{resource.name} writes no access log. Set accessLogSettings with the ARN of a log group and a format "
            "that contains $context.integration.error"
        )


def log_retention(resource: Resource) -> Iterator[str]:
    """CloudWatch Logs never deletes the events of a group without a retention time."""
    if resource.is_a("cloudwatch/logGroup:LogGroup"):
        days = resource.properties.get("retentionInDays")
        if days is not UNKNOWN and not days:
            yield f"{resource.name} has no retention time. Set retentionInDays, for instance to 30"


def throttling(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """Without its own limits, a stage can use up the account's 10,000 requests a second for all APIs."""
    limited = {
        (resource.known("restApi"), resource.known("stageName"))
        for resource in resources
        if resource.is_a("apigateway/methodSettings:MethodSettings")
        and resource.known("methodPath") == "*/*"
        and _is_limited(resource.properties.get("settings"))
    }
    limits = " and ".join(_LIMITS)
    for resource in resources:
        fix = ""
        if resource.type == _HTTP and not _is_limited(resource.properties.get("defaultRouteSettings")):
            fix = f"Set defaultRouteSettings with {limits}"
        if resource.type == _REST and UNKNOWN not in (stage := _stage(resource)) and stage not in limited:
            fix = f"Add aws.apigateway.MethodSettings for its method path */* with {limits}"
        if fix:
            yield resource, f"{resource.name} has no throttling. {fix}"


def _stage(resource: Resource) -> tuple[object, object]:
    return resource.properties.get("restApi"), resource.properties.get("stageName")


def _is_limited(settings: object) -> bool:
    """True if both limits are set; -1 switches a limit off. An unknown limit counts as set."""
    if settings is UNKNOWN:
        return True
    if not isinstance(settings, Mapping):
        return False
    values = [settings.get(name) for name in _LIMITS]
    return all(value is UNKNOWN or (isinstance(value, int | float) and value > 0) for value in values)
