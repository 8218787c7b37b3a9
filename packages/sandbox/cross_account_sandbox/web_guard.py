"""Blocks requests of web pages: a browser on this machine sends whatever a page requests to any of its ports.

A page can reach a port that listens only on loopback in two ways. With DNS rebinding, the page's own host name resolves
to 127.0.0.1, so that the browser takes the sandbox for the page's own server; only the Host header reveals this.
Without rebinding, a page of any origin can send simple requests (a form, `fetch` with text/plain); Origin, Referer and
Sec-Fetch-Site reveal them, and a page cannot set these headers. Sources: WHATWG Fetch, W3C Fetch Metadata.

Deployed APIs answer pages of any origin, because people test their CORS configuration.
"""

from __future__ import annotations

import hmac
import secrets

from aws_rules.arns import is_aws_name
from cross_account_sandbox.execute_api.address import address_of
from cross_account_sandbox.http import HttpRequest, HttpResponse, HttpStream, host_name, is_loopback, origin_of
from cross_account_sandbox.world import World

OWN_PAGES = "/_sandbox/"
#: The header that proves that an action comes from the sandbox's own page.
TOKEN_HEADER = "x-sandbox-token"  # noqa: S105 - a header's name, not a secret
#: The path prefix of deployed APIs for clients that cannot set a Host header (`execute_api.address`).
_SERVED_BY_PATH = "/_aws/"
_REACHING_FURTHER = frozenset({"cross-origin-opener-policy", "service-worker-allowed"})
_PREFLIGHT_SECONDS = "600"


class WebGuard:
    """Decides which requests come from a web page that is not allowed to send them.

    token         issued at startup: requests that change something at `/_sandbox/` carry it in TOKEN_HEADER, because
                  the pages of APIs that are served by path share the origin of the sandbox's own page
    allow_origin  one other origin whose pages may call AWS's APIs and `/_sandbox/`, such as http://localhost:5173
    """

    def __init__(self, *, allow_origin: str | None = None) -> None:
        self.token = secrets.token_urlsafe(32)
        self._allow_origin = allow_origin

    def answer(self, world: World, request: HttpRequest) -> HttpResponse | None:
        """The response to a request that is refused or is a preflight; None for all others."""
        hosts = request.header_values("host")
        strange = next((host for host in hosts or [""] if not _answers_to(world, host)), None)
        if strange is not None:
            return _refusal(
                f"Host {strange!r} is refused, because web pages could use it to reach this sandbox: use a loopback "
                "address, a *.localhost name, an AWS name, or a custom domain of this sandbox."
            )
        if _sent_by_browser(request) and address_of(world, request) is None:
            if self._shares_with(request) and _is_preflight(request):
                return HttpResponse(status=204)
            foreign = self._foreign(world, request)
            if foreign and not _is_navigation(request):
                return _refusal(
                    f"Web pages of {foreign} cannot call AWS APIs or {OWN_PAGES} here: start the sandbox with "
                    "--allow-origin ORIGIN to allow one other origin."
                )
        if request.path.startswith(OWN_PAGES) and request.method not in ("GET", "HEAD"):
            given = request.header(TOKEN_HEADER).encode("utf-8", "replace")
            if not hmac.compare_digest(given, self.token.encode()):
                return _refusal(f"{request.method} {request.path} needs the token of this sandbox in {TOKEN_HEADER}.")
        return None

    def share(self, world: World, request: HttpRequest, response: HttpResponse | HttpStream) -> None:
        """Allow pages of the allowed origin to read a response; deployed APIs have their own CORS headers."""
        if not self._shares_with(request) or address_of(world, request) is not None:
            return
        response.headers += [
            ("Access-Control-Allow-Origin", request.header("origin")),
            ("Access-Control-Expose-Headers", "*"),
            ("Vary", "Origin"),
        ]
        if _is_preflight(request):
            response.headers += [
                ("Access-Control-Allow-Methods", request.header("access-control-request-method")),
                ("Access-Control-Allow-Headers", request.header("access-control-request-headers")),
                ("Access-Control-Max-Age", _PREFLIGHT_SECONDS),
            ]

    def contain(self, request: HttpRequest, response: HttpResponse | HttpStream) -> None:
        """Isolate the pages of an API that is served by path from the sandbox's own page, whose origin they share.

        With the same opener policy as that page, they could open it and read its token. A service worker that controls
        the whole origin could intercept its requests to the sandbox.
        """
        if request.path.startswith(_SERVED_BY_PATH):
            response.headers = [pair for pair in response.headers if pair[0].lower() not in _REACHING_FURTHER]

    def _shares_with(self, request: HttpRequest) -> bool:
        return self._allow_origin is not None and request.header("origin") == self._allow_origin

    def _foreign(self, world: World, request: HttpRequest) -> str:
        """The foreign origin that the request comes from; empty for this server's own origin and the allowed one."""
        own = {world.endpoint, world.endpoint.replace("127.0.0.1", "localhost"), self._allow_origin}
        named = [*request.header_values("origin"), *map(origin_of, request.header_values("referer"))]
        if named:
            return next((origin or "an unknown origin" for origin in named if origin not in own), "")
        return "" if request.header("sec-fetch-site") in ("", "same-origin", "none") else "another origin"


def _answers_to(world: World, host: str) -> bool:
    name = host_name(host)
    if is_loopback(name) or is_aws_name(name):
        return True
    return any(
        domain.name.lower() == name for store in world.apigateway.all() for domain in store.domain_names.values()
    )


def _sent_by_browser(request: HttpRequest) -> bool:
    return any(request.header_values(name) for name in ("origin", "referer", "sec-fetch-site"))


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and bool(request.header("access-control-request-method"))


def _is_navigation(request: HttpRequest) -> bool:
    """Return True if a person follows a link to the sandbox's own page. A frame inside another page does not count."""
    return (
        request.method == "GET"
        and (request.target == "/" or request.path.startswith(OWN_PAGES))
        and request.header("sec-fetch-mode") == "navigate"
        and request.header("sec-fetch-dest") == "document"
    )


def _refusal(why: str) -> HttpResponse:
    text = why.encode("utf-8", "replace")
    return HttpResponse(status=403, headers=[("Content-Type", "text/plain; charset=utf-8")], body=text)
