"""Which requests are the page's. What answers them is loaded with the first one: it takes a template engine."""

from __future__ import annotations

from cross_account_sandbox.http import HttpRequest, HttpResponse, HttpStream, host_name, is_loopback
from cross_account_sandbox.web_guard import OWN_PAGES
from cross_account_sandbox.world import World

#: The first part of each of its addresses below `/_sandbox/`.
_VIEWS = frozenset(("", "diagram", "invoke", "logs", "requests", "send", "static"))


async def answer(world: World, request: HttpRequest, token: str) -> HttpResponse | HttpStream | None:
    """A view or an action of the page, or the way to it from `/`; None for what is not the page's."""
    if _opens_root(request):
        return HttpResponse(status=302, headers=[("Location", OWN_PAGES), ("Cache-Control", "no-store")])
    if not request.path.startswith(OWN_PAGES):
        return None
    if request.path.removeprefix(OWN_PAGES).partition("/")[0] not in _VIEWS:
        return None
    from cross_account_sandbox.page import routes

    return await routes.answer(world, request, token)


def _opens_root(request: HttpRequest) -> bool:
    """Whether a browser opens `/`. AWS's APIs have a `/` too, but nobody asks them for HTML without a signature."""
    return (
        request.method in ("GET", "HEAD")
        and request.target == "/"
        and "text/html" in request.header("accept").lower()
        and not request.header("authorization")
        and is_loopback(host_name(request.header("host")))
    )
