"""The `aws` commands that fix: built as words, quoted once, so that they can be pasted as they stand."""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from aws_rules import policies
from aws_rules.arns import FunctionArn
from cross_account_doctor.authorizers import Authorizer
from cross_account_doctor.routes import Route
from cross_account_doctor.target import Target

if TYPE_CHECKING:
    from cross_account_doctor.accounts import Accounts


def aws_command(accounts: Accounts, account: str, region: str, *words: str) -> str:
    """One command: how it logs in, its words and the Region. It needs no other variable of the shell."""
    command = shlex.join(["aws", *words, "--region", region, *accounts.flags(account)])
    return " ".join([*accounts.environment(account), command])


class Commands(ABC):
    """Writes commands for one deployment."""

    def __init__(self, target: Target, region: str, accounts: Accounts) -> None:
        self._api_id = target.api_id
        self._stage = target.stage
        self._region = region
        self._accounts = accounts
        self._api_account = accounts.api.account

    # ── on the API, each protocol in its own way ─────────────────────────────────────────────────────────────

    @abstractmethod
    def deploy(self) -> tuple[str, ...]:
        """Let the stage serve the API as it is edited; nothing where it does by itself."""

    @abstractmethod
    def set_uri(self, route: Route, uri: str) -> str:
        """Let a route's integration call another function."""

    @abstractmethod
    def set_integration_timeout(self, route: Route, milliseconds: int) -> str:
        """Set the integration timeout of a route."""

    @abstractmethod
    def drop_credentials(self, route: Route) -> str:
        """Let API Gateway call a route's function as a service, without a role."""

    @abstractmethod
    def set_authorizer_uri(self, authorizer: Authorizer, uri: str) -> str:
        """Let an authorizer call another function."""

    # ── on everything else ───────────────────────────────────────────────────────────────────────────────────

    def on_api(self, service: str, operation: str, *words: str) -> str:
        """A command in the API's account and Region."""
        return self.aws(self._api_account, self._region, service, operation, *words)

    def aws(self, account: str, region: str, *words: str) -> str:
        """One command: how it logs in, its words and the Region. It needs no other variable of the shell."""
        return aws_command(self._accounts, account, region, *words)

    def function(self, arn: FunctionArn, operation: str, *words: str) -> str:
        """A command on a function, by its name."""
        return self.aws(arn.account, arn.region, "lambda", operation, "--function-name", arn.name, *words)

    def wait(self, arn: FunctionArn, state: str) -> str:
        """Wait until the function has a state."""
        return self.aws(arn.account, arn.region, "lambda", "wait", state, "--function-name", arn.name)

    def add_permission(self, arn: FunctionArn, *, source_arn: str | None, principal: str = policies.API_GATEWAY) -> str:
        """Let API Gateway (or a role) invoke the function under the qualifier of the URI."""
        source_account = self._api_account if source_arn else None
        sid = policies.statement_id(str(arn), principal, source_arn, source_account)
        return self.function(
            arn,
            "add-permission",
            *(("--qualifier", arn.qualifier) if arn.qualifier else ()),
            *("--statement-id", sid, "--action", policies.INVOKE, "--principal", principal),
            *(("--source-arn", source_arn, "--source-account", self._api_account) if source_arn else ()),
        )

    def remove_permission(self, arn: FunctionArn, sid: str) -> str:
        """Take a statement out of a qualifier's policy."""
        qualifier = ("--qualifier", arn.qualifier) if arn.qualifier else ()
        return self.function(arn, "remove-permission", *qualifier, "--statement-id", sid)

    def iam(self, account: str, operation: str, *words: str) -> str:
        """A command of IAM; the Region only tells the partition."""
        return self.aws(account, self._region, "iam", operation, *words)
