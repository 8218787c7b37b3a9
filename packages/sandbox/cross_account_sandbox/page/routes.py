"""The addresses of the page: views by GET, and actions by POST, which the web guard allows only with the token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from aws_rules.diagram.svg import render
from cross_account_sandbox.control_plane.logs import LogLine
from cross_account_sandbox.http import HttpRequest, HttpResponse, HttpStream
from cross_account_sandbox.own_pages import event_stream
from cross_account_sandbox.page import doctor, log_lines, rendering
from cross_account_sandbox.page.accounts import account_ids, account_views
from cross_account_sandbox.page.destinations import chosen, destinations
from cross_account_sandbox.page.diagram import diagram_of
from cross_account_sandbox.page.invoking import InvokeForm, invoke, targets
from cross_account_sandbox.page.request_list import ROWS, RequestFilter, choices, rows
from cross_account_sandbox.page.request_view import request_view
from cross_account_sandbox.page.sending import METHODS, BadFormError, Form, replay, send
from cross_account_sandbox.page.signing import UnknownSignerError, signers
from cross_account_sandbox.terminal.decision import who_decided
from cross_account_sandbox.terminal.routes import ServedStage, served_stages
from cross_account_sandbox.trace import Trace
from cross_account_sandbox.web_guard import OWN_PAGES
from cross_account_sandbox.world import World

Response = HttpResponse | HttpStream


async def answer(world: World, request: HttpRequest, token: str) -> Response | None:
    """Respond with a view of the page or the result of an action; None for an address that is not the page's."""
    kind, _, rest = request.path.removeprefix(OWN_PAGES).partition("/")
    page = _Page(world, request, token if _may_act(request) else "")
    if request.method in ("GET", "HEAD"):
        return await page.view(kind, unquote(rest))
    if request.method == "POST" and not request.unread:
        return await page.act(kind, unquote(rest))
    return None


def _may_act(request: HttpRequest) -> bool:
    """Return True if the view contains the token: only a view that is opened as a document does.

    A page that a function serves by path has the same origin, so its script could read the token from a view that it
    fetches. Browsers send the purpose of a request, and scripts cannot change it; other clients do not send it.
    """
    purpose = request.header("sec-fetch-dest")
    return purpose == "document" if purpose else not request.header("origin")


def _diagrams(world: World) -> Iterator[tuple[ServedStage, Sequence[str]]]:
    """Every stage that has a drawing, with a description of the drawing in sentences."""
    for stage in served_stages(world):
        drawn = diagram_of(world, stage.api_id, stage.stage)
        if drawn is not None:
            yield stage, list(drawn.sentences())


