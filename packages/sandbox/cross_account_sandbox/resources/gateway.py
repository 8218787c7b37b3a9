"""What the handlers of API Gateway (v1) share: ARNs, tags, and the text that AWS escapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import difference, tags_all


class GatewayHandler(AwsHandler):
    """A resource of API Gateway."""

    service: ClassVar[str] = "apigateway"

    def arn(self, session: ProviderSession, properties: Mapping[str, Any], path: str) -> str:
        """A management ARN, which carries no account: `arn:aws:apigateway:REGION::/restapis/ID`."""
        return f"arn:{session.partition}:apigateway:{self.region(session, properties)}::{path}"

    def retag(self, session: ProviderSession, arn: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Bring the tags to the new inputs; default tags included."""
        gone, wanted = difference(old.get("tagsAll") or {}, tags_all(session, new))
        if gone:
            self.client(session, new).untag_resource(resourceArn=arn, tagKeys=gone)
        if wanted:
            self.client(session, new).tag_resource(resourceArn=arn, tags=wanted)


def unescaped(policy: str | None) -> str | None:
    r"""A policy as JSON: API Gateway answers it as text whose quotes are escaped (`{\"Version\": …`)."""
    if not policy:
        return None
    try:
        json.loads(policy)
    except ValueError:
        return str(json.loads(f'"{policy}"'))
    return policy
