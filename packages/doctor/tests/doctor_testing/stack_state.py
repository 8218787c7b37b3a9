"""A handwritten export of a stack whose resources a test creates with boto3."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

API_ACCOUNT, FUNCTION_ACCOUNT, REGION = "111111111111", "222222222222", "us-east-1"
PROJECT, STACK = "pets", "dev"
TAGS = {"project": PROJECT, "stack": STACK}


def urn(kind: str, name: str) -> str:
    """The URN of a resource of the stack."""
    return f"urn:pulumi:{STACK}::{PROJECT}::{kind}::{name}"


@dataclass
class StackState:
    """The resources that `record` and `interrupt` add, with the stack and the providers of the two accounts."""

    endpoint: str
    resources: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        kind = "pulumi:pulumi:Stack"
        self.resources.append({"urn": urn(kind, f"{PROJECT}-{STACK}"), "type": kind, "custom": False})
        for account in (API_ACCOUNT, FUNCTION_ACCOUNT):
            kind = "pulumi:providers:aws"
            inputs = {
                "region": REGION,
                "allowedAccountIds": json.dumps([account]),
                "endpoints": json.dumps([{"lambda": self.endpoint, "iam": self.endpoint}]),
            }
            provider = {"urn": urn(kind, account), "type": kind, "id": f"id-{account}", "custom": True}
            self.resources.append({**provider, "inputs": inputs, "outputs": inputs})

    def record(self, account: str, kind: str, identity: str, /, **outputs: Any) -> None:
        """Add a resource of the stack."""
        self.resources.append({**self._entry(account, kind, identity), "id": identity, "outputs": outputs})

    def interrupt(self, account: str, kind: str, name: str, /, **inputs: Any) -> None:
        """Add the creation of a resource during which the engine was killed."""
        self.pending.append({"resource": {**self._entry(account, kind, name), "inputs": inputs}, "type": "creating"})

    def text(self) -> str:
        """The export."""
        return json.dumps(
            {"version": 3, "deployment": {"resources": self.resources, "pending_operations": self.pending}}
        )

    def _entry(self, account: str, kind: str, name: str) -> dict[str, Any]:
        provider = f"{urn('pulumi:providers:aws', account)}::id-{account}"
        stack = urn("pulumi:pulumi:Stack", f"{PROJECT}-{STACK}")
        return {"urn": urn(kind, name), "type": kind, "custom": True, "parent": stack, "provider": provider}
