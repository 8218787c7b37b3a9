"""Print the role that a pipeline assumes in each account of a stack, as outputs of a GitHub Actions step.

    .venv/bin/python tools/pipelines/accounts.py STACK preview|deploy

The accounts, their Regions and profiles come from Pulumi.STACK.yaml. The roles' names are fixed; docs/pipelines.md has
their policies.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from aws_rules import arns

ROOT = Path(__file__).resolve().parents[2]
_PROJECT = "cross-account-api"
_KEYS = {"api": "apiAccount", "function": "functionAccount"}


class SettingsError(Exception):
    """A stack that a pipeline cannot log in for; the message names the file, the key and the fix."""


def main(arguments: Sequence[str], *, root: Path = ROOT) -> int:
    """Print NAME=VALUE lines; returns 2 with a message for a stack that a pipeline cannot log in for."""
    if len(arguments) != 2 or arguments[1] not in ("preview", "deploy"):
        print("accounts: expected two arguments: STACK preview|deploy", file=sys.stderr)
        return 2
    stack, access = arguments
    try:
        lines = outputs(root / f"Pulumi.{stack}.yaml", role_name(stack, access))
    except SettingsError as error:
        print(f"accounts: {error}", file=sys.stderr)
        return 2
    print("\n".join(f"{name}={value}" for name, value in lines.items()))
    return 0


def role_name(stack: str, access: str) -> str:
    """The role in both accounts; its path keeps it outside the deployers' `role/cross-account-api-*`."""
    return f"github/{_PROJECT}-{'preview' if access == 'preview' else f'deploy-{stack}'}"


def outputs(file: Path, role: str) -> dict[str, str]:
    """Role, Region and profile of both accounts. Raises SettingsError."""
    try:
        config = (yaml.safe_load(file.read_text("utf-8")) or {}).get("config") or {}
    except FileNotFoundError:
        raise SettingsError(f"{file.name} does not exist; pass a stack that has a settings file") from None
    found: dict[str, str] = {}
    for name, key in _KEYS.items():
        account = config.get(f"{_PROJECT}:{key}") or {}
        _check(account, where=f"{file.name}: {key}", key=key)
        partition = arns.partition_of_region(account["region"])
        found |= {
            f"{name}-role": arns.role_arn(partition=partition, account=account["id"], name=role),
            f"{name}-region": account["region"],
            f"{name}-profile": account["profile"],
        }
    if found["api-profile"] == found["function-profile"]:
        raise SettingsError(
            f"{file.name}: both accounts have the profile {found['api-profile']}: set a different profile for each; a "
            "profile logs in to one account"
        )
    return found


def _check(account: Mapping[str, str], *, where: str, key: str) -> None:
    if not arns.is_account_id(str(account.get("id"))) or not isinstance(account.get("id"), str):
        raise SettingsError(f"{where}.id {account.get('id')!r} is not an account ID: 12 digits, as text")
    if not arns.is_region(str(account.get("region"))):
        raise SettingsError(f"{where}.region {account.get('region')!r} is not the name of a Region such as eu-west-1")
    if not account.get("profile"):
        profile = "api-account" if key == "apiAccount" else "function-account"
        raise SettingsError(
            f"{where}.profile is required: the pipeline writes its login there. "
            f"To fix: pulumi config set --path {key}.profile {profile}"
        )
    if "roleArn" in account:
        raise SettingsError(
            f"{where}.roleArn {account['roleArn']} would be assumed in addition to the pipeline's role, even for a "
            f"preview: the pipeline's roles must be enough. To fix: pulumi config rm --path {key}.roleArn"
        )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
