"""Mapping templates: Velocity with API Gateway's `$input`, `$context`, `$stageVariables` and `$util`.

airspeed implements the language, with the changes in velocity_language. Source of the variables: API Gateway developer
guide, "Mapping template transformations for REST APIs".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote_plus

from cross_account_sandbox import json_text
from cross_account_sandbox.execute_api.json_path import MISSING, look_up
from cross_account_sandbox.execute_api.velocity_language import teach
from cross_account_sandbox.execute_api.velocity_values import VelocityMap, rendered, wrapped

if TYPE_CHECKING:
    import airspeed


class TemplateError(ValueError):
    """A template that cannot be rendered; the message says why."""


def render(
    template: str,
    *,
    body: str,
    params: Mapping[str, Mapping[str, str]],
    context: VelocityMap,
    variables: Mapping[str, str],
) -> str:
    """Render a template. Its overrides remain in `context`. Raises TemplateError."""
    namespace = {
        "input": Input(body, params),
        "context": context,
        "stageVariables": VelocityMap(variables),
        "util": Util(),
    }
    try:
        return str(_compiled(template).merge(namespace))
    except Exception as problem:
        cause = problem.__cause__ or problem
        raise TemplateError(f"{type(cause).__name__}: {cause}") from problem


def is_constant(template: str) -> bool:
    """Return True for a template that has nothing to fill in, so that it is its own result."""
    return not any(sign in template for sign in "$#\\")


@lru_cache(maxsize=512)
def _compiled(template: str) -> airspeed.Template:
    import airspeed

    teach(airspeed)
    compiled = airspeed.Template(template)
    compiled.ensure_compiled()
    return compiled


class Input:
    """`$input`: the body and the request's parameters."""

    def __init__(self, body: str, params: Mapping[str, Mapping[str, str]]) -> None:
        self._body = body
        self._params = params

    @property
    def body(self) -> str:
        """`$input.body`: the unchanged payload; `{}` if there is none."""
        return self._body or "{}"

    def path(self, path: str) -> Any:
        """`$input.path('$.x')`: a value for use in the template; empty if there is none."""
        found = look_up(self._document(), path)
        return "" if found is MISSING or found is None else wrapped(found)

    def json(self, path: str) -> str:
        """`$input.json('$.x')`: a value as JSON text; `""` if there is none."""
        found = look_up(self._document(), path)
        return json.dumps("" if found is MISSING else found, separators=(",", ":"), ensure_ascii=False)

    def params(self, name: str | None = None) -> Any:
        """`$input.params()` and `$input.params('x')`, searched in path, query and headers in this order."""
        if name is None:
            return VelocityMap({place: VelocityMap(values) for place, values in self._params.items()})
        for place in ("path", "querystring"):
            if name in self._params[place]:
                return self._params[place][name]
        wanted = name.lower()
        return next((value for key, value in self._params["header"].items() if key.lower() == wanted), "")

    def _document(self) -> Any:
        if not self._body.strip():
            return {}
        try:
            return json_text.loads(self._body)
        except ValueError:
            # JSONPath treats a body that is not JSON as a string.
            return self._body


_ESCAPES = {
    "\b": "\\b",
    "\n": "\\n",
    "\t": "\\t",
    "\f": "\\f",
    "\r": "\\r",
    "'": "\\'",
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
}


def _escape_javascript(text: str) -> str:
    """Escape like Apache Commons' escapeJavaScript, which also escapes single quotes (the guide warns about that)."""
    return "".join(
        _ESCAPES.get(character)
        or (character if 0x20 <= ord(character) <= 0x7F else "".join(f"\\u{unit:04X}" for unit in _utf16(character)))
        for character in text
    )


def _utf16(character: str) -> list[int]:
    encoded = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(encoded[at : at + 2], "big") for at in range(0, len(encoded), 2)]


def _of_text(convert: Callable[[str], Any]) -> Any:
    """Wrap a function of `$util`."""
    # Unconfirmed: that a `$util` function returns null for null, which renders as nothing. Reason: the recordings show
    # only references.
    return staticmethod(lambda value: None if value is None else convert(rendered(value)))


class Util:
    """`$util`."""

    escapeJavaScript = _of_text(_escape_javascript)  # noqa: N815 - the guide's names
    parseJson = _of_text(lambda text: wrapped(json_text.loads(text)))  # noqa: N815
    urlEncode = _of_text(lambda text: quote_plus(text, errors="replace"))  # noqa: N815
    urlDecode = _of_text(lambda text: unquote_plus(text, errors="replace"))  # noqa: N815
    base64Encode = _of_text(lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode())  # noqa: N815
    base64Decode = _of_text(lambda text: base64.b64decode(text).decode("utf-8", "replace"))  # noqa: N815
