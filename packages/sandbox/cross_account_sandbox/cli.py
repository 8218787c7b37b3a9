"""The sandbox's command line: `cross-account-sandbox serve`, `demo` and `env`."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from cross_account_sandbox.deploy.worker import Worker

_NAME = "cross-account-sandbox"
_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

# \b keeps the line breaks of the paragraph that follows.
_SERVE_EXAMPLES = """\b
Examples:
  cross-account-sandbox serve
  cross-account-sandbox serve --port 0 -c runtime=python -c functionAccount.region=eu-west-1
  cross-account-sandbox serve --dir examples/split/function --dir examples/split/api
  cross-account-sandbox serve --empty --quiet --json
  cross-account-sandbox serve --log-format json 2> events.jsonl
"""
_DEMO_EXAMPLES = """\b
Example:
  cross-account-sandbox demo
"""
_ENV_EXAMPLES = """\b
Example, while `cross-account-sandbox serve --empty` runs in another terminal:
  eval "$(.venv/bin/cross-account-sandbox env)"
  pulumi stack init sandbox
  pulumi up --stack sandbox
"""


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"{_NAME} {metadata.version(_NAME)}")
        raise typer.Exit


@_app.callback()
def _sandbox(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Two AWS accounts on this machine."""


@_app.command(epilog=_SERVE_EXAMPLES)
def serve(  # noqa: PLR0913 - each is an option of the command line
    context: typer.Context,
    *,
    directory: Annotated[
        list[Path] | None,
        typer.Option(
            "--dir",
            metavar="PROJECT",
            help="A Pulumi project to deploy (default: .). Repeatable; deployed in this order.",
        ),
    ] = None,
    stack: Annotated[str, typer.Option("--stack", metavar="NAME", help="Reads Pulumi.NAME.yaml.")] = "sandbox",
    config: Annotated[
        list[str] | None,
        typer.Option(
            "-c", "--config", metavar="KEY=VALUE", help="Overrides a setting, like `pulumi config set --path`."
        ),
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Deploy nothing, only serve.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 selects any free port.")] = 4566,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout once the sandbox answers.")
    ] = False,
    no_watch: Annotated[
        bool, typer.Option("--no-watch", help="Do not redeploy when the program or its settings change.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print only warnings and errors: no summary, no line per request.")
    ] = False,
    log_format: Annotated[
        Literal["text", "json"],
        typer.Option("--log-format", help="How events are printed on stderr; json prints one object per event."),
    ] = "text",
    quota: Annotated[
        list[str] | None,
        typer.Option("--quota", metavar="CODE=VALUE", help="Raises a quota of API Gateway, such as L-E5AE38E3=60000."),
    ] = None,
    function_state_delay: Annotated[
        float,
        typer.Option(
            "--function-state-delay",
            metavar="SECONDS",
            min=0,
            help="How long a new function stays Pending and an updated one InProgress; 0 for no delay.",
        ),
    ] = 0.3,
    allow_outbound: Annotated[
        bool, typer.Option("--allow-outbound", help="Allow HTTP integrations to call hosts other than this one.")
    ] = False,
    allow_origin: Annotated[
        str | None,
        typer.Option(
            "--allow-origin",
            metavar="ORIGIN",
            help="Allow web pages of one other origin, such as http://localhost:5173, to call AWS APIs.",
        ),
    ] = None,
) -> None:
    """Deploy projects into a sandbox and serve requests until Ctrl-C."""
    from cross_account_sandbox.serve import Request, serve_until_stopped

    request = Request(
        directories=tuple(directory or ([] if empty else [Path()])),
        stack=stack,
        config=tuple(config or ()),
        empty=empty,
        port=port,
        as_json=as_json,
        watch=not no_watch,
        quiet=quiet,
        log_format=log_format,
        quotas=tuple(quota or ()),
        function_state_delay_s=function_state_delay,
        allow_outbound=allow_outbound,
        allow_origin=allow_origin,
    )
    raise typer.Exit(serve_until_stopped(request, context.obj))


@_app.command(epilog=_DEMO_EXAMPLES)
def demo() -> None:
    """Deploy the program, send the tutorial's requests, and show what allowed each one."""
    from cross_account_sandbox.demo import run_demo

    raise typer.Exit(run_demo())


@_app.command(epilog=_ENV_EXAMPLES)
def env() -> None:
    """Print the `export` commands that a shell needs to use the real Pulumi CLI with a sandbox."""
    from cross_account_sandbox.shell_environment import exports

    typer.echo(exports(Path.cwd()))


def run(worker: Worker | None = None) -> None:
    """Run the command line. `worker` is the deploying process, if it has been started already."""
    _app(prog_name=_NAME, obj=worker)
