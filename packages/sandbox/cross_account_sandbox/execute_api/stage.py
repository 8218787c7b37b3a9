"""Host and stage of a REST API: find a request's deployment, and check that the host can reach it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aws_rules.arns import dns_suffix, partition_of_region
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.control_plane.vpc_endpoints import VpcEndpoints
from cross_account_sandbox.execute_api import ids, vpc_endpoints
from cross_account_sandbox.execute_api.address import Address
from cross_account_sandbox.execute_api.base import BaseRefusal
from cross_account_sandbox.execute_api.exchange import Exchange, begin
from cross_account_sandbox.execute_api.snapshot import Snapshot
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.trace import Outcome, Trace
from cross_account_sandbox.world import World


def enter(world: World, request: HttpRequest, address: Address, api: RestApi | None, trace: Trace) -> Exchange:
    """Create the record of a request whose stage is known. Raises BaseRefusal (403 Forbidden) if no stage matches."""
    if api is None or address.refused:
        why = address.refused or f"Unknown API {address.api_id!r}"
        raise _forbidden(hop="host", why=why, host=address.domain, apiId=address.api_id, region=address.region)
    if not address.domain:
        domain = f"{api.id}.execute-api.{api.region}.{dns_suffix(partition_of_region(api.region))}"
        address = replace(address, domain=domain)
    if api.default_endpoint_closed and not address.custom:
        why = "The API's default endpoint is disabled; only its custom domain can be used"
        raise _forbidden(hop="host", why=why, apiId=api.id, disableExecuteApiEndpoint=True)
    stage = api.stages.get(address.stage or "")
    definition = api.served(stage.name) if stage else None
    if stage is None or definition is None:
        why = f"The API has no stage {address.stage!r}" if address.stage else "The path names no stage"
        raise _forbidden(hop="stage", why=why, stage=address.stage, stages=sorted(api.stages))
    snapshot = world.gateway.snapshots.of(definition)
    if why := _wrong_door(world.vpc_endpoints, api, snapshot, address):
        types = snapshot.definition.endpoint_types
        raise _forbidden(hop="host", why=why, vpce=address.vpce, endpointTypes=types)
    why = f"Stage {stage.name} serves deployment {stage.deployment_id}"
    trace.add("stage", Outcome.PASSED, why, deployment=stage.deployment_id)
    trace.api_id, trace.stage = api.id, stage.name
    return begin(
        world=world,
        request=request,
        address=address,
        api=api,
        stage=stage,
        snapshot=snapshot,
        trace=trace,
        extended_request_id=ids.extended_request_id(),
    )


def refused(refusal: BaseRefusal, trace: Trace) -> HttpResponse:
    """Return the response if no stage is known, and therefore no gateway response of an API."""
    return HttpResponse(
        status=refusal.status,
        headers=[
            ("Content-Type", "application/json"),
            ("x-amzn-ErrorType", "ForbiddenException"),
            ("x-amzn-RequestId", trace.request_id),
            ("x-amz-apigw-id", ids.extended_request_id()),
        ],
        body=refusal.text,
    )


def _forbidden(*, hop: str, why: str, **evidence: Any) -> BaseRefusal:
    return BaseRefusal(403, "Forbidden", hop=hop, why=why, **evidence)


def _wrong_door(endpoints: VpcEndpoints, api: RestApi, snapshot: Snapshot, address: Address) -> str:
    """Refuse calls to a private API from the internet, and calls to a public API through a VPC endpoint."""
    if address.associated and address.associated not in snapshot.definition.vpc_endpoint_ids:
        return f"{address.associated} is not associated with the API, so this name cannot be used for it"
    if snapshot.private and address.vpce is None:
        return "A private API can only be called through a VPC endpoint"
    if not snapshot.private and address.vpce is not None and not address.custom:
        return "A VPC endpoint only reaches private APIs; this API is public"
    return vpc_endpoints.misdirected(endpoints, address.vpce, api.region) if address.vpce else ""