class _Page:
    """One request to the page."""

    def __init__(self, world: World, request: HttpRequest, token: str) -> None:
        self._world = world
        self._request = request
        self._token = token
        self._query = dict(parse_qsl(request.query, keep_blank_values=True))

    async def view(self, kind: str, name: str) -> Response | None:
        world = self._world
        if kind == "static":
            return rendering.static_file(name)
        if (kind, name) == ("", ""):
            return self._html("overview.html", accounts=account_views(world), diagrams=list(_diagrams(world)))
        if kind == "diagram":
            return self._diagram(name)
        if kind == "requests":
            return await self._requests(name)
        if (kind, name) == ("send", ""):
            trace = world.traces.get(self._query.get("from", ""))
            form = Form.of_trace(world, trace) if trace else Form.of(self._query)
            ways = destinations(world)
            return self._html(
                "send.html",
                form=form,
                ways=ways,
                chosen=chosen(ways, form.api),
                methods=METHODS,
                signers=signers(world),
                vpc_endpoints=[f"{each.id} ({each.account})" for each in world.vpc_endpoints.all()],
            )
        if (kind, name) == ("invoke", ""):
            event = InvokeForm.of(self._query)
            return self._html("invoke.html", form=event, targets=targets(world), signers=signers(world))
        if kind == "logs":
            return await self._logs(name)
        return None

    async def act(self, kind: str, name: str) -> Response | None:
        world = self._world
        fields = dict(parse_qsl(self._request.body.decode("utf-8", "replace"), keep_blank_values=True))
        trace = world.traces.get(name.partition("/")[0])
        actions: dict[tuple[str, str], Callable[[], Awaitable[HttpResponse]]] = {
            ("send", ""): lambda: self._answered(send(world, Form.of(fields))),
            ("invoke", ""): lambda: self._invoked(InvokeForm.of(fields)),
        }
        if kind == "requests" and trace is not None:
            actions |= {
                ("requests", f"{trace.request_id}/replay"): lambda: self._answered(replay(world, trace)),
                ("requests", f"{trace.request_id}/doctor"): lambda: self._examined(trace),
            }
        action = actions.get((kind, name))
        if action is None:
            return None
        try:
            return await action()
        except (BadFormError, UnknownSignerError, doctor.DoctorUnavailableError) as problem:
            return rendering.html("fragments/problem.html", status=400, problem=str(problem))

    def _diagram(self, name: str) -> HttpResponse | None:
        """The drawing of `API/STAGE`; `?save` downloads it as a file."""
        api_id, _, stage = name.partition("/")
        drawn = diagram_of(self._world, api_id, stage)
        if drawn is None:
            return None
        saved = "save" in self._query
        return rendering.image(render(drawn), file_name=f"{api_id}-{stage.lstrip('$')}.svg" if saved else "")

    async def _requests(self, name: str) -> Response | None:
        log = self._world.traces
        wanted, before = RequestFilter.of(self._query), self._query.get("before", "")
        if name in ("", "rows"):
            found = rows(log, wanted, before=before)
            asked = urlencode({field: value for field in wanted.__slots__ if (value := getattr(wanted, field))})
            shown: dict[str, Any] = {"rows": found, "asked": asked, "more": len(found) == ROWS, "before": before}
            if name == "rows":
                return rendering.html("fragments/rows.html", **shown)
            return self._html("requests.html", filter=wanted, choices=choices(self._world), **shown)
        trace = log.get(name)
        if trace is None:
            return self._html("gone.html", status=404, request_id=name)
        view = await request_view(self._world, trace)
        return self._html("request.html", view=view, installed=doctor.script() is not None)

    async def _logs(self, name: str) -> Response | None:
        world = self._world
        group = log_lines.LogGroup.of_key(self._query.get("group", ""))
        if name == "":
            groups = await log_lines.groups(world, account_ids(world))
            lines = await log_lines.latest(world, group) if group else []
            position = world.logs.written.id_of(world.logs.written.position)
            return self._html("logs.html", groups=groups, group=group, lines=lines, position=position)
        if name != "stream" or group is None:
            return None
        feed = world.logs.written
        last = self._request.header("last-event-id") or self._query.get("after", "")

        def events(line: LogLine) -> Iterator[tuple[str, Any]]:
            if (line.account, line.region, line.group) == (group.account, group.region, group.name):
                yield "line", {"timestamp": line.timestamp, "message": line.message}

        return event_stream.follow(feed, feed.position_of(last) if last else feed.position, events)

    async def _answered(self, sent: Awaitable[tuple[HttpResponse, Trace | None]]) -> HttpResponse:
        response, trace = await sent
        return rendering.html(
            "fragments/answer.html",
            status_code=response.status,
            headers=response.headers,
            body=response.body.decode("utf-8", "replace"),
            request_id=trace.request_id if trace else "",
            decided=who_decided(trace),
        )

    async def _invoked(self, form: InvokeForm) -> HttpResponse:
        return rendering.html("fragments/invoked.html", invoked=await invoke(self._world, form))

    async def _examined(self, trace: Trace) -> HttpResponse:
        return rendering.html("fragments/doctor.html", output=await doctor.ask(self._world, trace))

    def _html(self, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
        changes = self._world.deployments.changes
        own: Mapping[str, Any] = {
            "token": self._token,
            "endpoint": self._world.endpoint,
            # Before the list, so that the page's stream misses no change after it.
            "last_deployment_event": changes.id_of(changes.position),
            "deployments": self._world.deployments.all(),
        }
        return rendering.html(template, status=status, **own, **values)
