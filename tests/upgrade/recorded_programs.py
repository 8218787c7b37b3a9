"""The fixtures: resources of an older version, in one file per project. Resources that cases share are stored once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.upgrade.registrations import Case, Program, Registration

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A case and the resources that its program registered at that time."""

    case: Case
    program: Program


def load(folder: Path = FOLDER) -> dict[str, Recorded]:
    """Load every recorded case, by `project name`."""
    found: dict[str, Recorded] = {}
    for file in sorted(folder.glob("*.json")):
        kept = json.loads(file.read_text("utf-8"))
        resources = [Registration.from_json(entry) for entry in kept["resources"]]
        for name, entry in kept["cases"].items():
            case = Case(
                directory=kept["directory"],
                project=kept["project"],
                stack=entry["stack"],
                config=entry["config"],
                references=entry.get("references", {}),
            )
            chosen = [resources[index] for index in entry["resources"]]
            program = Program(registrations={each.urn: each for each in chosen}, outputs=tuple(entry["outputs"]))
            found[f"{case.project} {name}"] = Recorded(case=case, program=program)
    return found


def save(file: Path, revision: str, recorded: Mapping[str, Recorded]) -> None:
    """Write the cases of one project, one sorted resource per line, so that a change is one line of the diff."""
    first = next(iter(recorded.values())).case
    lines = sorted({_line(each) for entry in recorded.values() for each in entry.program.registrations.values()})
    cases = {name: _case(entry, lines) for name, entry in recorded.items()}
    head = {"revision": revision, "project": first.project, "directory": first.directory}
    file.write_text(
        _compact(head)[:-1]
        + ',\n"cases":{\n'
        + ",\n".join(f"{_compact(name)}:{_compact(case)}" for name, case in cases.items())
        + '\n},\n"resources":[\n'
        + ",\n".join(lines)
        + "\n]}\n",
        encoding="utf-8",
    )


def _case(entry: Recorded, lines: list[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {"stack": entry.case.stack, "config": dict(sorted(entry.case.config.items()))}
    if entry.case.references:
        kept["references"] = dict(entry.case.references)
    kept["outputs"] = list(entry.program.outputs)
    # Sorted, because independent resources are registered in a different order each time.
    kept["resources"] = sorted(lines.index(_line(each)) for each in entry.program.registrations.values())
    return kept


def _line(registration: Registration) -> str:
    return _compact(registration.as_json())


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
