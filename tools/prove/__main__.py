"""Prove on two real AWS accounts that the sandbox responds as AWS does.

    make prove API_PROFILE=a FUNCTION_PROFILE=b [REGION=eu-west-1] [DOMAIN=api.example.com ZONE_ID=Z…] [PRIVATE=1]

Lists what it will create and asks for confirmation; deploys, sends the same requests to AWS and to a sandbox, writes a
report, and removes everything, even after Ctrl-C or a failure. Exit code 0: all responses match and nothing is left; 1:
otherwise; 2: nothing was deployed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tests.engine.cli import find_cli
from tests.examples.issuer import Issuer
from tools.prove import report
from tools.prove.deployments import AwsSite
from tools.prove.program import ROOT, Program, Who
from tools.prove.programs import PROGRAMS
from tools.prove.proof import Proof, prove
from tools.prove.sites import Accounts, SandboxSite, run_folder


class UsageError(Exception):
    """The reason that nothing is deployed, with the fix."""


def main(arguments: Sequence[str], *, ask: Callable[[str], str] = input) -> int:
    """Run the proof."""
    options = _options(arguments)
    try:
        accounts = _accounts(options)
        run = options.remove or secrets.token_hex(3)
        folder = run_folder(ROOT, run)
        cli = _cli()
        if options.remove:
            with Issuer() as issuer:
                return _remove(AwsSite(accounts, issuer, cli=cli, folder=folder, run=run), folder)
        programs, skipped = _programs(accounts, options)
        print(announcement(accounts, programs, run))
        if not options.yes and ask("Type yes to continue: ").strip() != "yes":
            print("prove: nothing was created")
            return 2
    except UsageError as error:
        print(f"prove: {error}", file=sys.stderr)
        return 2
    with Issuer() as issuer:
        aws = AwsSite(accounts, issuer, cli=cli, folder=folder, run=run)
        sandbox = SandboxSite(accounts, issuer)
        return run_proof(Proof(run=run, not_run=skipped), programs, aws=aws, sandbox=sandbox, folder=folder)


def run_proof(proof: Proof, programs: Sequence[Program], *, aws: Any, sandbox: Any, folder: Path) -> int:
    """Run the proof, write the report, and print the differences and what is left."""

    class Removing:
        """The site, with a removal that Ctrl-C cannot stop."""

        deploy = staticmethod(aws.deploy)

        @staticmethod
        def remove() -> list[str]:
            """Remove, with Ctrl-C switched off."""
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                left: list[str] = aws.remove()
                return left
            finally:
                signal.signal(signal.SIGINT, before)

    prove(proof, programs, aws=Removing, sandbox=sandbox, say=print)
    page, data = report.write(proof, folder)
    print(f"\n{report.summary(proof)}\n\nreport: {page}, {data}")
    if proof.left:
        print(f"To remove what is left: make prove API_PROFILE=… FUNCTION_PROFILE=… REMOVE={proof.run}")
    return 0 if proof.succeeded else 1


def announcement(accounts: Accounts, programs: Sequence[Program], run: str) -> str:
    """The text that lists what will be created, where, and with which names."""
    lines = [
        f"Run {run} deploys in Region {accounts.region}:",
        f"  API account       {accounts.api} (profile {accounts.api_profile})",
        f"  function account  {accounts.function} (profile {accounts.function_profile})",
        *(f"  {program.name}: {program.creates}" for program in programs),
        f"The stacks are named prove-{run}; the resources get random suffixes. Requests cost a few cents at most.",
        "Everything is removed at the end, even after Ctrl-C.",
    ]
    return "\n".join(lines)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    parser.add_argument("--api-profile", default="")
    parser.add_argument("--function-profile", default="")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION") or "us-east-1")
    parser.add_argument("--programs", nargs="*", default=[], choices=[program.name for program in PROGRAMS])
    parser.add_argument("--domain", default="", help="domain name for custom-domain; requires --zone-id")
    parser.add_argument("--zone-id", default="", help="ID of the domain's hosted zone in the API account")
    parser.add_argument("--private", action="store_true", help="deploy private, too")
    parser.add_argument("--remove", default="", metavar="RUN", help="only remove the remaining resources of this run")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def _cli() -> Path:
    if (found := find_cli()) is None:
        raise UsageError("no Pulumi CLI of 3.200 or newer was found: install it, or run `make engine`")
    return found


def _accounts(options: argparse.Namespace) -> Accounts:
    for name in ("api_profile", "function_profile"):
        if not getattr(options, name):
            raise UsageError(f"{name.upper()} is required: make prove API_PROFILE=… FUNCTION_PROFILE=…")
    if bool(options.domain) != bool(options.zone_id):
        raise UsageError(
            "DOMAIN and ZONE_ID must be set together: a domain name, and its hosted zone in the API account"
        )
    api, function = (_account(profile, options.region) for profile in (options.api_profile, options.function_profile))
    if api == function:
        raise UsageError(f"both profiles log in to account {api}: pass profiles of two accounts")
    return Accounts(
        api=api,
        function=function,
        region=options.region,
        api_profile=options.api_profile,
        function_profile=options.function_profile,
        domain=options.domain,
        zone=options.zone_id,
    )


def _account(profile: str, region: str) -> str:
    try:
        identity = boto3.Session(profile_name=profile).client("sts", region_name=region).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise UsageError(
            f"profile {profile} cannot log in: {error}. To fix: aws sso login --profile {profile}"
        ) from None
    return str(identity["Account"])


def _programs(accounts: Accounts, options: argparse.Namespace) -> tuple[list[Program], dict[str, str]]:
    """The programs to run, and the reasons for skipping others: none replaces a CloudWatch role that other APIs use."""
    given = {"": True, "DOMAIN": bool(accounts.domain), "PRIVATE": options.private}
    programs = [program for program in PROGRAMS if program.name in options.programs or not options.programs]
    for program in programs if options.programs else ():
        if not given[program.needs]:
            raise UsageError(f"{program.name} needs {program.needs}=…: see docs/proof.md")
    programs = [program for program in programs if given[program.needs]]
    both: tuple[Who, ...] = ("api", "function")
    roles = {who: _cloudwatch_role(accounts, who) for who in both}
    skipped = {}
    for program in programs:
        if taken := [role for who in program.logging if (role := roles[who])]:
            skipped[program.name] = (
                f"it would replace the account's CloudWatch role {taken[0]} for API Gateway; choose another REGION"
            )
    return [program for program in programs if program.name not in skipped], skipped


def _cloudwatch_role(accounts: Accounts, who: Who) -> str:
    session = boto3.Session(profile_name=getattr(accounts, f"{who}_profile"))
    account = session.client("apigateway", region_name=accounts.region).get_account()
    return str(account.get("cloudwatchRoleArn") or "")


def _remove(aws: AwsSite, folder: Path) -> int:
    if not folder.exists():
        raise UsageError(f"{folder} does not exist: pass a run whose folder is next to it")
    left = aws.remove()
    print("\n".join(f"LEFT  {each}" for each in left) or "prove: nothing is left")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
