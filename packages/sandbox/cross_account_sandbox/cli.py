"""The sandbox's command line: `cross-account-sandbox serve`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cross_account_sandbox.deploy.worker import Worker

_app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


@_app.callback()
def _sandbox() -> None:
    """Two AWS accounts on this machine."""


@_app.command()
def serve(  # noqa: PLR0913 - each is an option of the command line
    context: typer.Context,
    *,
    directory: Annotated[
        list[Path] | None,
        typer.Option(
            "--dir", metavar="PROJECT", help="A Pulumi project to deploy, . by default; repeatable, in order."
        ),
    ] = None,
    stack: Annotated[str, typer.Option("--stack", metavar="NAME", help="Reads Pulumi.NAME.yaml.")] = "sandbox",
    config: Annotated[
        list[str] | None,
        typer.Option("-c", "--config", metavar="KEY=VALUE", help="Overrides a setting, as `pulumi config set --path`."),
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Deploy nothing, only serve.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 for any free one.")] = 4566,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout when it answers.")] = False,
    quota: Annotated[
        list[str] | None,
        typer.Option("--quota", metavar="CODE=VALUE", help="A raised quota of API Gateway, such as L-E5AE38E3=60000."),
    ] = None,
    allow_outbound: Annotated[
        bool, typer.Option("--allow-outbound", help="Let HTTP integrations call other hosts than this one.")
    ] = False,
) -> None:
    """Deploy projects into a sandbox and keep answering until Ctrl-C."""
    from cross_account_sandbox.serve import Request, serve_until_stopped

    request = Request(
        directories=tuple(directory or ([] if empty else [Path()])),
        stack=stack,
        config=tuple(config or ()),
        empty=empty,
        port=port,
        as_json=as_json,
        quotas=tuple(quota or ()),
        allow_outbound=allow_outbound,
    )
    raise typer.Exit(serve_until_stopped(request, context.obj))


@_app.command()
def demo() -> None:
    """Deploy the program, send the tutorial's requests, and show what allowed each."""
    from cross_account_sandbox.demo import run_demo

    raise typer.Exit(run_demo())


def run(worker: Worker | None = None) -> None:
    """Run the command line. `worker` is what deploys, where it has been started already."""
    _app(prog_name="cross-account-sandbox", obj=worker)
