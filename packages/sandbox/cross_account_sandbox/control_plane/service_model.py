"""AWS's own description of a service, as botocore ships it: which request means which operation."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel


@functools.cache
def is_modelled(service: str) -> bool:
    """Whether botocore knows a service of this name."""
    from cross_account_sandbox.service_descriptions import shared_loader

    return service in shared_loader().list_available_services("service-2")


@functools.cache
def service_model(service: str) -> ServiceModel:
    """The model of a service by botocore's name; read from disk once. Raises botocore's UnknownServiceError."""
    from botocore.model import ServiceModel

    from cross_account_sandbox.service_descriptions import shared_loader

    return ServiceModel(shared_loader().load_service_model(service, "service-2"), service)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Route:
    """One operation's method and URI template, cut at its slashes."""

    operation: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]

    @property
    def rank(self) -> tuple[int, int]:
        """The route with more literal segments, then with more literal query parameters, is the more exact one."""
        return (sum(not segment.startswith("{") for segment in self.segments), len(self.query))

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


def rest_operation(service: str, method: str, target: str) -> tuple[OperationModel, dict[str, str]] | None:
    """The operation that a REST request means, and its URI labels decoded one by one; None where there is none.

    A slash that is percent-encoded stays inside its label: that is how clients send an ARN or a path.
    """
    path, _, query_text = target.partition("?")
    segments = path.strip("/").split("/")
    query = parse_qsl(query_text, keep_blank_values=True)
    for route in _routes(service).get(method, ()):
        labels = route.match(segments, query)
        if labels is not None:
            return service_model(service).operation_model(route.operation), labels
    return None


@functools.cache
def _routes(service: str) -> dict[str, list[_Route]]:
    model = service_model(service)
    table: dict[str, list[_Route]] = {}
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        segments = tuple(path.strip("/").split("/"))
        route = _Route(operation=name, segments=segments, query=tuple(parse_qsl(query, keep_blank_values=True)))
        table.setdefault(http["method"], []).append(route)
    for routes in table.values():
        routes.sort(key=lambda route: route.rank, reverse=True)
    return table
