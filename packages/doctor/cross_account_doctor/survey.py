"""Everything that is read about one deployment; each part is read once, when a hop first needs it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from aws_rules.arns import FunctionArn, partition_of_region
from cross_account_doctor import routes
from cross_account_doctor.authorizers import Authorizer
from cross_account_doctor.commands import Commands
from cross_account_doctor.errors import CouldNotLookError
from cross_account_doctor.functions import FunctionView, names_in
from cross_account_doctor.protocols import Protocol
from cross_account_doctor.roles import RoleView, read_role
from cross_account_doctor.routes import Route
from cross_account_doctor.stage_variables import substituted
from cross_account_doctor.target import Target

if TYPE_CHECKING:
    from cross_account_doctor.accounts import Accounts


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """How much of a quota an API uses; `most` unless raised (API Gateway developer guide, quotas)."""

    what: str
    used: int
    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapped:
    """A custom domain name that leads to the stage; no base path: from its root."""

    domain: str
    base_path: str = ""


class Survey(ABC):
    """One API and stage, as AWS shows them. Members can raise NotAllowedError."""

    protocol: ClassVar[Protocol]

    def __init__(self, target: Target, region: str, accounts: Accounts) -> None:
        self.target = target
        self.region = region
        self.accounts = accounts
        self.partition = partition_of_region(region)
        self._functions: dict[FunctionArn, FunctionView] = {}
        self._roles: dict[str, RoleView | None] = {}
        self._names: dict[tuple[str, str], list[str]] = {}

    # ── what each protocol reads in its own way ──────────────────────────────────────────────────────────────

    @property
    @abstractmethod
    def commands(self) -> Commands:
        """The commands for fixes."""

    @property
    @abstractmethod
    def api(self) -> dict[str, Any]:
        """The API. Raises NotThereError if there is none with this ID."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The API's name."""

    @property
    def endpoint_type(self) -> str:
        """EDGE, REGIONAL or PRIVATE; HTTP APIs know one type."""
        return "REGIONAL"

    @property
    @abstractmethod
    def stage(self) -> dict[str, Any]:
        """The stage. Raises CouldNotLookError, which lists the existing stages, if there is none with this name."""

    @property
    @abstractmethod
    def variables(self) -> dict[str, str]:
        """The stage's variables."""

    @property
    @abstractmethod
    def edited(self) -> tuple[Route, ...]:
        """Every route as the API is edited now."""

    @property
    @abstractmethod
    def quota(self) -> Quota:
        """The quota that the API uses."""

    @property
    @abstractmethod
    def authorizers(self) -> dict[str, Authorizer]:
        """The API's authorizers by id."""

    @property
    @abstractmethod
    def endpoint_disabled(self) -> bool:
        """True if the API answers only at custom domains."""

    @property
    @abstractmethod
    def domains(self) -> tuple[Mapped, ...]:
        """The custom domains that lead to the stage. Raises NotAllowedError."""

    @property
    def private(self) -> bool:
        """True if the API answers only at VPC endpoints."""
        return False

    @abstractmethod
    def pattern(self, route: Route) -> str:
        """The part after the API's ID in the SourceArn of a statement for a route."""

    @property
    @abstractmethod
    def stage_pattern(self) -> str:
        """The same for every route of the stage."""

    # ── what they have in common ─────────────────────────────────────────────────────────────────────────────

    @property
    def account(self) -> str:
        """The API's account."""
        return self.accounts.api.account

    @cached_property
    def checked(self) -> tuple[Route, ...]:
        """The routes to check: all, or the requested one."""
        if self.target.route is None:
            return self.edited
        route = routes.matching(self.edited, *self.target.route)
        return (route,) if route else ()

    def function(self, arn: FunctionArn) -> FunctionView | None:
        """The function; None without credentials for its account."""
        key = arn.unqualified
        if key not in self._functions:
            reader = self.accounts.of(key.account)
            if reader is None:
                return None
            self._functions[key] = FunctionView(key, reader)
        return self._functions[key]

    def function_names(self, account: str, region: str) -> list[str]:
        """The functions of an account and Region; empty without credentials for the account."""
        if (account, region) not in self._names:
            reader = self.accounts.of(account)
            self._names[account, region] = names_in(reader, region) if reader else []
        return self._names[account, region]

    def role(self, arn: str) -> RoleView | None:
        """A role in the API's account; None if it does not exist, is in another account or is not a role."""
        if arn not in self._roles:
            own = f":iam::{self.account}:role/" in arn
            self._roles[arn] = read_role(arn, self.accounts.api, self.region) if own else None
        return self._roles[arn]

    def filled(self, text: str) -> str:
        """Text of an integration with the stage's variables substituted."""
        return substituted(text, self.variables)

    def uri(self, text: str) -> str:
        """An integration's or authorizer's URI as it is called."""
        return self.filled(text)

    def _no_stage(self, names: Sequence[str]) -> CouldNotLookError:
        there = ", ".join(names) or "none"
        return CouldNotLookError(f"API {self.target.api_id} has no stage {self.target.stage!r}; its stages: {there}")
