"""Prove with the real engine that an update from an older version keeps the deployed resources under traffic.

    .venv/bin/python -m tools.upgrade.live [--revision REVISION] [WAY…]

The default revision is ee272b8, and the default way is the root program; `all` means every way of
tools/upgrade/ways.py. The older revision's program deploys each way to an empty sandbox of this checkout, and this
checkout's program updates it while a client sends 50 requests per second. The command fails (exit 1) if a resource is
replaced or deleted and tests/upgrade/allowed.py does not allow it, if a URL or a response changes, or if a second
update has anything left to do.

Both programs deploy through this checkout's engine plugin, which replaces the AWS provider; an update of this project
does not change the provider either. Only the program differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.processes import running
from cross_account_sandbox.engine_plugin.launcher import write_launcher
from tests.engine.cli import find_cli
from tests.engine.traffic import Traffic
from tests.upgrade.allowed import ALLOWED
from tools.upgrade.record import REVISION
from tools.upgrade.revision import ROOT, extract
from tools.upgrade.ways import WAYS, Way, local

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVE = [sys.executable, "-m", "cross_account_sandbox", "serve", "--empty", "--port", "0", "--json"]


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 if every way keeps everything."""
    parser = argparse.ArgumentParser(prog="tools.upgrade.live", description="update deployed stacks under traffic")
    parser.add_argument(
        "--revision", default=REVISION, help="the revision that is deployed first (default: %(default)s)"
    )
    parser.add_argument(
        "ways", nargs="*", metavar="WAY", help=f"all, or one or more of {', '.join(WAYS)} (default: program)"
    )
    given = parser.parse_args(arguments)
    ways = list(WAYS) if given.ways == ["all"] else given.ways or ["program"]
    if unknown := [way for way in ways if way not in WAYS]:
        parser.error(f"{unknown[0]!r} is not one of {', '.join(WAYS)}")
    cli = find_cli()
    if cli is None:
        sys.exit("no Pulumi CLI of 3.200 or newer was found: `make engine` builds one")
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        older = extract(given.revision, folder / "revision")
        plugin = write_launcher(folder / "bin")
        for name in ways:
            print(f"{name}: from {given.revision}", flush=True)
            with running(_SERVE, folder=ROOT, stdout=subprocess.PIPE) as process:
                endpoint = str(json.loads(process.stdout.readline())["endpoint"]) if process.stdout else ""
                deployer = _Deployer(folder=folder / name, cli=cli, plugin=plugin, endpoint=endpoint, older=older)
                found = _update(deployer, WAYS[name])
            for fault in found:
                print(f"  FAULT: {fault}", flush=True)
            faults += found
    print("failed" if faults else "kept everything")
    return 1 if faults else 0


@dataclass(frozen=True, kw_only=True)
class _Deployer:
    """The stacks of one way, in one sandbox."""

    folder: Path
    cli: Path
    plugin: Path
    endpoint: str
    older: Path

    def up(self, root: Path, project: str) -> dict[str, Any]:
        """Run one `up` with the program of this checkout; returns the changed resources and the stack's outputs."""
        self.folder.mkdir(exist_ok=True)
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        given = [root, self.older, project, self.folder, self.cli, self.plugin, self.endpoint, result]
        command = [sys.executable, "-m", "tools.upgrade.deploy", *map(str, given)]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(f"{project}: not deployed")
        made: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return made


def _update(deployer: _Deployer, way: Way) -> list[str]:
    """Deploy, update under traffic, and update again; returns what went wrong."""
    before = {project: deployer.up(deployer.older, project) for project in way.projects}
    print(f"  deployed: {sum(len(made['touched']) for made in before.values())} resources", flush=True)
    url = next(made["outputs"]["url"] for made in reversed(before.values()) if "url" in made["outputs"])
    began = time.monotonic()
    with Traffic(local(deployer.endpoint, url) + way.path, headers=way.headers) as traffic:
        after = {project: deployer.up(ROOT, project) for project in way.projects}
    seconds = time.monotonic() - began
    answers = {str(status or "none"): count for status, count in traffic.answers.items()}
    print(f"  GET {url}{way.path}: {answers}, {traffic.answers.total() / seconds:.0f} per second for {seconds:.0f} s")
    wrong = dict.fromkeys(traffic.refused) or [str(status) for status in traffic.turns]
    faults = [f"answered {answer}, not {way.status}" for answer in wrong] if traffic.turns != [way.status] else []
    for project, made in after.items():
        print(f"  {project}: updated {made['touched'] or 'nothing'}")
        faults += _lost(project, made["touched"])
        faults += _other_urls(project, before[project]["outputs"], made["outputs"])
    again = {project: deployer.up(ROOT, project)["touched"] for project in way.projects}
    faults += [f"{project}: a second update changes {touched}" for project, touched in again.items() if touched]
    return faults


def _lost(project: str, touched: Mapping[str, str]) -> list[str]:
    """Resources that are replaced or deleted without being allowed."""
    allowed = {(row.kind, row.type.rpartition(":")[2]) for row in ALLOWED if not row.name}
    allowed_by_name = {(row.kind, f"{row.type.rpartition(':')[2]} {row.name}") for row in ALLOWED}
    return [
        f"{project}: {what} {resource}"
        for resource, what in touched.items()
        if what in ("replace", "delete")
        and (what, resource.split(" ")[0]) not in allowed
        and (what, resource) not in allowed_by_name
    ]


def _other_urls(project: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    urls = [name for name in before if name.lower().endswith("url")]
    return [
        f"{project}: output {name} changed from {before[name]} to {after.get(name)}"
        for name in urls
        if after.get(name) != before[name]
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
