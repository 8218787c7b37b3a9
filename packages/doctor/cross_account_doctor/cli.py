"""`cross-account-doctor check`: why a cross-account call fails, and what fixes it; `graph`, `leftovers`."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from cross_account_doctor.errors import CouldNotLookError, NotAllowedError, NotThereError

if TYPE_CHECKING:
    from cross_account_doctor.accounts import Login
    from cross_account_doctor.calls import Calls
    from cross_account_doctor.survey import Survey
    from cross_account_doctor.target import Target

_NAME = "cross-account-doctor"
_app = typer.Typer(no_args_is_help=False, pretty_exceptions_enable=False, rich_markup_mode=None)

# Typer bundles its own click and exports only this usage error; its base class covers all usage errors.
_USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__base__)

# Options that several commands share: the API, and how to log in.
_ApiId = Annotated[str | None, typer.Option(help="ID of the REST or HTTP API.", metavar="ID")]
_Stage = Annotated[str | None, typer.Option(help="Name of the stage.", metavar="NAME")]
_Region = Annotated[str | None, typer.Option(help="The API's Region. [default: the profile's]")]
_Outputs = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="The output of `pulumi stack output --json`; - for stdin. Replaces --api-id."),
]
_EndpointUrl = Annotated[str | None, typer.Option(help="URL of a sandbox to use instead of AWS.", metavar="URL")]
_ApiProfile = Annotated[str | None, typer.Option(help="AWS profile for the API's account.", metavar="NAME")]
_FunctionProfiles = Annotated[
    list[str] | None, typer.Option(help="AWS profile for a function's account; repeatable.", metavar="NAME")
]
_FunctionRoles = Annotated[
    list[str] | None,
    typer.Option(help="Role in a function's account, assumed from the API's profile; repeatable.", metavar="ARN"),
]

# \b keeps the line breaks of the following paragraph.
_CHECK_EXAMPLES = """\b
Examples:
  cross-account-doctor check --api-id a1b2c3 --stage dev --api-profile A --function-profile B
  cross-account-doctor check --api-id a1b2c3 --stage dev --api-profile A --function-profile B --route "GET /users"
  pulumi stack output --json | cross-account-doctor check --outputs - --api-profile A --function-profile B --json
"""

_GRAPH_EXAMPLES = """\b
Examples:
  cross-account-doctor graph --api-id a1b2c3 --stage dev --api-profile A --function-profile B --output a.svg
  pulumi stack output --json | cross-account-doctor graph --outputs - --api-profile A --function-profile B > a.svg
"""

_LEFTOVERS_EXAMPLE = """\b
Examples:
  pulumi stack export | cross-account-doctor leftovers --state - --api-profile A --function-profile B
"""


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"{_NAME} {metadata.version(_NAME)}")
        raise typer.Exit


@_app.callback()
def _doctor(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Why a cross-account call answers 500, and what fixes it."""


@_app.command(epilog=_CHECK_EXAMPLES)
def check(  # noqa: PLR0913 - a command line's options
    *,
    api_id: _ApiId = None,
    stage: _Stage = None,
    region: _Region = None,
    outputs: _Outputs = None,
    api_profile: _ApiProfile = None,
    function_profile: _FunctionProfiles = None,
    function_role: _FunctionRoles = None,
    route: Annotated[
        str | None, typer.Option(help="Check only this route, such as 'GET /users'.", metavar="ROUTE")
    ] = None,
    endpoint_url: _EndpointUrl = None,
    call: Annotated[bool, typer.Option("--call", help="Also send one GET request to the API.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON (docs/doctor.md).")] = False,
) -> None:
    """Check a live deployment in both accounts, hop by hop; reads only.

    Exit 0: healthy. 1: broken. 2: could not be checked.
    """
    from cross_account_doctor.diagnosis import diagnose  # noqa: PLC0415 - --help answers without boto3

    target = _target(api_id=api_id, stage=stage, region=region, outputs=outputs, route=route)
    login = _login(api_profile, function_profile, function_role, endpoint_url or target.endpoint)
    with _opened(target, login) as (survey, calls):
        report = diagnose(survey, calls, send_request=call, endpoint=survey.accounts.endpoint)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2, default=str))
    else:
        from cross_account_doctor.table import show  # noqa: PLC0415 - not needed for JSON

        show(report, sys.stdout)
    raise typer.Exit(report.exit_code)


