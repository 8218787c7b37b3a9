"""Record the resources that an older version registers, as fixtures for tests/upgrade.

    .venv/bin/python -m tools.upgrade.record [REVISION]      default: ee272b8 (version 0.1.0-dev)

The recorded resources are what stacks of that version have. A newer revision is recorded when it is released, never
because the test fails.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.upgrade.recorded_programs import FOLDER, Recorded, save
from tests.upgrade.registrations import registered_by
from tools.upgrade.cases import cases
from tools.upgrade.revision import ROOT, extract, import_from, refuse_strangers

REVISION = "ee272b8"


def main(arguments: list[str]) -> None:
    """Record in a separate process, in which the older modules are found first."""
    if arguments[:1] == ["--extracted"]:
        _record(arguments[1], Path(arguments[2]))
        return
    revision = arguments[0] if arguments else REVISION
    with tempfile.TemporaryDirectory() as folder:
        root = extract(revision, Path(folder).resolve() / "revision")
        command = [sys.executable, "-m", "tools.upgrade.record", "--extracted", revision, str(root)]
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


def _record(revision: str, root: Path) -> None:
    import_from(root)
    named = {case.directory for _, case in cases(root)}
    programs = {file.parent.relative_to(root).as_posix() for file in (root / "examples").rglob("Pulumi.yaml")}
    if forgotten := sorted(programs - named):
        sys.exit(f"{', '.join(forgotten)}: not recorded; add its cases to tools/upgrade/cases.py")
    projects: dict[str, dict[str, Recorded]] = defaultdict(dict)
    for name, case in cases(root):
        program = registered_by(root, case)
        projects[case.project][name] = Recorded(case=case, program=program)
        print(f"{case.project} {name}: {len(program.registrations)} resources", flush=True)
    refuse_strangers(root)
    FOLDER.mkdir(exist_ok=True)
    for project, recorded in projects.items():
        save(FOLDER / f"{project}.json", revision, recorded)


if __name__ == "__main__":
    main(sys.argv[1:])
