"""Tags of API Gateway resources that have an ARN."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request, must_exist
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.control_plane.service import Call, Operation

#: Maximum number of tags per resource (AWS general reference).
MOST_TAGS = 50
_ARN = re.compile(r"^arn:[^:]+:apigateway:(?P<region>[^:]+):(?P<account>\d*):(?P<path>/.+)$")


def tag_resource(call: Call) -> None:
    """TagResource. Raises BadRequestException for `aws:` keys or too many tags."""
    tags = _tags_of(call)
    added = {str(key): str(value) for key, value in (call.params.get("tags") or {}).items()}
    if any(key.lower().startswith("aws:") for key in added):
        raise bad_request("Invalid tag key. Tag keys must not start with 'aws:'")
    if len(tags.keys() | added.keys()) > MOST_TAGS:
        raise bad_request(f"A resource may have {MOST_TAGS} tags")
    tags.update(added)


def untag_resource(call: Call) -> None:
    """UntagResource: ignore unknown keys."""
    tags = _tags_of(call)
    for key in call.params.get("tagKeys") or []:
        tags.pop(key, None)


def get_tags(call: Call) -> dict[str, Any]:
    return {"tags": dict(_tags_of(call))}


def _tags_of(call: Call) -> dict[str, str]:
    arn = str(call.params["resourceArn"])
    match = _ARN.match(arn)
    if match is None or match["region"] != call.region or match["account"] not in ("", call.account):
        raise bad_request(f"Invalid resource ARN: {arn}")
    return must_exist(_tags_at(store_of(call), match["path"], arn), f"Invalid resource identifier specified: {arn}")


def _tags_at(store: ApiGatewayStore, path: str, arn: str) -> dict[str, str] | None:
    if arn in store.domain_access:
        found: dict[str, str] = store.domain_access[arn]["tags"]
        return found
    match path.split("/")[1:]:
        case ["restapis", api_id]:
            api = store.rest_apis.get(api_id)
            return api.tags if api else None
        case ["restapis", api_id, "stages", name]:
            api = store.rest_apis.get(api_id)
            stage = api.stages.get(name) if api else None
            return stage.tags if stage else None
        case ["apikeys", key]:
            return store.api_keys[key].tags if key in store.api_keys else None
        case ["usageplans", plan]:
            return store.usage_plans[plan].tags if plan in store.usage_plans else None
        case ["domainnames", name]:
            return store.domain_names[name].tags if name in store.domain_names else None
        case ["clientcertificates", certificate]:
            kept: dict[str, str] | None = store.client_certificates.get(certificate, {}).get("tags")
            return kept
        case ["vpclinks", link]:
            linked: dict[str, str] | None = store.vpc_links.get(link, {}).get("tags")
            return linked
        case _:
            return None


OPERATIONS: Mapping[str, Operation] = {
    "GetTags": get_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