@_app.command(epilog=_GRAPH_EXAMPLES)
def graph(  # noqa: PLR0913 - a command line's options
    *,
    api_id: _ApiId = None,
    stage: _Stage = None,
    region: _Region = None,
    outputs: _Outputs = None,
    api_profile: _ApiProfile = None,
    function_profile: _FunctionProfiles = None,
    function_role: _FunctionRoles = None,
    endpoint_url: _EndpointUrl = None,
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where to write the SVG. [default: standard output]")
    ] = None,
) -> None:
    """Draw both accounts as SVG: what each holds, and what allows or denies each call; reads only.

    Exit 0: drawn. 2: could not be checked.
    """
    from aws_rules.diagram.svg import render  # noqa: PLC0415 - as above
    from cross_account_doctor.graph import diagram  # noqa: PLC0415 - as above

    target = _target(api_id=api_id, stage=stage, region=region, outputs=outputs)
    login = _login(api_profile, function_profile, function_role, endpoint_url or target.endpoint)
    with _opened(target, login) as (survey, _):
        drawn = render(diagram(survey))
    if output is None:
        typer.echo(drawn, nl=False)
        return
    try:
        Path(output).write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise CouldNotLookError(f"cannot write --output {output}: {error}") from error


@_app.command(epilog=_LEFTOVERS_EXAMPLE)
def leftovers(
    *,
    state: Annotated[
        str, typer.Option(metavar="FILE", help="The output of `pulumi stack export`; - for stdin.", show_default=False)
    ],
    api_profile: _ApiProfile = None,
    function_profile: _FunctionProfiles = None,
    function_role: _FunctionRoles = None,
    endpoint_url: Annotated[
        str | None, typer.Option(help="URL of a sandbox to use instead of AWS. [default: the state's]", metavar="URL")
    ] = None,
) -> None:
    """List what an interrupted run left behind in both accounts, with the command that removes each; reads only.

    Exit 0: nothing. 1: something is left. 2: could not be checked.
    """
    from cross_account_doctor.accounts import Accounts  # noqa: PLC0415 - as above
    from cross_account_doctor.calls import Calls  # noqa: PLC0415 - as above
    from cross_account_doctor.leftovers.report import exit_code, lines  # noqa: PLC0415 - as above
    from cross_account_doctor.leftovers.search import search  # noqa: PLC0415 - as above
    from cross_account_doctor.leftovers.state import read_state  # noqa: PLC0415 - as above

    exported = read_state(_read("--state", state))
    login = _login(api_profile, function_profile, function_role, endpoint_url or exported.endpoint)
    accounts = Accounts(login, Calls(), exported.first_region)
    with contextlib.closing(accounts):
        found = search(exported, accounts)
        for line in lines(found, exported, accounts):
            typer.echo(line)
    raise typer.Exit(exit_code(found))


def _target(
    *, api_id: str | None, stage: str | None, region: str | None, outputs: str | None, route: str | None = None
) -> Target:
    from cross_account_doctor import target as targets  # noqa: PLC0415 - as above

    if outputs is not None:
        return targets.from_outputs(_read("--outputs", outputs), region=region, route=route, stage=stage)
    return targets.from_options(api_id=api_id, stage=stage, region=region, route=route)


def _login(api_profile: str | None, profiles: list[str] | None, roles: list[str] | None, endpoint: str | None) -> Login:
    from cross_account_doctor.accounts import Login  # noqa: PLC0415 - as above

    return Login(
        api_profile=api_profile,
        function_profiles=tuple(profiles or ()),
        function_roles=tuple(roles or ()),
        endpoint=endpoint,
    )


@contextlib.contextmanager
def _opened(target: Target, login: Login) -> Iterator[tuple[Survey, Calls]]:
    """The survey of the target, with what counts its calls."""
    from cross_account_doctor.accounts import Accounts  # noqa: PLC0415 - as above
    from cross_account_doctor.calls import Calls  # noqa: PLC0415 - as above
    from cross_account_doctor.opening import open_survey  # noqa: PLC0415 - as above

    calls = Calls()
    with contextlib.closing(Accounts(login, calls, target.region)) as accounts:
        yield open_survey(target, accounts.region, accounts), calls


def _read(option: str, source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CouldNotLookError(f"cannot read {option} {source}: {error}") from error


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; an error is one line on stderr and exit code 2."""
    try:
        code = _app(args=arguments, prog_name=_NAME, standalone_mode=False)
    except (CouldNotLookError, NotAllowedError, NotThereError) as error:
        typer.echo(f"doctor: {error}", err=True)
        return 2
    except _USAGE_ERROR as error:
        typer.echo(f"doctor: {' '.join(str(error).split())}", err=True)
        return 2
    except typer.Abort:
        return 2
    return int(code or 0)
