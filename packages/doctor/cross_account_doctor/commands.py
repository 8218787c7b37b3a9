"""The `aws` commands that fix a deployment: built as words and quoted once, so that they can be pasted unchanged."""

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
    """One command with its login, its words and the Region. It needs no other shell variables."""
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

    # ── on the API, separately for each protocol ─────────────────────────────────────────────────────────────

    @abstractmethod
    def deploy(self) -> tuple[str, ...]:
        """Deploy the edited API to the stage; no command if the stage deploys automatically."""

    @abstractmethod
    def set_uri(self, route: Route, uri: str) -> str:
        """Set the function of a route's integration."""

    @abstractmethod
    def set_integration_timeout(self, route: Route, milliseconds: int) -> str:
        """Set the integration timeout of a route."""

    @abstractmethod
    def drop_credentials(self, route: Route) -> str:
        """Remove a route's role, so that API Gateway calls the function as a service."""

    @abstractmethod
    def set_authorizer_uri(self, authorizer: Authorizer, uri: str) -> str:
        """Set the function of an authorizer."""

    # ── on everything else ───────────────────────────────────────────────────────────────────────────────────

    def on_api(self, service: str, operation: str, *words: str) -> str:
        """A command in the API's account and Region."""
        return self.aws(self._api_account, self._region, service, operation, *words)

    def aws(self, account: str, region: str, *words: str) -> str:
        """One command with its login, its words and the Region. It needs no other shell variables."""
        return aws_command(self._accounts, account, region, *words)

    def function(self, arn: FunctionArn, operation: str, *words: str) -> str:
        """A Lambda command for a function, by its name."""
        return self.aws(arn.account, arn.region, "lambda", operation, "--function-name", arn.name, *words)

    def wait(self, arn: FunctionArn, state: str) -> str:
        """Wait until the function has a state."""
        return self.aws(arn.account, arn.region, "lambda", "wait", state, "--function-name", arn.name)

    def add_permission(self, arn: FunctionArn, *, source_arn: str | None, principal: str = policies.API_GATEWAY) -> str:
        """Allow API Gateway (or a role) to invoke the function with the URI's qualifier."""
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
        """Remove a statement from a qualifier's policy."""
        qualifier = ("--qualifier", arn.qualifier) if arn.qualifier else ()
        return self.function(arn, "remove-permission", *qualifier, "--statement-id", sid)

    def iam(self, account: str, operation: str, *words: str) -> str:
        """An IAM command; the Region only decides the partition."""
        return self.aws(account, self._region, "iam", operation, *words)
