"""Routing: literal before `{name}` before `{name+}`, the resource's own verb before ANY."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cross_account_sandbox.apigateway.model.definition import Method, Resource
from cross_account_sandbox.execute_api.routes import Match, RouteTable


def table(routes: dict[str, list[str]]) -> RouteTable:
    return RouteTable(
        Resource(
            id=path,
            parent_id=None,
            path_part=None,
            path=path,
            methods={verb: Method(http_method=verb) for verb in verbs},
        )
        for path, verbs in routes.items()
    )


def routed(match: Match | None) -> tuple[str, str, dict[str, str]] | None:
    return (match.method.http_method, match.resource.path, match.path_parameters) if match else None


ROUTES = table(
    {
        "/": ["GET"],
        "/pets": ["POST"],
        "/pets/{petId}": ["GET", "ANY"],
        "/pets/mine": ["GET"],
        "/pets/{petId}/toys/{toyId}": ["GET"],
        "/files/{path+}": ["GET"],
        "/files/index": ["GET"],
        "/{proxy+}": ["OPTIONS"],
    }
)


@pytest.mark.parametrize(
    ("verb", "path", "wanted"),
    [
        ("GET", "/", ("GET", "/", {})),
        ("POST", "/pets", ("POST", "/pets", {})),
        ("POST", "/pets/", ("POST", "/pets", {})),
        ("GET", "/pets/mine", ("GET", "/pets/mine", {})),
        ("GET", "/pets/7", ("GET", "/pets/{petId}", {"petId": "7"})),
        ("PUT", "/pets/7", ("ANY", "/pets/{petId}", {"petId": "7"})),
        # The literal resource has no PUT, so the search continues, as recorded on AWS.
        ("PUT", "/pets/mine", ("ANY", "/pets/{petId}", {"petId": "mine"})),
        ("OPTIONS", "/pets", ("OPTIONS", "/{proxy+}", {"proxy": "pets"})),
        ("GET", "/pets/7/toys/8", ("GET", "/pets/{petId}/toys/{toyId}", {"petId": "7", "toyId": "8"})),
        ("GET", "/pets/mine/toys/8", ("GET", "/pets/{petId}/toys/{toyId}", {"petId": "mine", "toyId": "8"})),
        ("GET", "/files/a/b/", ("GET", "/files/{path+}", {"path": "a/b"})),
        ("GET", "/files/index", ("GET", "/files/index", {})),
        ("GET", "/files/index/x", ("GET", "/files/{path+}", {"path": "index/x"})),
        ("GET", "/files", None),
        ("GET", "/pets", None),
        ("DELETE", "/", None),
        ("OPTIONS", "/", None),
        ("GET", "/Pets/mine", None),
        # Percent-encoding is neither decoded nor normalized.
        ("GET", "/pets/m%69ne", ("GET", "/pets/{petId}", {"petId": "m%69ne"})),
        ("GET", "/pets/a%2Fb", ("GET", "/pets/{petId}", {"petId": "a%2Fb"})),
        ("GET", "/%70ets/mine", None),
    ],
)
def test_the_nearest_resource_with_the_verb_answers(
    verb: str, path: str, wanted: tuple[str, str, dict[str, str]] | None
) -> None:
    assert routed(ROUTES.match(verb, path)) == wanted


@st.composite
def templates(draw: st.DrawFn) -> set[str]:
    """Paths that one API can contain: siblings share one variable, so the position determines its name."""
    found: set[str] = set()
    variables: dict[str, str] = {}
    for _ in range(draw(st.integers(0, 6))):
        path = ""
        for _ in range(draw(st.integers(0, 3))):
            part = draw(st.sampled_from(["a", "b", "{"]))
            if part == "{":
                part = variables.setdefault(path, draw(st.sampled_from(["{x}", "{y}", "{z+}"])))
            path += f"/{part}"
            if part.endswith("+}"):
                break
        found.add(path or "/")
    return found


asked = st.lists(st.sampled_from(["a", "b", "c"]), max_size=4)


def fits(template: list[str], path: list[str]) -> bool:
    """Return True if a template covers a path: a second, simple implementation."""
    if template and template[-1].endswith("+}"):
        head = template[:-1]
        return len(path) > len(head) and fits(head, path[: len(head)])
    return len(template) == len(path) and all(
        part.startswith("{") or part == asked for part, asked in zip(template, path, strict=True)
    )


def rank(template: list[str]) -> tuple[int, ...]:
    """Rank a template segment by segment: a literal before a parameter before a greedy parameter."""
    return tuple(2 if part.endswith("+}") else 1 if part.startswith("{") else 0 for part in template)


@given(templates(), asked)
def test_whatever_answers_covers_the_path_and_nothing_nearer_does(paths: set[str], path: list[str]) -> None:
    match = table({each: ["GET"] for each in paths}).match("GET", "/" + "/".join(path))
    candidates = [[part for part in each.split("/") if part] for each in paths]
    covering = [template for template in candidates if fits(template, path)]
    assert (match is not None) == bool(covering)
    if match is not None:
        chosen = [part for part in match.resource.path.split("/") if part]
        assert fits(chosen, path)
        assert rank(chosen) == min(rank(template) for template in covering)
        filled = "/".join(match.path_parameters.get(part.strip("{+}"), part) for part in chosen)
        if len({part for part in chosen if part.startswith("{")}) == sum(part.startswith("{") for part in chosen):
            assert filled == "/".join(path)
