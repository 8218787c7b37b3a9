"""Reads an HTTP API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from aws_rules.arns import ArnError, FunctionArn, invoke_uri
from aws_rules.grants import http_grants, route_tail
from cross_account_doctor import http_routes
from cross_account_doctor.authorizers import Authorizer
from cross_account_doctor.errors import NotThereError
from cross_account_doctor.http_commands import HttpCommands
from cross_account_doctor.protocols import HTTP
from cross_account_doctor.routes import Route
from cross_account_doctor.survey import Mapped, Quota, Survey

#: The largest page of API Gateway v2.
_PAGE = "500"
_TOKEN = ("NextToken", "NextToken")


class HttpSurvey(Survey):
    """One HTTP API and stage, as AWS shows them."""

    protocol = HTTP

    @cached_property
    def commands(self) -> HttpCommands:
        """The commands for fixes."""
        return HttpCommands(self.target, self.region, self.accounts, auto_deploy=self.deploys_itself)

    @cached_property
    def api(self) -> dict[str, Any]:
        """The API. Raises NotThereError if there is none with this ID."""
        return self._ask("get_api")

    @cached_property
    def stage(self) -> dict[str, Any]:
        """The stage."""
        try:
            return self._ask("get_stage", StageName=self.target.stage)
        except NotThereError:
            raise self._no_stage([item["StageName"] for item in self._all("get_stages")]) from None

    @cached_property
    def variables(self) -> dict[str, str]:
        """The stage's variables."""
        return dict(self.stage.get("StageVariables") or {})

    @property
    def deploys_itself(self) -> bool:
        """True if the stage deploys automatically."""
        return bool(self.stage.get("AutoDeploy"))

    @cached_property
    def edited(self) -> tuple[Route, ...]:
        """Every route as the API is edited now."""
        return http_routes.edited(self._all("get_routes"), self._all("get_integrations"))

    @property
    def quota(self) -> Quota:
        """Routes of the API."""
        return Quota(what="routes", used=len(self.edited), most=300)

    @cached_property
    def authorizers(self) -> dict[str, Authorizer]:
        """The API's authorizers by id."""
        return {
            item["AuthorizerId"]: Authorizer(
                id=item["AuthorizerId"],
                name=item.get("Name") or item["AuthorizerId"],
                type=str(item["AuthorizerType"]),
                calls_lambda=item.get("AuthorizerType") == "REQUEST",
                uri=item.get("AuthorizerUri") or "",
                credentials=item.get("AuthorizerCredentialsArn") or "",
            )
            for item in self._all("get_authorizers")
        }

    @cached_property
    def domains(self) -> tuple[Mapped, ...]:
        """The custom domains whose mappings lead to the stage."""
        api = self.accounts.api
        found = []
        for domain in api.pages("apigatewayv2", self.region, "get_domain_names", "Items", _TOKEN):
            name = domain["DomainName"]
            try:
                mappings = list(
                    api.pages("apigatewayv2", self.region, "get_api_mappings", "Items", _TOKEN, DomainName=name)
                )
            except NotThereError:
                continue
            found += [
                Mapped(domain=name, base_path=mapping.get("ApiMappingKey") or "")
                for mapping in mappings
                if (mapping["ApiId"], mapping["Stage"]) == (self.target.api_id, self.target.stage)
            ]
        return tuple(found)

    @property
    def name(self) -> str:
        """The API's name."""
        return str(self.api.get("Name") or self.target.api_id)

    @property
    def endpoint_disabled(self) -> bool:
        """True if the API answers only at custom domains."""
        return bool(self.api.get("DisableExecuteApiEndpoint"))

    def pattern(self, route: Route) -> str:
        """The part after the API's ID in the SourceArn of a statement for a route."""
        return route_tail(self.target.stage, route.name)

    @property
    def stage_pattern(self) -> str:
        """The same for every route of the stage."""
        return http_grants("stage", self.target.stage, [])[0].tail

    def uri(self, text: str) -> str:
        """An integration's URI as it is called: HTTP APIs also accept a function's plain ARN."""
        filled = self.filled(text)
        try:
            return invoke_uri(str(FunctionArn.parse(filled)))
        except ArnError:
            return filled

    def differences(self) -> dict[str, str]:
        """The differences between the served and the edited API, by route key. Raises CouldNotLookError."""
        served = self._export(StageName=self.target.stage)
        return http_routes.differences(http_routes.exported(served), http_routes.exported(self._export()))

    def _export(self, **which: str) -> dict[str, Any]:
        answer = self._ask("export_api", OutputType="JSON", Specification="OAS30", IncludeExtensions=True, **which)
        body = answer["body"].read() if hasattr(answer["body"], "read") else answer["body"]
        document: dict[str, Any] = json.loads(body)
        return document

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self.accounts.api.ask("apigatewayv2", self.region, method, ApiId=self.target.api_id, **params)

    def _all(self, method: str) -> Iterator[dict[str, Any]]:
        return self.accounts.api.pages(
            "apigatewayv2", self.region, method, "Items", _TOKEN, ApiId=self.target.api_id, MaxResults=_PAGE
        )
