"""The route: whether it exists and has an integration."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.survey import Survey


def check(survey: Survey) -> Iterator[Finding | Note]:
    """The requested route must exist; every route must have an integration."""
    if not survey.edited:
        yield Finding(
            hop=HopName.ROUTE,
            cause=f"the API has no routes: every request gets {survey.protocol.no_route}",
            evidence={"routes": []},
            mend=Mend(setting="add a route to the component's `routes`, or a route and its integration to the API"),
        )
        return
    if not survey.checked and survey.target.route is not None:
        yield _unknown_route(survey, " ".join(survey.target.route).strip())
        return
    for route in survey.checked:
        if route.integration is None:
            yield Finding(
                hop=HopName.ROUTE,
                cause=f"{route.name} has no integration",
                evidence={"id": route.id, "route": route.name},
                mend=Mend(setting=f"give {route.name} an integration, or remove it"),
                routes=(route.name,),
            )


def _unknown_route(survey: Survey, asked: str) -> Finding:
    names = [route.name for route in survey.edited]
    same_path = [route.name for route in survey.edited if route.path == asked.partition(" ")[2]]
    near = same_path or difflib.get_close_matches(asked, names, n=3) or names[:5]
    return Finding(
        hop=HopName.ROUTE,
        cause=(
            f"the API has no route {asked}: the request gets {survey.protocol.no_route}; the API has {', '.join(near)}"
        ),
        evidence={"asked": asked, "routes": names[:50]},
        mend=Mend(setting=f"call one of these routes, or add {asked} to the component's `routes`"),
        routes=(asked,),
    )
