"""Print the policies of docs/deployer-policies.md for a stack's own accounts.

    .venv/bin/python tools/deployer_policies.py [--stack dev] [--roles bounded|unbounded|existing] [NAME]

NAME is a policy's name on the page, such as `function`; without it, the output is one JSON object with all policies by
name. The page is the only source of the policies.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

from aws_rules.arns import ArnError, is_account_id, partition_of_region

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "cross-account-api"
#: The account IDs and the Region on the page.
API, FUNCTION, REGION = "111111111111", "222222222222", "eu-west-1"
#: Statements that are removed without a boundary, and with existing roles.
_OF_THE_BOUNDARY = frozenset({"OnlyWithTheBoundary", "TheBoundaryStays"})
_LEFT_OUT = {
    "bounded": frozenset[str](),
    "unbounded": _OF_THE_BOUNDARY,
    "existing": _OF_THE_BOUNDARY | {"ChangeRoles", "BoundedRoles"},
}
_POLICY = re.compile(r"^### `([a-z-]+)`[^\n]*\n(?:(?!^#).)*?^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)

Policies = dict[str, dict[str, Any]]


def main(arguments: list[str] | None = None) -> int:
    """Exit 0, or 2 with one message if the stack's settings or the name are wrong."""
    parser = argparse.ArgumentParser(description="Print the deployers' policies for a stack's own accounts.")
    parser.add_argument("--stack", default="dev", help="reads Pulumi.STACK.yaml (dev)")
    parser.add_argument("--roles", choices=sorted(_LEFT_OUT), default="bounded", help="one of the page's three ways")
    parser.add_argument("name", nargs="?", help="print this policy alone")
    asked = parser.parse_args(arguments)
    try:
        policies = for_stack(page_policies(asked.roles), ROOT / f"Pulumi.{asked.stack}.yaml")
    except ValueError as problem:
        print(f"deployer_policies: {problem}", file=sys.stderr)
        return 2
    if asked.name is not None and asked.name not in policies:
        print(f"deployer_policies: {asked.name!r} is not one of {', '.join(policies)}", file=sys.stderr)
        return 2
    print(json.dumps(policies[asked.name] if asked.name else policies, indent=2))
    return 0


def page_policies(roles: str = "bounded") -> Policies:
    """The page's policies by name for one of its three ways, with the example IDs."""
    page = (ROOT / "docs/deployer-policies.md").read_text("utf-8")
    policies: Policies = {name: json.loads(text) for name, text in _POLICY.findall(page)}
    if roles != "bounded":
        policies = {name: policy for name, policy in policies.items() if not name.endswith("-boundary")}
    for policy in policies.values():
        policy["Statement"] = [each for each in policy["Statement"] if each["Sid"] not in _LEFT_OUT[roles]]
        if roles == "unbounded":
            for statement in policy["Statement"]:
                if statement["Sid"] == "BoundedRoles":
                    del statement["Condition"]
                    statement["Sid"] = "Roles"
                    statement["Action"].append("iam:UpdateAssumeRolePolicy")
    return policies


def for_stack(policies: Policies, file: Path) -> Policies:
    """The policies with the accounts, Regions and function name of a stack. Raises ValueError."""
    if not file.exists():
        raise ValueError(f"{file.name} does not exist; pass a stack with a settings file as --stack")
    config = (yaml.safe_load(file.read_text("utf-8")) or {}).get("config") or {}
    api, function = _account(config, "apiAccount", file), _account(config, "functionAccount", file)
    name = config.get(f"{PROJECT}:functionName")
    return {
        key: _placed(policy, api if key.startswith("api") else function, api, function, name)
        for key, policy in policies.items()
    }


def _account(config: dict[str, Any], key: str, file: Path) -> tuple[str, str]:
    """(id, Region)."""
    block = config.get(f"{PROJECT}:{key}")
    block = block if isinstance(block, dict) else {}
    account, region = str(block.get("id", "")), str(block.get("region", ""))
    if not is_account_id(account):
        raise ValueError(f"{PROJECT}:{key}.id in {file.name} is {account!r}; it must be an account ID of 12 digits")
    try:
        partition_of_region(region)
    except ArnError as problem:
        raise ValueError(f"{PROJECT}:{key}.region in {file.name}: {problem}") from None
    return account, region


def _placed(
    policy: dict[str, Any], own: tuple[str, str], api: tuple[str, str], function: tuple[str, str], name: str | None
) -> dict[str, Any]:
    text = json.dumps(policy)
    # Insert placeholders first: the stack's IDs can be those of the page, but swapped.
    text = text.replace(f"{REGION}:{FUNCTION}", "{function-region}:{function}").replace(REGION, "{region}")
    text = text.replace(API, "{api}").replace(FUNCTION, "{function}")
    found = {"api": api[0], "function": function[0], "function-region": function[1], "region": own[1]}
    for key, value in found.items():
        text = text.replace(f"{{{key}}}", value)
    placed: dict[str, Any] = json.loads(text.replace("arn:aws:", f"arn:{partition_of_region(own[1])}:"))
    for statement in placed["Statement"] if name else []:
        resource = statement["Resource"]
        if isinstance(resource, str) and resource.endswith(f":function:{PROJECT}-*"):
            statement["Resource"] = [resource, resource.replace(f"{PROJECT}-*", str(name))]
    return placed


if __name__ == "__main__":
    sys.exit(main())
