"""`python -m cross_account_sandbox.engine_plugin ADDRESS`: what the engine starts as `pulumi-resource-aws`.

Prints the port that it serves on, as the engine expects of a plugin. It ends when the engine that started it is gone:
the one at ADDRESS, or its parent process. It also ends, without a traceback, at the SIGINT by which the engine ends it.
"""

from __future__ import annotations

import contextlib
import sys

from cross_account_sandbox.engine_plugin.package_shells import put_shells

#: Pulumi's SDK: its messages and its assets are needed here, programs are not, and loading all of it takes longer than
#: most of the engine's operations.
_SDK = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")

if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):  # while it starts
        put_shells(_SDK)

        import asyncio

        from cross_account_sandbox.engine_plugin.serving import serve

        asyncio.run(serve(sys.argv[1] if len(sys.argv) > 1 else None))
