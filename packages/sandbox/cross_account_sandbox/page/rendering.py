"""HTML from templates, and the headers that keep it to itself."""

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
#: Nothing from another host, nothing inline, and no frame around it. A document that opened the page cannot reach it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: An image brings its style with it.
_IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


def html(template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """The answer that a template gives; values are escaped."""
    text = _environment().get_template(template).render(**values)
    return answer("text/html; charset=utf-8", text.encode("utf-8", "replace"), status=status)


def image(svg: str, *, file_name: str = "") -> HttpResponse:
    """A drawing; with a file's name the browser saves it."""
    response = answer("image/svg+xml; charset=utf-8", svg.encode("utf-8", "replace"), policy=_IMAGE_POLICY)
    if file_name:
        response.headers.append(("Content-Disposition", f'attachment; filename="{file_name}"'))
    return response


def answer(content_type: str, body: bytes, *, status: int = 200, policy: str = _POLICY) -> HttpResponse:
    """An answer with the page's headers."""
    headers = [("Content-Type", content_type), ("Content-Security-Policy", policy), *_HEADERS]
    return HttpResponse(status=status, headers=headers, body=body)


def static_file(name: str) -> HttpResponse | None:
    """The style sheet or the script; None for any other name."""
    kind = _STATIC.get(name)
    return answer(kind, (_HERE / "static" / name).read_bytes()) if kind else None


def indented(text: str) -> str:
    """JSON text with line breaks; any other text as it is."""
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
