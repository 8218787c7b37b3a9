"""Base classes of API Gateway's handlers (both API versions): ARNs, tags, patches, and policies that AWS escapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from aws_rules.arns import api_execution_arn
from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.record import RecordHandler
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls


class GatewayHandler(AwsHandler):
    """A resource of API Gateway."""

    service: ClassVar[str] = "apigateway"
    tag_calls = TagCalls(target="resourceArn")

    def arn(self, session: ProviderSession, properties: Mapping[str, Any], path: str) -> str:
        """A management ARN, which has no account: `arn:aws:apigateway:REGION::/restapis/ID`."""
        return f"arn:{session.partition}:apigateway:{self.region(session, properties)}::{path}"

    def execution_arn(self, session: ProviderSession, properties: Mapping[str, Any], api_id: str) -> str:
        """The ARN that policies use for calls of an API."""
        region = self.region(session, properties)
        return api_execution_arn(partition=session.partition, region=region, account=session.account, api_id=api_id)


class GatewayRecord(GatewayHandler, RecordHandler):
    """A resource of version 1, which is updated with patch operations.

    patched  the patch paths of the inputs that change in place
    """

    patched: ClassVar[Mapping[str, str]]

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """Call the update operation with the changes."""
        if operations := self.operations(old, new):
            self.call(session, new, "update", **self.target(identity, new), patchOperations=operations)

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """The patch operations that change the old inputs to the new ones."""
        return patches.replaced(old, new, self.patched)


class HttpGatewayRecord(GatewayHandler, RecordHandler):
    """A resource of version 2: update calls take the same parameters as create calls."""

    service = "apigatewayv2"
    tag_calls = TagCalls(target="ResourceArn", tags="Tags", keys="TagKeys")


def unescaped(policy: str | None) -> str | None:
    r"""A policy as JSON: API Gateway returns it as text with escaped quotes (`{\"Version\": …`)."""
    if not policy:
        return None
    try:
        json.loads(policy)
    except ValueError:
        return str(json.loads(f'"{policy}"'))
    return policy
