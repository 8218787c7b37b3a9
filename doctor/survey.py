"""Everything that is read of one deployment, each thing once, when a hop first asks for it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from components.arns import ArnError, FunctionArn, partition_of_region
from doctor import routes
from doctor.commands import Commands
from doctor.errors import CouldNotLookError, NotAllowedError, NotThereError
from doctor.functions import FunctionView, names_in
from doctor.roles import RoleView, read_role
from doctor.stage_variables import substituted

if TYPE_CHECKING:
    from doctor.accounts import Accounts
    from doctor.routes import Route
    from doctor.target import Target

_PAGE = 500
_POSITION = ("position", "position")


class Survey:
    """One API and stage, as AWS shows them. Members may raise NotAllowedError."""

    def __init__(self, target: Target, region: str, accounts: Accounts) -> None:
        self.target = target
        self.region = region
        self.accounts = accounts
        self.partition = partition_of_region(region)
        self._functions: dict[FunctionArn, FunctionView] = {}
        self._roles: dict[str, RoleView | None] = {}
        self._names: dict[tuple[str, str], list[str]] = {}

    @property
    def account(self) -> str:
        """The API's account."""
        return self.accounts.api.account

    @cached_property
    def commands(self) -> Commands:
        """Writes the commands that mend."""
        return Commands(
            accounts=self.accounts,
            api_id=self.target.api_id,
            api_account=self.account,
            api_region=self.region,
            stage=self.target.stage,
        )

    @cached_property
    def api(self) -> dict[str, Any]:
        """The REST API. Raises CouldNotLookError where there is none of this id."""
        try:
            return self._apigateway("get_rest_api", restApiId=self.target.api_id)
        except NotThereError:
            self._refuse_http_api()
            message = (
                f"no REST API {self.target.api_id} in account {self.account}, {self.region}: check --api-id, --region "
                "and --api-profile"
            )
            raise CouldNotLookError(message) from None

    def _refuse_http_api(self) -> None:
        """An HTTP or WebSocket API has its id from the same range, and other rules."""
        try:
            found = self.accounts.api.ask("apigatewayv2", self.region, "get_api", ApiId=self.target.api_id)
        except (NotThereError, NotAllowedError, CouldNotLookError):
            return
        message = f"API {self.target.api_id} is of protocol {found['ProtocolType']}: the doctor knows REST APIs alone"
        raise CouldNotLookError(message)

    @cached_property
    def stage(self) -> dict[str, Any]:
        """The stage. Raises CouldNotLookError where there is none of this name, naming those there are."""
        try:
            return self._apigateway("get_stage", restApiId=self.target.api_id, stageName=self.target.stage)
        except NotThereError:
            there = self._apigateway("get_stages", restApiId=self.target.api_id).get("item") or []
            names = ", ".join(item["stageName"] for item in there) or "none"
            message = f"API {self.target.api_id} has no stage {self.target.stage!r}; its stages: {names}"
            raise CouldNotLookError(message) from None

    @cached_property
    def variables(self) -> dict[str, str]:
        """The stage's variables."""
        return dict(self.stage.get("variables") or {})

    @cached_property
    def edited(self) -> tuple[Route, ...]:
        """Every route as the API is edited now."""
        pages = self.accounts.api.pages(
            "apigateway",
            self.region,
            "get_resources",
            "items",
            _POSITION,
            restApiId=self.target.api_id,
            limit=_PAGE,
            embed=["methods"],
        )
        return routes.edited(pages)

    @cached_property
    def checked(self) -> tuple[Route, ...]:
        """The routes to look at: all, or the one asked for."""
        if self.target.route is None:
            return self.edited
        route = routes.matching(self.edited, *self.target.route)
        return (route,) if route else ()

    @cached_property
    def deployment(self) -> dict[str, Any]:
        """The deployment that the stage serves, with what each of its methods is."""
        return self._apigateway(
            "get_deployment",
            restApiId=self.target.api_id,
            deploymentId=self.stage["deploymentId"],
            embed=["apisummary"],
        )

    @cached_property
    def export(self) -> dict[str, Any] | None:
        """The API as the stage serves it, as OpenAPI with API Gateway's extensions; None where it cannot be had."""
        try:
            answer = self._apigateway(
                "get_export",
                restApiId=self.target.api_id,
                stageName=self.target.stage,
                exportType="oas30",
                parameters={"extensions": "apigateway"},
                accepts="application/json",
            )
        except (NotThereError, CouldNotLookError):
            return None  # API Gateway cannot export every API; the summary of the deployment remains
        body = answer["body"].read() if hasattr(answer["body"], "read") else answer["body"]
        document: dict[str, Any] = json.loads(body)
        return document

    @cached_property
    def authorizers(self) -> dict[str, dict[str, Any]]:
        """The API's authorizers by id."""
        pages = self.accounts.api.pages(
            "apigateway", self.region, "get_authorizers", "items", _POSITION, restApiId=self.target.api_id, limit=_PAGE
        )
        return {item["id"]: item for item in pages}

    @cached_property
    def usage_plans(self) -> list[dict[str, Any]]:
        """The usage plans of account and Region."""
        return list(
            self.accounts.api.pages("apigateway", self.region, "get_usage_plans", "items", _POSITION, limit=_PAGE)
        )

    @cached_property
    def gateway_account(self) -> dict[str, Any]:
        """API Gateway's settings of account and Region: the CloudWatch role."""
        return self._apigateway("get_account")

    @cached_property
    def policy(self) -> dict[str, Any] | None:
        """The API's resource policy as edited."""
        return parse_policy(self.api.get("policy"))

    def function(self, arn: FunctionArn) -> FunctionView | None:
        """The function; None where no given credentials open its account."""
        key = arn.unqualified
        if key not in self._functions:
            reader = self.accounts.of(key.account)
            if reader is None:
                return None
            self._functions[key] = FunctionView(key, reader)
        return self._functions[key]

    def function_names(self, account: str, region: str) -> list[str]:
        """The functions of an account and Region; none where the account is not open."""
        if (account, region) not in self._names:
            reader = self.accounts.of(account)
            self._names[account, region] = names_in(reader, region) if reader else []
        return self._names[account, region]

    def role(self, arn: str) -> RoleView | None:
        """A role of the API's account; None where it does not exist."""
        if arn not in self._roles:
            self._roles[arn] = read_role(arn, self.accounts.api, self.region)
        return self._roles[arn]

    def filled(self, text: str) -> str:
        """A text of an integration with the stage's variables filled in."""
        return substituted(text, self.variables)

    def _apigateway(self, method: str, **params: Any) -> dict[str, Any]:
        return self.accounts.api.ask("apigateway", self.region, method, **params)


def parse_policy(text: object) -> dict[str, Any] | None:
    """A REST API's policy, which API Gateway answers with its quotation marks escaped. None: no policy."""
    if isinstance(text, dict):
        return text
    if not isinstance(text, str) or not text.strip():
        return None
    for candidate in (text, f'"{text}"'):
        try:
            read = json.loads(candidate)
        except ValueError:
            continue
        return parse_policy(read) if isinstance(read, str) else read
    return None


def function_of(uri: str) -> FunctionArn | None:
    """The function that a URI names, where it names one at all."""
    tail = uri.partition("/functions/")[2].removesuffix("/invocations")
    try:
        return FunctionArn.parse(tail)
    except ArnError:
        return None
