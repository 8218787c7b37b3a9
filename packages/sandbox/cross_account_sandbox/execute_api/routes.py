"""Find a deployment's method for a request: literal segments before `{name}` before `{name+}`.

The rules, as observed on AWS:
- A path is compared segment by segment as sent: percent-encoding is neither decoded nor normalized, and a path
parameter keeps it (`{id}` of `/a%20b` is `a%20b`).
- One trailing slash is ignored, and a greedy parameter does not include it.
- A resource has at most one child with a variable path part (API Gateway refuses a second one), so a segment never
matches two parameters.
- A resource without the verb does not end the search: `OPTIONS /pets` matches `/{proxy+}` if `/pets` has only POST. A
resource's own verb wins over its ANY.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cross_account_sandbox.apigateway.model.definition import Method, Resource

_ANY = "ANY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A method, its resource, and the values of its path parameters."""

    resource: Resource
    method: Method
    path_parameters: dict[str, str]


@dataclass(slots=True)
class _Node:
    """One segment of the path tree."""

    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: tuple[str, _Node] | None = None
    greedy: tuple[str, Resource] | None = None
    resource: Resource | None = None


class RouteTable:
    """The path tree of one deployment snapshot."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._root = _Node()
        for resource in resources:
            if resource.methods:
                self._add(resource)

    def match(self, verb: str, path: str) -> Match | None:
        """Return the matching method, or None if the API has no such path and verb."""
        segments = _segments(path)
        for resource, values in _candidates(self._root, segments, 0):
            method = resource.methods.get(verb) or resource.methods.get(_ANY)
            if method is not None:
                return Match(resource=resource, method=method, path_parameters=dict(values))
        return None

    def _add(self, resource: Resource) -> None:
        node = self._root
        for segment in _segments(resource.path):
            if segment.startswith("{") and segment.endswith("+}"):
                node.greedy = (segment[1:-2], resource)
                return
            if segment.startswith("{") and segment.endswith("}"):
                node.parameter = node.parameter or (segment[1:-1], _Node())
                node = node.parameter[1]
            else:
                node = node.literals.setdefault(segment, _Node())
        node.resource = resource


def _segments(path: str) -> list[str]:
    trimmed = path.removeprefix("/")
    trimmed = trimmed.removesuffix("/")
    return trimmed.split("/") if trimmed else []


_Values = tuple[tuple[str, str], ...]


def _candidates(node: _Node, segments: list[str], at: int) -> Iterator[tuple[Resource, _Values]]:
    """Yield every resource whose path matches, best first."""
    if at == len(segments):
        if node.resource is not None:
            yield node.resource, ()
        return
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        yield from _candidates(literal, segments, at + 1)
    if segment and node.parameter is not None:
        name, child = node.parameter
        for resource, values in _candidates(child, segments, at + 1):
            yield resource, ((name, segment), *values)
    rest = "/".join(segments[at:])
    if rest and node.greedy is not None:
        name, resource = node.greedy
        yield resource, ((name, rest),)
