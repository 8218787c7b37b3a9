"""One `up` of one project by the real engine, with the modules of one checkout: its own process for each.

    python -m tools.upgrade.deploy ROOT SETTINGS PROJECT FOLDER CLI PLUGIN ENDPOINT RESULT

ROOT is the checkout whose program runs, SETTINGS the checkout whose Pulumi.yaml and Pulumi.sandbox.yaml the stack has:
an update finds the settings that the older version was deployed with. What happened is written to RESULT as JSON.
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
    """Exit with what the engine said where the up fails."""
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
