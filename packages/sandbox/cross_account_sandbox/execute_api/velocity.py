"""Mapping templates: Velocity with API Gateway's `$input`, `$context`, `$stageVariables` and `$util`.

The language itself is airspeed's. Source of the variables: API Gateway developer guide, "Mapping template
transformations for REST APIs".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote_plus

from cross_account_sandbox import json_text
from cross_account_sandbox.execute_api.json_path import MISSING, look_up

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
    """The text a template makes. Overrides set by it are left in `context`. Raises TemplateError."""
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


@lru_cache(maxsize=512)
def _compiled(template: str) -> airspeed.Template:
    import airspeed

    _teach(airspeed)
    compiled = airspeed.Template(template)
    compiled.ensure_compiled()
    return compiled


class VelocityMap(dict[str, Any]):
    """A map that prints as Java's do: `{a=1, b=two}`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, value in self.items():
            self[key] = wrapped(value)

    def __str__(self) -> str:
        return "{" + ", ".join(f"{key}={value}" for key, value in self.items()) + "}"


class VelocityList(list[Any]):
    """A list, which prints as JSON."""

    def __init__(self, items: list[Any]) -> None:
        super().__init__(wrapped(item) for item in items)

    def __str__(self) -> str:
        return json.dumps(plain(self), separators=(",", ":"), ensure_ascii=False)


class VelocityBool(int):
    """A boolean that prints as `true` and `false`."""

    def __str__(self) -> str:
        return "true" if self else "false"


def wrapped(value: Any) -> Any:
    """A JSON value as templates see it."""
    if isinstance(value, VelocityMap | VelocityList):
        return value
    if isinstance(value, dict):
        return VelocityMap(value)
    if isinstance(value, list):
        return VelocityList(value)
    return VelocityBool(value) if isinstance(value, bool) else value


def plain(value: Any) -> Any:
    """The JSON value behind what templates see."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return bool(value) if isinstance(value, VelocityBool) else value


class Input:
    """`$input`: the body and the request's parameters."""

    def __init__(self, body: str, params: Mapping[str, Mapping[str, str]]) -> None:
        self._body = body
        self._params = params

    @property
    def body(self) -> str:
        """`$input.body`: the payload as it is; `{}` where there is none."""
        return self._body or "{}"

    def path(self, path: str) -> Any:
        """`$input.path('$.x')`: a value to work with; empty where there is none."""
        found = look_up(self._document(), path)
        return "" if found is MISSING or found is None else wrapped(found)

    def json(self, path: str) -> str:
        """`$input.json('$.x')`: a value as JSON text; `""` where there is none."""
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
            # A body that is no JSON is a string to JSONPath.
            return self._body


class Util:
    """`$util`."""

    escapeJavaScript = staticmethod(lambda value: _escape_javascript(str(value)))  # noqa: N815 - the guide's names
    parseJson = staticmethod(lambda text: wrapped(json_text.loads(str(text))))  # noqa: N815
    urlEncode = staticmethod(lambda text: quote_plus(str(text), errors="replace"))  # noqa: N815
    urlDecode = staticmethod(lambda text: unquote_plus(str(text), errors="replace"))  # noqa: N815
    base64Encode = staticmethod(lambda value: base64.b64encode(str(value).encode("utf-8", "replace")).decode())  # noqa: N815
    base64Decode = staticmethod(lambda text: base64.b64decode(str(text)).decode("utf-8", "replace"))  # noqa: N815


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
    """As Apache Commons' escapeJavaScript, which also escapes the single quote (the guide warns of that)."""
    return "".join(
        _ESCAPES.get(character)
        or (character if 0x20 <= ord(character) <= 0x7F else "".join(f"\\u{unit:04X}" for unit in _utf16(character)))
        for character in text
    )


def _utf16(character: str) -> list[int]:
    encoded = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(encoded[at : at + 2], "big") for at in range(0, len(encoded), 2)]


def _teach(airspeed: Any) -> None:
    """Java's methods of strings, lists and maps that templates call and airspeed lacks."""
    methods = airspeed.__additional_methods__
    if VelocityMap in methods:
        return
    methods[str] = methods[str] | {
        "equals": lambda self, other: VelocityBool(self == other),
        "isEmpty": lambda self: VelocityBool(not self),
        "toString": str,
        "toUpperCase": lambda self: self.upper(),
        "toLowerCase": lambda self: self.lower(),
        "trim": lambda self: self.strip(),
        "substring": lambda self, start, end=None: self[start:end],
        "indexOf": lambda self, text: self.find(text),
        "endsWith": lambda self, text: VelocityBool(self.endswith(text)),
    }
    maps = methods[dict] | {
        "size": len,
        "entrySet": lambda self: [VelocityMap(key=key, value=value) for key, value in self.items()],
        "keySet": lambda self: list(self.keys()),
        "containsKey": lambda self, key: VelocityBool(key in self),
        "isEmpty": lambda self: VelocityBool(not self),
    }
    lists = methods[list] | {"isEmpty": lambda self: VelocityBool(not self)}
    methods |= {dict: maps, VelocityMap: maps, list: lists, VelocityList: lists}
