"""Shipped modules have no import cycles, including type-only and late imports and imports by name."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
#: Everything that is shipped: its import name, and its folder or file.
SHIPPED = {
    "__main__": "__main__.py",
    "aws_rules": "packages/aws-rules/aws_rules",
    "cross_account_api": "components/cross_account_api",
    "cross_account_doctor": "packages/doctor/cross_account_doctor",
    "cross_account_sandbox": "packages/sandbox/cross_account_sandbox",
    "settings": "settings.py",
}


#: The other distributions that each distribution can import.
ALLOWED = {
    "aws_rules": set[str](),
    "cross_account_api": {"aws_rules"},
    "cross_account_doctor": {"aws_rules"},
    "cross_account_sandbox": {"aws_rules"},
}


def import_graph(repository: Path, roots: Mapping[str, str]) -> dict[str, set[str]]:
    """The modules below these roots, each with those of them that it imports anywhere in its code.

    A string with a module's full name counts as an import of it, as for `import_module` and `python -m`. The `__init__`
    modules of its parent packages, which Python also runs, do not count.
    """
    files = dict(pair for name, path in roots.items() for pair in _modules(repository / path, name))
    return {name: _imports(name, file, files.keys()) - {name} for name, file in files.items()}


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """A chain of imports that ends at its first module; empty without a cycle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _modules(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield name, path
    for file in path.rglob("*.py"):
        parts = file.relative_to(path).with_suffix("").parts
        if "node_modules" not in parts:
            yield ".".join([name, *parts]).removesuffix(".__init__"), file


def _imports(name: str, file: Path, modules: Collection[str]) -> set[str]:
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=imported):
                found |= {alias.name for alias in imported}
            case ast.ImportFrom(module=module, names=imported, level=level):
                source = resolve_name("." * level + (module or ""), package)
                members = {f"{source}.{alias.name}" for alias in imported}
                found |= members | ({source} if members - set(modules) else set())
            case ast.Constant(value=str(text)):
                found.add(text)
    return found & set(modules)


def test_no_shipped_module_imports_itself_by_way_of_others() -> None:
    graph = import_graph(REPOSITORY, SHIPPED)
    assert SHIPPED.keys() <= graph.keys()
    found = cycle(graph)
    assert not found, f"import cycle: {' → '.join(found)}"


@pytest.mark.parametrize(
    ("text", "imported"),
    [
        ("import json", set()),
        ("import house.attic", {"house.attic"}),
        ("import house.attic as top", {"house.attic"}),
        ("from house import attic", {"house.attic"}),
        ("from house import attic, DOOR", {"house", "house.attic"}),
        ("from house.attic import *", {"house.attic"}),
        ("from house.attic import BOX", {"house.attic"}),
        ("from . import attic", {"house.attic"}),
        ("from .attic import BOX", {"house.attic"}),
        ("from .cellar.wine import BOTTLE", {"house.cellar.wine"}),
        ("if TYPE_CHECKING:\n    from house.attic import BOX", {"house.attic"}),
        ("def late() -> None:\n    from house.attic import BOX", {"house.attic"}),
        ("async def late() -> None:\n    import garden", {"garden"}),
        ("class Late:\n    def late(self) -> None:\n        from .attic import BOX", {"house.attic"}),
        ("import_module('house.attic')", {"house.attic"}),
        ("ATTIC = 'a house.attic'", set()),
        ("from house.hall import DOOR", set()),
    ],
)
def test_the_graph_has_every_kind_of_import(tmp_path: Path, text: str, imported: set[str]) -> None:
    graph = import_graph(tmp_path, house(tmp_path, hall=text))
    assert graph["house.hall"] == imported


def test_relative_imports_climb_from_where_they_stand(tmp_path: Path) -> None:
    roots = house(tmp_path, hall="", wine="from ..attic import BOX\nfrom .. import hall")
    (tmp_path / "source/house/cellar/__init__.py").write_text("from . import wine\nfrom .wine import BOTTLE")
    graph = import_graph(tmp_path, roots)
    assert graph["house.cellar.wine"] == {"house.attic", "house.hall"}
    assert graph["house.cellar"] == {"house.cellar.wine"}


def test_vendored_modules_are_not_read(tmp_path: Path) -> None:
    roots = house(tmp_path, hall="")
    vendored = tmp_path / "source/house/node_modules/gyp"
    vendored.mkdir(parents=True)
    (vendored / "old.py").write_text("print 'Python 2'")
    assert set(import_graph(tmp_path, roots)) == {
        "garden",
        "house",
        "house.attic",
        "house.cellar",
        "house.cellar.wine",
        "house.hall",
    }


def test_a_cycle_is_named_in_the_order_of_its_imports(tmp_path: Path) -> None:
    wine = "def late() -> None:\n    import house.hall"
    roots = house(tmp_path, hall="if TYPE_CHECKING:\n    from house.attic import BOX", attic="import garden", wine=wine)
    assert cycle(import_graph(tmp_path, roots)) == []
    (tmp_path / "garden.py").write_text("from house.cellar.wine import BOTTLE")
    found = cycle(import_graph(tmp_path, roots))
    assert found[0] == found[-1]
    around = [*found[:-1], *found]
    first = around.index("garden")
    assert around[first : first + 5] == ["garden", "house.cellar.wine", "house.hall", "house.attic", "garden"]


def house(folder: Path, *, hall: str, attic: str = "", wine: str = "") -> dict[str, str]:
    """Create a package and a module with these texts in a folder; returns them as roots."""
    texts = {
        "garden.py": "",
        "source/house/__init__.py": "DOOR = 1",
        "source/house/hall.py": hall,
        "source/house/attic.py": attic,
        "source/house/cellar/__init__.py": "",
        "source/house/cellar/wine.py": wine,
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return {"garden": "garden.py", "house": "source/house"}


@pytest.mark.parametrize("distribution", ALLOWED)
def test_a_distribution_imports_no_other_than_the_rules(distribution: str) -> None:
    graph = import_graph(REPOSITORY, SHIPPED)
    imported = {
        (module, other)
        for module, others in graph.items()
        for other in others
        if module.partition(".")[0] == distribution
    }
    assert imported
    others = ALLOWED.keys() - ALLOWED[distribution] - {distribution}
    foreign = {(module, other) for module, other in imported if other.partition(".")[0] in others}
    assert foreign == set()
