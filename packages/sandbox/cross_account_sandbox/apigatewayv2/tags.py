"""Tags of APIs, stages and domain names, by ARN."""

from __future__ import annotations

import re
from typing import Any

from cross_account_sandbox.apigateway.errors import not_found
from cross_account_sandbox.control_plane.service import Call

_ARN = re.compile(
    r"^arn:[^:]+:apigateway:(?P<region>[^:]+)::"
    r"/(?:apis/(?P<api>[^/]+)(?:/stages/(?P<stage>[^/]+))?|domainnames/(?P<domain>[^/]+))$"
)


def get(call: Call) -> dict[str, Any]:
    return {"Tags": _tags(call)}


def tag(call: Call) -> None:
    _tags(call).update(call.params.get("Tags", {}))


def untag(call: Call) -> None:
    held = _tags(call)
    for key in call.params.get("TagKeys", []):
        held.pop(key, None)


def _tags(call: Call) -> dict[str, str]:
    match = _ARN.match(str(call.params.get("ResourceArn", "")))
    if match is not None:
        api = call.world.http_apis(call.account, match["region"]).apis.get(match["api"] or "")
        stage = api.stages.get(match["stage"]) if api is not None and match["stage"] else None
        domains = call.world.apigateway(call.account, match["region"]).domain_names.values()
        domain = next((each for each in domains if each.name == match["domain"]), None)
        found = stage if match["stage"] else api or domain
        if found is not None:
            return found.tags
    raise not_found("Invalid resource identifier specified")
