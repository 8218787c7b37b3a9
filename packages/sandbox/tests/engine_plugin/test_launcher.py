import os
from pathlib import Path

from cross_account_sandbox.engine_plugin.launcher import write_launcher


def test_the_launcher_has_the_name_that_the_engine_looks_for_and_can_be_run(tmp_path: Path) -> None:
    launcher = write_launcher(tmp_path / "bin")

    assert launcher.name == "pulumi-resource-aws"
    assert os.access(launcher, os.X_OK)
    assert "-m cross_account_sandbox.engine_plugin" in launcher.read_text("utf-8")
