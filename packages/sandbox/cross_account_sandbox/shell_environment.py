"""The environment in which the real Pulumi CLI deploys into a sandbox: `eval "$(cross-account-sandbox env)"`."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from cross_account_sandbox.engine_plugin.launcher import write_launcher

#: The folder for everything that the CLI writes, in the current folder: the user's own Pulumi files stay untouched.
_FOLDER = Path(".cache", "sandbox")
#: `make engine` builds a CLI here if PATH has none.
_BUILT_CLI = Path(".cache", "bin")


def exports(folder: Path) -> str:
    """Return the `export` commands for a shell in this folder. Creates the folders that they name, and the plugin."""
    home = folder / _FOLDER
    state = home / "state"
    state.mkdir(parents=True, exist_ok=True)
    plugin = write_launcher(home / "bin")
    added = [plugin.parent, Path(sys.executable).parent, *([] if shutil.which("pulumi") else [folder / _BUILT_CLI])]
    present = os.environ.get("PATH", "").split(os.pathsep)
    missing = [shlex.quote(str(each)) for each in added if str(each) not in present]
    path = os.pathsep.join([*missing, '"$PATH"'])
    variables = {
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(home / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    # A passphrase that the shell has set is kept. This one protects secrets of stacks that exist only on this machine.
    return "\n".join(
        [f"export PATH={path}", 'export PULUMI_CONFIG_PASSPHRASE="${PULUMI_CONFIG_PASSPHRASE-sandbox}"', *lines]
    )
