"""Decides which requests are for the page.

The code that answers them is loaded with the first one, because it needs a template engine.
"""

from __future__ import annotations

from cross_account_sandbox.http import HttpRequest, HttpResponse, HttpStream, host_name, is_loopback
from cross_account_sandbox.web_guard import OWN_PAGES
from cross_account_sandbox.world import World

#: The first path segment of each of its addresses below `/_sandbox/`.
_VIEWS = frozenset(("", "diagram", "invoke", "logs", "requests", "send", "static"))


async def answer(world: World, request: HttpRequest, token: str) -> HttpResponse | HttpStream | None:
    """Respond with a view or an action of the page, or redirect to it from `/`; None for any other request."""
    if _opens_root(request):
        return HttpResponse(status=302, headers=[("Location", OWN_PAGES), ("Cache-Control", "no-store")])
    if not request.path.startswith(OWN_PAGES):
        return None
    if request.path.removeprefix(OWN_PAGES).partition("/")[0] not in _VIEWS:
        return None
    from cross_account_sandbox.page import routes

    return await routes.answer(world, request, token)


def _opens_root(request: HttpRequest) -> bool:
    """Return True if a browser opens `/`. AWS APIs use `/` too, but their clients do not request unsigned HTML."""
    return (
        request.method in ("GET", "HEAD")
        and request.target == "/"
        and "text/html" in request.header("accept").lower()
        and not request.header("authorization")
        and is_loopback(host_name(request.header("host")))
    )
