"""Whether the deployment that the stage serves equals the API as edited now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.rest_routes import exported_integrations
from cross_account_doctor.rest_survey import RestSurvey, parse_policy
from cross_account_doctor.routes import Integration, Route

_POLICY = "x-amazon-apigateway-policy"


def check(survey: RestSurvey) -> Iterator[Finding | Note]:
    """Every difference between the served and the edited API; one deployment fixes them all."""
    differences = dict(_differences(survey))
    if survey.target.route is not None:
        asked = {route.name for route in survey.checked} or {" ".join(survey.target.route)}
        differences = {name: what for name, what in differences.items() if name in asked or not name}
    if not differences:
        return
    deployment = survey.deployment
    routes = tuple(name for name in differences if name)
    shown = "; ".join(f"{name}: {what}" if name else what for name, what in list(differences.items())[:5])
    more = f"; and {len(differences) - 5} more" if len(differences) > 5 else ""
    yield Finding(
        hop=HopName.DEPLOYMENT,
        cause=(
            f"stage {survey.target.stage} serves deployment {deployment['id']} of "
            f"{deployment.get('createdDate', 'unknown date')}, and the API was edited after that without a deployment: "
            f"{shown}{more}"
        ),
        evidence={
            "deployment": deployment["id"],
            "created": str(deployment.get("createdDate", "")),
            "differences": {name or "policy": what for name, what in differences.items()},
        },
        mend=Mend(commands=survey.commands.deploy(), setting="with this program: pulumi up --refresh"),
        routes=routes,
    )


def _differences(survey: RestSurvey) -> Iterator[tuple[str, str]]:
    """(route, difference); the route is empty for the API's policy."""
    served = survey.deployment.get("apiSummary") or {}
    exported = survey.export
    integrations = exported_integrations(exported) if exported is not None else None
    edited = {route.name: route for route in survey.edited}
    for name, route in edited.items():
        summary = (served.get(route.path) or {}).get(route.method)
        if summary is None:
            yield name, "not deployed (403 Missing Authentication Token)"
            continue
        fields = [*_method(route, summary), *_integration(route, (integrations or {}).get(name))]
        if fields:
            yield name, ", ".join(fields)
    for path, methods in served.items():
        for verb in methods:
            if f"{verb} {path}" not in edited:
                yield f"{verb} {path}", "removed from the API, but still served"
    if exported is not None and parse_policy(exported.get(_POLICY)) != survey.policy:
        yield "", "the resource policy was edited"


def _method(route: Route, summary: dict[str, Any]) -> Iterator[str]:
    if summary.get("authorizationType", route.authorization) != route.authorization:
        yield f"authorization is {summary['authorizationType']} as deployed, {route.authorization} as edited"
    if bool(summary.get("apiKeyRequired")) != route.api_key_required:
        yield f"an API key is {'required' if summary.get('apiKeyRequired') else 'not required'} as deployed"


def _integration(route: Route, served: Integration | None) -> Iterator[str]:
    edited = route.integration
    if served is None or edited is None:
        return
    for name in ("uri", "credentials", "timeout_ms", "http_method"):
        old, new = getattr(served, name), getattr(edited, name)
        if old != new and (name != "http_method" or old):
            yield f"{name} is {old or 'none'} as deployed, {new or 'none'} as edited"
