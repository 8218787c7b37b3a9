"""Which method of a deployment answers a request: literal before `{name}` before `{name+}`.

The rules, each as AWS shows them:
- A path is compared segment by segment as it was sent: percent-encoding is neither decoded nor made equal,
  and a path parameter keeps it (`{id}` of `/a%20b` is `a%20b`).
- One trailing slash does not count, and a greedy parameter does not hold it.
- A resource has one child with a variable path part at most (API Gateway refuses a second one), so a segment never
  has two parameters to choose from.
- A resource without the verb does not end the search: `OPTIONS /pets` reaches `/{proxy+}` where `/pets` has
  only POST. A resource's own verb wins over its ANY.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cross_account_sandbox.apigateway.model.definition import Method, Resource

_ANY = "ANY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A method, the resource it belongs to, and what its path parameters hold."""

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
        """The method that answers, or None where the API has no such path and verb."""
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
    """Every resource whose path fits, best first."""
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
