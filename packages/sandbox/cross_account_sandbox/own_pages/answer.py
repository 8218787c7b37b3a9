"""The sandbox's own addresses, `/_sandbox/…`: JSON and event streams for programs."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, unquote

from cross_account_sandbox.http import HttpRequest, HttpResponse, HttpStream
from cross_account_sandbox.own_pages import event_stream, traces
from cross_account_sandbox.own_pages.query import BadQueryError
from cross_account_sandbox.web_guard import OWN_PAGES
from cross_account_sandbox.world import World

_KNOWN = "/_sandbox/health, /_sandbox/deployments, /_sandbox/traces, /_sandbox/traces/REQUEST_ID"


def answer(world: World, request: HttpRequest) -> HttpResponse | HttpStream:
    """Return the sandbox's own response for this path; for an unknown path, a 404 that lists the known ones."""
    kind, _, name = request.path.removeprefix(OWN_PAGES).partition("/")
    if kind == "health":
        return _json(200, {"status": "running", "endpoint": world.endpoint, "instance": world.instance})
    if kind == "traces" and request.method in ("GET", "HEAD"):
        if not name:
            return _traces(world, request)
        if (trace := world.traces.get(unquote(name))) is not None:
            return _json(200, trace.as_json())
    if kind == "deployments" and not name and request.method in ("GET", "HEAD"):
        return _deployments(world, request)
    return _json(404, {"message": f"{request.path} is not a page of the sandbox: {_KNOWN}"})


def _traces(world: World, request: HttpRequest) -> HttpResponse | HttpStream:
    try:
        if _asks_for_events(request):
            return traces.stream(world.traces, request)
        return _json(200, traces.listed(world.traces, request))
    except BadQueryError as error:
        return _json(400, {"message": str(error)})


def _deployments(world: World, request: HttpRequest) -> HttpResponse | HttpStream:
    feed = world.deployments.changes
    if _asks_for_events(request):
        last = request.header("last-event-id") or dict(parse_qsl(request.query)).get("lastEventId")
        start = feed.position_of(last) if last else feed.position
        return event_stream.follow(feed, start, lambda change: [("deployment", change.as_json())])
    # Before the list: what changes in between is in both.
    position = feed.id_of(feed.position)
    listed = [deployment.as_json() for deployment in world.deployments.all()]
    return _json(200, {"deployments": listed, "lastEventId": position})


def _asks_for_events(request: HttpRequest) -> bool:
    return request.method == "GET" and "text/event-stream" in request.header("accept").lower()


def _json(status: int, document: object) -> HttpResponse:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return HttpResponse(status=status, headers=headers, body=json.dumps(document).encode())
