import os
import subprocess
from pathlib import Path

from cross_account_sandbox.engine_plugin.launcher import write_launcher


def test_the_launcher_has_the_name_that_the_engine_looks_for_and_can_be_run(tmp_path: Path) -> None:
    launcher = write_launcher(tmp_path / "bin")

    assert launcher.name == "pulumi-resource-aws"
    assert os.access(launcher, os.X_OK)
    assert "-m cross_account_sandbox.engine_plugin" in launcher.read_text("utf-8")


def test_the_plugin_ends_when_the_engine_that_started_it_is_gone(tmp_path: Path) -> None:
    launcher = write_launcher(tmp_path / "bin")
    engine = subprocess.Popen(
        ["sh", "-c", '"$0" 127.0.0.1:1 & read -r line', launcher],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert engine.stdin is not None
    assert engine.stdout is not None
    with engine, engine.stdout as output:
        assert int(output.readline()) > 0

        engine.stdin.close()

        # The plugin holds the other end of the pipe for as long as it lives.
        assert output.read() == ""
