"""The `aws` commands that mend: built as words, quoted once, so that they can be pasted as they stand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components import policies

if TYPE_CHECKING:
    from components.arns import FunctionArn
    from doctor.accounts import Accounts


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """Writes commands for one deployment."""

    accounts: Accounts
    api_id: str
    api_account: str
    api_region: str
    stage: str

    def aws(self, account: str, region: str | None, *words: str) -> str:
        """One command: its words, the Region, and how it logs in."""
        flags = [*(("--region", region) if region else ()), *self.accounts.flags(account)]
        return shlex.join(["aws", *words, *flags])

    def apigateway(self, operation: str, *words: str) -> str:
        """A command on this API."""
        return self.aws(
            self.api_account, self.api_region, "apigateway", operation, "--rest-api-id", self.api_id, *words
        )

    def deploy(self) -> str:
        """Let the stage serve the API as it is edited."""
        return self.apigateway("create-deployment", "--stage-name", self.stage)

    def update_integration(self, resource_id: str, method: str, **values: str | None) -> str:
        """Set members of an integration by their patch path; None takes one away."""
        return self.apigateway(
            "update-integration",
            "--resource-id",
            resource_id,
            "--http-method",
            method,
            "--patch-operations",
            patch(values),
        )

    def function(self, arn: FunctionArn, operation: str, *words: str) -> str:
        """A command on a function, by its name."""
        return self.aws(arn.account, arn.region, "lambda", operation, "--function-name", arn.name, *words)

    def add_permission(self, arn: FunctionArn, *, source_arn: str | None, principal: str = policies.API_GATEWAY) -> str:
        """Let API Gateway (or a role) invoke the function under the qualifier of the URI."""
        source_account = self.api_account if source_arn else None
        sid = policies.statement_id(str(arn), principal, source_arn, source_account)
        return self.function(
            arn,
            "add-permission",
            *(("--qualifier", arn.qualifier) if arn.qualifier else ()),
            *("--statement-id", sid, "--action", policies.INVOKE, "--principal", principal),
            *(("--source-arn", source_arn, "--source-account", self.api_account) if source_arn else ()),
        )

    def remove_permission(self, arn: FunctionArn, sid: str) -> str:
        """Take a statement out of a qualifier's policy."""
        qualifier = ("--qualifier", arn.qualifier) if arn.qualifier else ()
        return self.function(arn, "remove-permission", *qualifier, "--statement-id", sid)

    def iam(self, account: str, operation: str, *words: str) -> str:
        """A command of IAM, which has no Region."""
        return self.aws(account, None, "iam", operation, *words)


def patch(values: Mapping[str, str | None]) -> str:
    """Patch operations as JSON: `httpMethod` becomes the path `/httpMethod`; None removes."""
    operations: list[dict[str, Any]] = [
        {"op": "remove", "path": f"/{name}"} if value is None else {"op": "replace", "path": f"/{name}", "value": value}
        for name, value in values.items()
    ]
    return json.dumps(operations)
