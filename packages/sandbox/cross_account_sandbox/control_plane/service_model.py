"""AWS's description of a service, as botocore ships it: maps requests to operations."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, StructureShape

#: A variable of a URI template, without its name.
_LABEL = re.compile(r"^\{[^+}]*(\+?)\}$")


@functools.cache
def is_modelled(service: str) -> bool:
    """Return True if botocore has a service with this name."""
    from cross_account_sandbox.service_descriptions import shared_loader

    return service in shared_loader().list_available_services("service-2")


@functools.cache
def service_model(service: str) -> ServiceModel:
    """The model of a service by botocore's name; read from disk once. Raises botocore's UnknownServiceError."""
    from botocore.model import ServiceModel

    from cross_account_sandbox.service_descriptions import shared_loader

    return ServiceModel(shared_loader().load_service_model(service, "service-2"), service)


@dataclass(frozen=True, kw_only=True)
class _Route:
    """One operation's method and URI template, split at its slashes."""

    operation: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    required: frozenset[str] = frozenset()

    @property
    def rank(self) -> tuple[int, int]:
        """Sort key: a route with more literal segments, then more literal query parameters, is more specific."""
        return (sum(not segment.startswith("{") for segment in self.segments), len(self.query))

    @functools.cached_property
    def form(self) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """What routes have in common if only their required parameters differ (in S3)."""
        return tuple(_LABEL.sub(r"{\1}", segment) for segment in self.segments), self.query

    def match(self, segments: list[str], query: list[tuple[str, str]]) -> dict[str, str] | None:
        if any(literal not in query for literal in self.query):
            return None
        wanted = list(self.segments)
        greedy = bool(wanted) and wanted[-1].endswith("+}")
        if greedy and len(segments) >= len(wanted):
            segments = [*segments[: len(wanted) - 1], "/".join(segments[len(wanted) - 1 :])]
        if len(segments) != len(wanted):
            return None
        labels: dict[str, str] = {}
        for want, have in zip(wanted, segments, strict=True):
            if want.startswith("{"):
                if not have:
                    return None
                labels[want.strip("{}+")] = unquote(have)
            elif want != unquote(have):
                return None
        return labels


def rest_operation(
    service: str, method: str, target: str, headers: Iterable[tuple[str, str]] = ()
) -> tuple[OperationModel, dict[str, str]] | None:
    """Return the operation of a REST request and its URI labels, decoded one by one; None if there is none.

    A percent-encoded slash stays in its label, because clients send ARNs and paths this way.
    """
    path, _, query_text = target.partition("?")
    segments = path.strip("/").split("/")
    query = parse_qsl(query_text, keep_blank_values=True)
    routes = _routes(service).get(method, ())
    first = next((route for route in routes if route.match(segments, query) is not None), None)
    if first is None:
        return None
    given = {name for name, _ in query} | {name.lower() for name, _ in headers}
    alike = [route for route in routes if route.form == first.form and route.required <= given]
    route = max(alike, key=lambda route: len(route.required), default=first)
    return service_model(service).operation_model(route.operation), route.match(segments, query) or {}


@functools.cache
def _routes(service: str) -> dict[str, list[_Route]]:
    model = service_model(service)
    table: dict[str, list[_Route]] = {}
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        segments = tuple(path.strip("/").split("/"))
        route = _Route(
            operation=name,
            segments=segments,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            required=_required_beside_the_path(model.operation_model(name).input_shape),
        )
        table.setdefault(http["method"], []).append(route)
    for routes in table.values():
        routes.sort(key=lambda route: route.rank, reverse=True)
    return table


def _required_beside_the_path(shape: StructureShape | None) -> frozenset[str]:
    """The names of required query parameters, and of required headers in lower case."""
    required: set[str] = set()
    for name in shape.required_members if shape else ():
        serialization = shape.members[name].serialization if shape else {}
        wire = str(serialization.get("name", name))
        if serialization.get("location") == "querystring":
            required.add(wire)
        elif serialization.get("location") == "header":
            required.add(wire.lower())
    return frozenset(required)
