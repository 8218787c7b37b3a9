"""AWS's demo pet store, implemented here because the sandbox has no internet access.

Hosts: petstore.execute-api.us-east-1.amazonaws.com and petstore-demo-endpoint.execute-api.com, paths under
`/petstore`. Responses follow the tutorials in the API Gateway developer guide.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.http import HttpResponse

HOSTS = frozenset({"petstore.execute-api.us-east-1.amazonaws.com", "petstore-demo-endpoint.execute-api.com"})
_ROOT = "/petstore"
_PAGE = 3
_LAST_PAGE = 1000
#: The tutorials show pets 1 and 4, and the rest of the list (GET /pets).
_PETS: tuple[tuple[str, float], ...] = (
    ("dog", 249.99),
    ("cat", 124.99),
    ("fish", 0.99),
    ("bird", 999.99),
    ("gecko", 1299.0),
)
_KINDS = frozenset(kind for kind, _ in _PETS)


def answers(host: str) -> bool:
    """Return True if this host is the demo backend."""
    return host.lower() in HOSTS


def answer(method: str, path: str, query: Mapping[str, Sequence[str]], body: bytes) -> HttpResponse:
    """Return the demo backend's response."""
    segments = [segment for segment in path.removeprefix(_ROOT).split("/") if segment]
    if not path.startswith(_ROOT) or not segments or segments[0] != "pets" or len(segments) > 2:
        return _json(404, {"message": "Not Found"})
    if len(segments) == 2:
        return _one(segments[1]) if method == "GET" else _json(404, {"message": "Not Found"})
    if method == "GET":
        return _list(query)
    if method == "POST":
        return _create(body)
    return _json(404, {"message": "Not Found"})


def _pet(number: int) -> dict[str, Any]:
    kind, price = _PETS[(number - 1) % len(_PETS)]
    return {"id": number, "type": kind, "price": price}


def _list(query: Mapping[str, Sequence[str]]) -> HttpResponse:
    """List three pets per page; `type` filters."""
    kind = (query.get("type") or [""])[-1]
    number = _number((query.get("page") or [""])[-1])
    if number is None or number > _LAST_PAGE:
        number = 1
    if kind and kind not in _KINDS:
        return _json(200, [])
    fitting = (pet for pet in map(_pet, itertools.count(1)) if not kind or pet["type"] == kind)
    return _json(200, list(itertools.islice(fitting, (number - 1) * _PAGE, number * _PAGE)))


def _one(text: str) -> HttpResponse:
    number = _number(text)
    if number is None:
        # Unconfirmed: the pet store's response to an invalid ID. Reason: only third-party code shows its form.
        return _json(400, {"errors": [{"key": "GetPetRequest.petId", "message": "The value is out of range."}]})
    return _json(200, _pet(number))


def _number(text: str) -> int | None:
    """Return a number of at least 1 that fits a database ID; None otherwise."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) and int(text) > 0 else None


def _create(body: bytes) -> HttpResponse:
    try:
        document = json_text.loads(body or b"{}")
    except ValueError:
        document = None
    errors = []
    kind = document.get("type") if isinstance(document, dict) else None
    price = document.get("price") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        errors.append({"key": "Pet.type", "message": "Type must be one of dog, cat, fish, bird, gecko."})
    if isinstance(price, bool) or not isinstance(price, int | float) or not 0 <= price < math.inf:
        errors.append({"key": "Pet.price", "message": "Price must be a number that is not negative."})
    if errors:
        # Unconfirmed: the pet store's response to an invalid body. Reason: only third-party code shows its form.
        return _json(400, {"errors": errors})
    return _json(200, {"pet": {"type": kind, "price": price}, "message": "success"})


def _json(status: int, document: object) -> HttpResponse:
    body = json.dumps(document, indent=2).encode()
    return HttpResponse(status=status, headers=[("Content-Type", "application/json")], body=body)
