"""The API and stage to check, from options or from a stack's outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_rules.arns import Arn, ArnError, FunctionArn, is_region
from cross_account_doctor.errors import CouldNotLookError
from cross_account_doctor.routes import DEFAULT_ROUTE

_ROUTE = re.compile(r"^(?P<method>[A-Za-z]+)\s+(?P<path>/\S*)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What to check.

    route      such as `GET /pets`, to check only this route
    region     None: the profile's
    function   the function in the stack's outputs, if any
    url        the stack's URL (a custom domain's if there is one)
    endpoint   of the sandbox, if the outputs name it
    """

    api_id: str
    stage: str
    region: str | None = None
    route: tuple[str, str] | None = None
    function: FunctionArn | None = None
    url: str = ""
    endpoint: str | None = None


def from_options(*, api_id: str | None, stage: str | None, region: str | None, route: str | None) -> Target:
    """The target given on the command line. Raises CouldNotLookError."""
    if not api_id or not stage:
        missing = "--api-id" if not api_id else "--stage"
        raise CouldNotLookError(f"{missing} is missing: give --api-id and --stage, or --outputs with a stack's outputs")
    if not re.fullmatch(r"[a-z0-9]{1,32}", api_id):
        raise CouldNotLookError(
            f"--api-id {api_id!r} is not the id of an API: expected letters and digits such as a1b2c3d4e5"
        )
    return Target(api_id=api_id, stage=stage, region=_region(region), route=_route(route))


def from_outputs(text: str, *, region: str | None, route: str | None, stage: str | None = None) -> Target:
    """The target of `pulumi stack output --json`, or of the first line that the sandbox's `serve --json` prints.

    Raises CouldNotLookError naming the output that is missing.
    """
    try:
        outputs = json.loads(text)
    except ValueError as error:
        raise CouldNotLookError(
            f"--outputs is not JSON ({error}): expected what `pulumi stack output --json` prints"
        ) from error
    if not isinstance(outputs, Mapping):
        raise CouldNotLookError("--outputs is not a JSON object: expected what `pulumi stack output --json` prints")
    endpoint = outputs.get("endpoint")
    if isinstance(outputs.get("outputs"), Mapping):
        outputs = outputs["outputs"]
    wanted = ("apiId",) if stage else ("apiId", "stageName")
    missing = [name for name in wanted if not isinstance(outputs.get(name), str)]
    if missing:
        raise CouldNotLookError(
            f"--outputs lacks {' and '.join(missing)}: expected the outputs of a stack of this program"
        )
    return Target(
        api_id=outputs["apiId"],
        stage=stage or outputs["stageName"],
        region=_region(region) or _region_of(outputs),
        route=_route(route),
        function=_function(outputs),
        endpoint=endpoint if isinstance(endpoint, str) else None,
        url="" if stage and stage != outputs.get("stageName") else str(outputs.get("url") or ""),
    )


def _region_of(outputs: Mapping[str, Any]) -> str | None:
    try:
        return Arn.parse(str(outputs.get("apiExecutionArn", ""))).region or None
    except ArnError:
        return None


def _function(outputs: Mapping[str, Any]) -> FunctionArn | None:
    try:
        return FunctionArn.parse(str(outputs.get("functionArn", "")))
    except ArnError:
        return None


def _region(text: str | None) -> str | None:
    if text is not None and not is_region(text):
        raise CouldNotLookError(f"--region {text!r} is not an AWS Region: expected a name such as eu-west-1")
    return text


def _route(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    if text.strip() == DEFAULT_ROUTE:
        return DEFAULT_ROUTE, ""
    match = _ROUTE.match(text.strip())
    if match is None:
        raise CouldNotLookError(f"--route {text!r} is not a route: expected a method and a path such as 'GET /users'")
    return match["method"].upper(), match["path"]
