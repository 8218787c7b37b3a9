"""Endpoint configuration of a REST API: the type (EDGE, REGIONAL, PRIVATE), IP address type and VPC endpoints."""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.model.rest_api import RestApi

_TYPES = ("PRIVATE", "EDGE", "REGIONAL")
_WRONG_TYPE = "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE"
_ADDRESS_TYPES = ("ipv4", "dualstack")
#: From → to (developer guide, "Change a public or private API endpoint type").
_CHANGES = {"EDGE": ("REGIONAL", "PRIVATE"), "REGIONAL": ("EDGE", "PRIVATE"), "PRIVATE": ("REGIONAL",)}


def configure(api: RestApi, configuration: dict[str, Any] | None) -> None:
    """Set the endpoint configuration of a new API. Raises BadRequestException."""
    if configuration is None:
        return
    types = configuration.get("types", ["EDGE"])
    if any(kind not in _TYPES for kind in types):
        raise bad_request(_WRONG_TYPE)
    address = configuration.get("ipAddressType")
    if not types:
        raise bad_request("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    if len(types) > 1:
        raise bad_request("Cannot create an api with multiple Endpoint Types.")
    api.definition.endpoint_types = list(types)
    api.definition.vpc_endpoint_ids = list(configuration.get("vpcEndpointIds", []))
    api.ip_address_type = address or ("dualstack" if types == ["PRIVATE"] else "ipv4")
    check(api)


def check(api: RestApi) -> None:
    """Raises BadRequestException if type, IP address type and VPC endpoints do not fit together."""
    private = api.definition.endpoint_types == ["PRIVATE"]
    if private and api.ip_address_type == "ipv4":
        raise bad_request("Only dualstack ipAddressType is supported for Private APIs.")
    if api.definition.vpc_endpoint_ids and not private:
        # As users report from AWS: hashicorp/terraform-provider-aws#14269.
        raise bad_request("VPCEndpoints can only be specified with PRIVATE apis.")


def change_type(api: RestApi, value: str | None, _slot: str) -> None:
    """Patch `/endpointConfiguration/types/…`. The last segment is the old type or an index; an API has one type."""
    if value not in _TYPES:
        raise bad_request(_WRONG_TYPE)
    current = api.definition.endpoint_types[0]
    if value == current:
        return
    if value not in _CHANGES[current]:
        # Unconfirmed: the text for a change of the endpoint type that AWS does not allow. Reason: only the rule is
        # documented.
        raise bad_request(f"Cannot update endpoint type from {current} to {value}")
    # Unconfirmed: that the endpoint of the old type stops answering when the type changes. Reason: AWS does not
    # document for how long it keeps answering.
    api.definition.endpoint_types = [str(value)]
    if value == "PRIVATE":
        api.ip_address_type = "dualstack"
    else:
        api.definition.vpc_endpoint_ids = []


def refuse_operation(_api: RestApi, _value: str | None, _slot: str) -> None:
    """Refuse `move`, `copy` and `test` on `/endpointConfiguration/types/…`."""
    raise bad_request("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")


def change_address_type(api: RestApi, value: str | None) -> None:
    """Apply a patch operation to `/endpointConfiguration/ipAddressType`."""
    if value not in _ADDRESS_TYPES:
        raise bad_request("ipAddressType must be either ipv4 or dualstack.")
    api.ip_address_type = str(value)


def add_vpc_endpoint(api: RestApi, value: str | None) -> None:
    """Apply `add` to `/endpointConfiguration/vpcEndpointIds`."""
    if value and value not in api.definition.vpc_endpoint_ids:
        api.definition.vpc_endpoint_ids.append(value)


def remove_vpc_endpoint(api: RestApi, value: str | None) -> None:
    """Apply `remove` to `/endpointConfiguration/vpcEndpointIds`; without a value, remove all."""
    ids = api.definition.vpc_endpoint_ids
    api.definition.vpc_endpoint_ids = [one for one in ids if value is not None and one != value]


def shown(api: RestApi) -> dict[str, Any]:
    """Format `endpointConfiguration` for a response."""
    answer: dict[str, Any] = {"types": list(api.definition.endpoint_types), "ipAddressType": api.ip_address_type}
    if api.definition.vpc_endpoint_ids:
        answer["vpcEndpointIds"] = list(api.definition.vpc_endpoint_ids)
    return answer
