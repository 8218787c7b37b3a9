"""The entry point of the data plane: find the API and the stage of a request; hops.py has the next steps."""

from __future__ import annotations

from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigatewayv2.model import HttpApi
from cross_account_sandbox.events import RequestAnswered
from cross_account_sandbox.execute_api import ids, stage
from cross_account_sandbox.execute_api.address import Address, address_of
from cross_account_sandbox.execute_api.base import BaseRefusal
from cross_account_sandbox.execute_api.hops import HTTP, REST, walk
from cross_account_sandbox.execute_api.http_api import stage as http_stage
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.trace import Answer, Trace, kept_request, shortened
from cross_account_sandbox.world import World


async def answer(world: World, request: HttpRequest) -> HttpResponse | None:
    """Return the response of the deployed API that a request is for; None if it is for no API.

    Never raises an error because of a client, an API or a function.
    """
    address = address_of(world, request)
    if address is None:
        return None
    api = _api(world, address)
    # $context.requestId of an HTTP API is what REST APIs call the extended request ID.
    request_id = ids.extended_request_id() if isinstance(api, HttpApi) else ids.request_id()
    trace = Trace(
        request_id=request_id,
        request=f"{request.method} {request.target}",
        path=address.path,
        sent=kept_request(request),
    )
    world.traces.keep(trace)
    try:
        if isinstance(api, HttpApi):
            response = await walk(HTTP, http_stage.enter(world, request, address, api, trace))
        else:
            response = await walk(REST, stage.enter(world, request, address, api, trace))
    except BaseRefusal as refusal:
        refusal.add_to(trace)
        response = (http_stage if isinstance(api, HttpApi) else stage).refused(refusal, trace)
    trace.answer = Answer(headers=tuple(response.headers), body=shortened(response.body))
    world.traces.finish(trace, response.status)
    world.events.publish(RequestAnswered(trace=trace))
    if request.method == "HEAD" or response.status in (204, 304):
        response.body = b""
    return response


def _api(world: World, address: Address) -> RestApi | HttpApi | None:
    for rest_store in world.apigateway.all():
        rest_api = rest_store.rest_apis.get(address.api_id)
        if rest_api is not None and address.region in ("", rest_api.region):
            return rest_api
    for http_store in world.http_apis.all():
        http_api = http_store.apis.get(address.api_id)
        if http_api is not None and address.region in ("", http_store.region):
            return http_api
    return None
