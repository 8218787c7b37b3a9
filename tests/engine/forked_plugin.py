"""The plugin for the engine tests, which starts in 0.04 s instead of 0.35 s of CPU: a program for fork_server.py.

The modules that test plugin processes themselves use the plugin's own launcher: test_provider.py, and test_launcher.py
of the sandbox.
"""

from __future__ import annotations

import asyncio

from cross_account_sandbox.engine_plugin.__main__ import SDK
from cross_account_sandbox.engine_plugin.package_shells import put_shells

#: The services whose descriptions a plugin otherwise parses at its first call.
_SERVICES = ("acm", "apigateway", "apigatewayv2", "ec2", "iam", "lambda", "logs", "ram", "route53", "s3", "sts")
#: Seconds before each retry of a throttled call. The SDK's own one or two seconds only make tests wait.
_BACKOFF = 0.01


def prepare() -> None:
    """Import what a plugin imports."""
    put_shells(SDK)

    from botocore.retries.standard import ExponentialBackoff

    from cross_account_sandbox.engine_plugin import serving  # noqa: F401 - imported for the plugins
    from cross_account_sandbox.resources.session import warm

    ExponentialBackoff.delay_amount = lambda *_: _BACKOFF  # type: ignore[method-assign]
    warm(_SERVICES)


def run(arguments: list[str]) -> int:
    """Be the plugin of the engine at this address."""
    from cross_account_sandbox.engine_plugin.serving import serve

    asyncio.run(serve(arguments[0] if arguments else None))
    return 0
