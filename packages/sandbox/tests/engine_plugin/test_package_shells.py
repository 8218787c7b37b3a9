"""Which parts of Pulumi's SDK the plugin loads: the engine starts a process per provider and operation."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cross_account_sandbox.engine_plugin import package_shells

LOADED = """
import sys
from cross_account_sandbox.engine_plugin import __main__ as started
started.put_shells(started.SDK)
from cross_account_sandbox.engine_plugin import serving
print(*sorted(name for name in sys.modules if name.partition(".")[0] in ("pulumi", "opentelemetry", "pulumi_aws")))
"""


def test_the_plugin_loads_the_sdks_messages_and_assets_and_nothing_else_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "pulumi",
        "pulumi.asset",
        "pulumi.runtime",
        "pulumi.runtime.proto",
        "pulumi.runtime.proto.alias_pb2",
        "pulumi.runtime.proto.plugin_pb2",
        "pulumi.runtime.proto.provider_pb2",
        "pulumi.runtime.proto.provider_pb2_grpc",
    ]


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_package is not an installed package"):
        package_shells.put_shells(["no_such_package"])
