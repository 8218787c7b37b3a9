"""Run the commands of the README and the pattern pages as written, in order, in a clone and a new shell.

Commands that need two AWS accounts and commands that run these tests are excluded. The table below lists each with its
reason; a command that is neither run nor listed fails the test.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cross_account_api.config import AccountSettings
from sandbox_testing.forks import forked
from tests.projects import ROOT

_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_SERVE = re.compile(r"^    (\.venv/bin/cross-account-sandbox serve .*)$", re.MULTILINE)
_SANDBOX = Path(".venv/bin/cross-account-sandbox")
#: The beginning of each excluded command, and the reason.
NOT_RUN = {
    "make test": "runs this test",
    "make demo": "downloads; .ci/run calls it",
    "make setup": "downloads; tests/tools/test_set_up.py covers it",
    "pulumi preview": "logs in to two AWS accounts, and needs a language host: other tests cover it",
    "pulumi up": "as above",
    'curl "$(pulumi stack output url)': "calls what `pulumi up` deployed to AWS",
    "pulumi stack output --json |": "reads what `pulumi up` deployed to AWS",
}
PATTERNS = sorted((ROOT / "docs" / "patterns").glob("*.md"))
SERVES = [(page.stem, command) for page in PATTERNS for command in _SERVE.findall(page.read_text())]


def written() -> list[str]:
    """The README's commands, one per line, without comments."""
    lines = [line.strip() for block in _BLOCK.findall((ROOT / "README.md").read_text()) for line in block.splitlines()]
    return [line.split("  #")[0].split("    #")[0].strip() for line in lines if line]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files that Git tracks, as in a clone, with this checkout's environment from `make setup`."""
    folder = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def _environment(home: Path, *more: Path) -> dict[str, str]:
    path = os.pathsep.join([*map(str, more), os.environ["PATH"]])
    return {
        "PATH": path,
        "HOME": str(home),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_HOME": str(home / ".pulumi"),
    }


def test_every_command_of_the_readme_is_run_here_or_named_with_a_reason() -> None:
    commands = written()
    assert "make demo" in commands
    unused = [start for start in NOT_RUN if not any(command.startswith(start) for command in commands)]
    assert unused == []


def test_the_commands_of_the_readme_work_in_a_fresh_shell(cli: Path, clone: Path, tmp_path: Path) -> None:
    ran = [each for each in written() if not each.startswith(tuple(NOT_RUN))]
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(ran)],
        cwd=clone,
        env=_environment(tmp_path, cli.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(ran) >= 9
    config = yaml.safe_load((clone / "Pulumi.dev.yaml").read_text())
    assert "encryptionsalt" in config
    accounts = [config["config"][f"cross-account-api:{key}"] for key in ("apiAccount", "functionAccount")]
    assert [AccountSettings(**each).profile for each in accounts] == ["api-account", "function-account"]
    ignored = subprocess.run(
        ["git", "check-ignore", "state/dev.json"], cwd=ROOT, check=False, capture_output=True, text=True
    ).stdout.split()
    assert ignored == ["state/dev.json"]


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`cross-account-sandbox` as forks of a prepared process."""
    executable = tmp_path_factory.mktemp("forks") / _SANDBOX.name
    executable.symlink_to(ROOT / _SANDBOX)
    with forked(executable, "tests.engine.forked_serve"):
        yield executable


@pytest.mark.parametrize(("page", "command"), SERVES, ids=[f"{page}: {words[33:]}" for page, words in SERVES])
def test_the_commands_of_a_pattern_page_deploy_and_end_with_ctrl_c(
    page: str, command: str, clone: Path, forks: Path, tmp_path: Path
) -> None:
    assert (ROOT / "docs" / "patterns" / f"{page}.md").exists()
    if (page, command) != SERVES[0]:  # the first one starts as users start it
        command = command.replace(str(_SANDBOX), str(forks))
    process = subprocess.Popen(
        ["bash", "-c", f"exec {command} --port 0"],
        cwd=clone,
        env=_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert process.poll() is None, "".join(said)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(60) == 0, rest
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
