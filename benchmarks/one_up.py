"""One `up` of a revision's program, in a separate process, as a language host would start it: prints its CPU seconds.

They are those of the interpreter's start, the program's imports, its run, the CLI and the plugins, without what only a
benchmark needs: the Automation API and the calls that select or create the stack.

Usage: python -m benchmarks.one_up PROJECT FOLDER ENDPOINT, with the revision's packages first in PYTHONPATH.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def spent_cpu() -> float:
    """CPU time of this process, in which the program runs, and of the ended processes of the CLI and the plugins."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def main() -> None:
    """Deploy, or update what the last call deployed into the folder."""
    project, folder, endpoint = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    import cross_account_api  # noqa: F401, PLC0415 - the program's imports count

    started = spent_cpu()
    from cross_account_sandbox.engine_plugin.launcher import write_launcher  # noqa: PLC0415 - these do not
    from tests.engine.cli import find_cli  # noqa: PLC0415
    from tests.engine.stacks import Engine  # noqa: PLC0415

    cli = find_cli()
    if cli is None:
        raise RuntimeError("no Pulumi CLI was found: run `make engine`")
    stack = Engine(cli, folder, write_launcher(folder / "bin")).stack(endpoint=endpoint, project=project)
    prepared = spent_cpu()
    stack.up()
    print(started + spent_cpu() - prepared)


if __name__ == "__main__":
    main()
