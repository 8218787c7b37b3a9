"""`python -m cross_account_sandbox.engine_plugin ADDRESS`: the program that the engine starts as `pulumi-resource-aws`.

It prints the port that it listens on, as the engine expects from a plugin. It exits when the engine at ADDRESS or its
parent process ends. It also exits, without a traceback, on the SIGINT that the engine sends to stop it.
"""

from __future__ import annotations

import contextlib
import sys

from cross_account_sandbox.engine_plugin.package_shells import put_shells
from cross_account_sandbox.garbage import search_seldom

#: Packages of the Pulumi SDK. The plugin needs only the SDK's messages and assets, and loading all of the SDK takes
#: longer than most of the engine's operations.
SDK = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")

if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):  # during the start
        search_seldom()
        put_shells(SDK)

        import asyncio

        from cross_account_sandbox.engine_plugin.serving import serve

        asyncio.run(serve(sys.argv[1] if len(sys.argv) > 1 else None))
