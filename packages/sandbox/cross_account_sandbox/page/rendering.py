"""Renders HTML from templates, with the headers that isolate it from other pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cross_account_sandbox.http import HttpResponse

_HERE = Path(__file__).parent
_STATIC = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
#: Allows nothing from other hosts, nothing inline, and no frame around it. A document that opened the page cannot
#: access it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: An image contains its own style.
_IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


def html(template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """Render a template; values are escaped."""
    text = _environment().get_template(template).render(**values)
    return answer("text/html; charset=utf-8", text.encode("utf-8", "replace"), status=status)


def image(svg: str, *, file_name: str = "") -> HttpResponse:
    """Respond with a drawing; if it has a file name, the browser saves it."""
    response = answer("image/svg+xml; charset=utf-8", svg.encode("utf-8", "replace"), policy=_IMAGE_POLICY)
    if file_name:
        response.headers.append(("Content-Disposition", f'attachment; filename="{file_name}"'))
    return response


def answer(content_type: str, body: bytes, *, status: int = 200, policy: str = _POLICY) -> HttpResponse:
    """Build a response with the page's headers."""
    headers = [("Content-Type", content_type), ("Content-Security-Policy", policy), *_HEADERS]
    return HttpResponse(status=status, headers=headers, body=body)


def static_file(name: str) -> HttpResponse | None:
    """The style sheet or the script; None for any other name."""
    kind = _STATIC.get(name)
    return answer(kind, (_HERE / "static" / name).read_bytes()) if kind else None


def indented(text: str) -> str:
    """Indent JSON text; any other text is returned unchanged."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(document, indent=2, ensure_ascii=False) if isinstance(document, dict | list) else text


def _clock(milliseconds: int) -> str:
    """The time of day, UTC."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%H:%M:%S}.{milliseconds % 1000:03}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["indented"] = indented
    environment.filters["clock"] = _clock
    return environment
