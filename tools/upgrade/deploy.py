"""Run one `up` of one project with the real engine and the modules of one checkout, in its own process.

    python -m tools.upgrade.deploy ROOT SETTINGS PROJECT FOLDER CLI PLUGIN ENDPOINT RESULT

ROOT is the checkout of the program. SETTINGS is the checkout of the stack's Pulumi.yaml and Pulumi.sandbox.yaml: an
update uses the settings of the older version. The result is written to RESULT as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pulumi.automation import CommandError

from cross_account_api.testing import run_project
from tests.engine.stacks import Engine
from tools.upgrade.revision import import_from, refuse_strangers


def main(arguments: list[str]) -> None:
    """Exit with the engine's output if `up` fails."""
    root, settings, project, folder, cli, plugin, endpoint, result = arguments
    import_from(Path(root))
    engine = Engine(Path(cli), Path(folder), Path(plugin))
    stack = engine.stack(endpoint=endpoint, project=_in(settings, project))
    program = _in(root, project)
    stack.program = lambda: run_project(program)
    try:
        changes = stack.up()
    except CommandError as error:
        sys.exit(f"{project}: up with the program of {root} failed: {error}")
    refuse_strangers(Path(root))
    Path(result).write_text(json.dumps({"touched": changes.touched, "outputs": stack.outputs}), encoding="utf-8")


def _in(root: str, project: str) -> Path:
    return Path(os.path.normpath(Path(root) / project))


if __name__ == "__main__":
    main(sys.argv[1:])
